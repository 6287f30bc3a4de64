// SPDX-License-Identifier: Apache-2.0
// Programs are ELF files. Read-only segments of files in the kernel's image are mapped where they lie, as a page cache
// would; all else is copied.
#include "kernel.h"
#include "psr.h"
#include "string.h"
#include "syscalls.h"

struct elf_header {
    u8 ident[16];
    u16 type, machine;
    u32 version, entry, phoff, shoff, flags;
    u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
struct program_header {
    u32 type, offset, vaddr, paddr, filesz, memsz, flags, align;
};
#define PT_LOAD 1
#define PF_X 1
#define PF_W 2
#define SEGMENTS_MAX 4
#define EXEC_LOST (-1000)  // the old program is gone, the new one did not fit

struct image {
    struct inode* inode;
    u32 entry, count;
    struct program_header segment[SEGMENTS_MAX];
};

static s32 read_image(const char* path, struct image* image) {
    s32 error;
    struct elf_header h;
    struct inode* inode = fs_find(path, &error);
    if (!inode) return error;
    image->inode = inode;
    image->count = 0;
    if (inode->kind != S_FILE || fs_read(inode, 0, &h, sizeof(h)) != sizeof(h) || memcmp(h.ident, "\177ELF\1\1", 6) ||
        h.type != 2 || h.machine != 40 || h.phnum > SEGMENTS_MAX || h.phentsize != sizeof(struct program_header) ||
        h.phoff > inode->size)
        return -ENOEXEC;
    image->entry = h.entry;
    for (u32 i = 0; i < h.phnum; i++) {
        struct program_header* s = &image->segment[image->count];
        if (fs_read(inode, h.phoff + i * sizeof(*s), s, sizeof(*s)) != sizeof(*s)) return -ENOEXEC;
        if (s->type != PT_LOAD || s->memsz == 0) continue;
        if (s->vaddr & PAGE_MASK || s->filesz > s->memsz || s->offset > inode->size ||
            s->filesz > inode->size - s->offset || s->vaddr < USER_BASE ||
            s->vaddr > USER_END - STACK_PAGES * PAGE_SIZE || s->memsz > USER_END - STACK_PAGES * PAGE_SIZE - s->vaddr)
            return -ENOEXEC;
        image->count++;
    }
    return 0;
}

static bool load_segment(const struct image* image, const struct program_header* s) {
    const u8* data = image->inode->data;
    bool in_place = data && !(s->flags & PF_W) && !((u32)(data + s->offset) & PAGE_MASK);
    u32 rights = PG_PRESENT | (s->flags & PF_W ? PG_WRITE : 0) | (s->flags & PF_X ? PG_EXEC : 0);
    for (u32 done = 0; done < s->memsz; done += PAGE_SIZE) {
        u32 va = s->vaddr + done;
        u32* entry = &current->page[(va - USER_BASE) >> PAGE_SHIFT];
        if (*entry) return false;  // segments share a page
        if (done >= s->filesz && (s->flags & PF_W)) {
            *entry = PG_LAZY;
            continue;
        }
        if (in_place) {
            *entry = (u32)(data + s->offset + done) | rights | PG_FILE;
        } else {
            u8* page = page_take();
            if (!page) return false;
            u32 part = s->filesz - done < PAGE_SIZE ? s->filesz - done : PAGE_SIZE;
            fs_read(image->inode, s->offset + done, page, part);
            memset(page + part, 0, PAGE_SIZE - part);
            if (rights & PG_EXEC) hal_cache_sync((u32)page, PAGE_SIZE);
            *entry = (u32)page | rights;
        }
        hal_map_page(va, ALIGN_DOWN(*entry, PAGE_SIZE), rights);
    }
    return true;
}

// Strings at the top of the stack, argv[] below them; the page is written through the kernel's own view of it.
static bool make_stack(u32 argc, const char* args, u32 args_size, u32* sp) {
    u32 top = USER_PAGES - 1;
    for (u32 i = USER_PAGES - STACK_PAGES; i < top; i++) current->page[i] = PG_LAZY;
    u8* page = page_take();
    if (!page) return false;
    memset(page, 0, PAGE_SIZE - args_size);
    u32 strings = ALIGN_DOWN(PAGE_SIZE - args_size, 8), table = ALIGN_DOWN(strings - (argc + 1) * 4, 8);
    memcpy(page + strings, args, args_size);
    const u32 base = USER_BASE + top * PAGE_SIZE;
    for (u32 i = 0, at = strings; i < argc; i++) {
        ((u32*)(page + table))[i] = base + at;
        at += strnlen((char*)page + at, PAGE_SIZE) + 1;
    }
    ((u32*)(page + table))[argc] = 0;
    current->page[top] = (u32)page | PG_PRESENT | PG_WRITE;
    hal_map_page(base, (u32)page, PG_PRESENT | PG_WRITE);
    *sp = base + table;
    return true;
}

s32 exec_load(const char* path, u32 argc, const char* args, u32 args_size) {
    struct image image;
    s32 error = read_image(path, &image);
    if (error) return error;
    memory_drop(current, true);
    u32 sp = 0;
    bool made = true;
    hal_map_begin(&current->space);
    for (u32 i = 0; i < image.count && made; i++) made = load_segment(&image, &image.segment[i]);
    made = made && make_stack(argc, args, args_size, &sp);
    if (!hal_map_end() || !made) return EXEC_LOST;
    memset(current->frame, 0, sizeof(*current->frame));
    current->frame->r[1] = sp;
    current->frame->sp = sp;
    current->frame->pc = image.entry;
    current->frame->psr = MODE_USR;
    memset(current->handler, 0, sizeof(current->handler));
    hal_frame_store(current->frame);
    return (s32)argc;  // the new program's r0
}

s32 sys_execve(u32 path, u32 argv) {
    char name[PATH_SIZE];
    s32 length = user_string(name, path, sizeof(name));
    if (length < 0) return length;
    char* args = page_take();
    if (!args) return -ENOMEM;
    u32 argc = 0, used = 0;
    s32 result = 0;
    for (; argv && result == 0 && argc < ARGS_MAX; argc++) {
        if (!user_range(argv + argc * 4, 4, false)) result = -EFAULT;
        u32 string = result ? 0 : *(u32*)(argv + argc * 4);
        if (!string) break;
        length = user_string(args + used, string, PAGE_SIZE / 2 - used);
        if (length < 0) result = length;
        else used += (u32)length + 1;
    }
    if (result == 0) result = exec_load(name, argc, args, used);
    page_put((u32)args);
    if (result == EXEC_LOST) proc_exit(128 + SIGKILL);  // there is nothing to go back to
    return result;
}

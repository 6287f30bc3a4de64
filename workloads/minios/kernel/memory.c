// SPDX-License-Identifier: Apache-2.0
// A process's pages. fork shares them; a writable one is copied when either side writes to it.
#include "kernel.h"
#include "string.h"

static u32 frame_of(u32 entry) { return ALIGN_DOWN(entry, PAGE_SIZE); }

static u32 rights_of(u32 entry) {
    return (entry & PG_COPY) ? entry & (MAP_READ | MAP_EXEC) : entry & (MAP_READ | MAP_WRITE | MAP_EXEC);
}

static bool map_one(struct proc* p, u32 va, u32 entry) {
    hal_map_begin(&p->space);
    hal_map_page(va, frame_of(entry), rights_of(entry));
    return hal_map_end();
}

bool memory_fault(struct proc* p, u32 va, bool write) {
    if (va - USER_BASE >= USER_END - USER_BASE) return false;
    u32* entry = &p->page[(va - USER_BASE) >> PAGE_SHIFT];
    va = ALIGN_DOWN(va, PAGE_SIZE);
    if (*entry & PG_LAZY) {
        void* page = page_take();
        if (!page) return false;
        memset(page, 0, PAGE_SIZE);
        *entry = (u32)page | PG_PRESENT | PG_WRITE;
        return map_one(p, va, *entry);
    }
    if (!write || !(*entry & PG_COPY)) return false;
    u32 frame = frame_of(*entry);
    if (page_references(frame) > 1) {
        void* page = page_take();
        if (!page) return false;
        memcpy(page, (void*)frame, PAGE_SIZE);
        page_put(frame);
        frame = (u32)page;
    }
    *entry = frame | (*entry & PAGE_MASK & ~PG_COPY);
    return map_one(p, va, *entry);
}

bool user_range(u32 va, u32 size, bool write) {
    if (va < USER_BASE || va > USER_END || size > USER_END - va) return false;
    if (size == 0) return true;
    u32 need = write ? PG_PRESENT | PG_WRITE : PG_PRESENT;
    u32 last = (va + size - 1 - USER_BASE) >> PAGE_SHIFT;
    for (u32 i = (va - USER_BASE) >> PAGE_SHIFT; i <= last; i++) {
        u32 entry = current->page[i];
        if (likely((entry & need) == need && !(write && (entry & PG_COPY)))) continue;
        if (!memory_fault(current, USER_BASE + i * PAGE_SIZE, write)) return false;
    }
    return true;
}

s32 user_string(char* to, u32 va, u32 size) {
    for (u32 i = 0; i < size; i++) {
        if ((i == 0 || ((va + i) & PAGE_MASK) == 0) && !user_range(va + i, 1, false)) return -EFAULT;
        if ((to[i] = *(const char*)(va + i)) == 0) return (s32)i;
    }
    return -EINVAL;
}

bool memory_fork(struct proc* child, struct proc* parent) {
    bool done = true;
    hal_map_begin(&parent->space);
    for (u32 i = 0; i < USER_PAGES; i++) {
        u32 entry = parent->page[i];
        if ((entry & (PG_PRESENT | PG_WRITE | PG_COPY)) != (PG_PRESENT | PG_WRITE)) continue;
        parent->page[i] = entry |= PG_COPY;
        hal_map_page(USER_BASE + i * PAGE_SIZE, frame_of(entry), rights_of(entry));
    }
    done &= hal_map_end();
    hal_map_begin(&child->space);
    for (u32 i = 0; i < USER_PAGES; i++) {
        u32 entry = child->page[i] = parent->page[i];
        if (!(entry & PG_PRESENT)) continue;
        if (!(entry & PG_FILE)) page_ref(frame_of(entry));
        hal_map_page(USER_BASE + i * PAGE_SIZE, frame_of(entry), rights_of(entry));
    }
    return hal_map_end() && done;
}

void memory_drop(struct proc* p, bool unmap) {
    if (unmap) hal_map_begin(&p->space);
    for (u32 i = 0; i < USER_PAGES; i++) {
        u32 entry = p->page[i];
        if (!entry) continue;
        p->page[i] = 0;
        if (!(entry & PG_PRESENT)) continue;
        if (unmap) hal_map_page(USER_BASE + i * PAGE_SIZE, 0, 0);
        if (!(entry & PG_FILE)) page_put(frame_of(entry));
    }
    if (unmap) hal_map_end();
}

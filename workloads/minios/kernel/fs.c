// SPDX-License-Identifier: Apache-2.0
// The RAM file system: a tree of inodes. Files of the image are read-only and lie where they are; others are of pages.
#include "kernel.h"
#include "string.h"

#define INODES 64u

static struct inode inodes[INODES];
static struct inode* root = &inodes[0];

static struct inode* inode_make(struct inode* parent, const char* name, u32 length, u32 kind) {
    for (u32 i = 0; i < INODES; i++) {
        struct inode* n = &inodes[i];
        if (n->kind || length >= sizeof(n->own_name)) continue;
        memset(n, 0, sizeof(*n));
        memcpy(n->own_name, name, length);
        n->name = n->own_name;
        n->kind = kind;
        n->links = 1;
        n->parent = parent;
        if (parent) {
            n->sibling = parent->child;
            parent->child = n;
        }
        return n;
    }
    return NULL;
}

static struct inode* child_of(struct inode* directory, const char* name, u32 length) {
    for (struct inode* n = directory->child; n; n = n->sibling)
        if (memcmp(n->name, name, length) == 0 && n->name[length] == 0) return n;
    return NULL;
}

// Walks all but the last part of the path.
static struct inode* walk(const char* path, const char** last, u32* length, s32* error) {
    struct inode* at = root;
    *error = -ENOENT;
    if (*path != '/') return NULL;
    for (;;) {
        while (*path == '/') path++;
        u32 n = 0;
        while (path[n] && path[n] != '/') n++;
        const char* next = path + n;
        while (*next == '/') next++;
        *last = path;
        *length = n;
        if (!*next) return at;
        at = child_of(at, path, n);
        if (!at) return NULL;
        if (at->kind != S_DIR) {
            *error = -ENOTDIR;
            return NULL;
        }
        path = next;
    }
}

struct inode* fs_find(const char* path, s32* error) {
    const char* name;
    u32 length;
    struct inode* directory = walk(path, &name, &length, error);
    if (!directory) return NULL;
    *error = -ENOENT;
    return length == 0 ? directory : child_of(directory, name, length);
}

s32 fs_create(const char* path, u32 kind, struct inode** made) {
    const char* name;
    u32 length;
    s32 error;
    struct inode* directory = walk(path, &name, &length, &error);
    if (!directory) return error;
    if (length == 0 || child_of(directory, name, length)) return -EEXIST;
    *made = inode_make(directory, name, length, kind);
    return *made ? 0 : -ENOSPC;
}

void fs_release(struct inode* inode) {
    if (inode->users || inode->links) return;
    for (u32 i = 0; i < INODE_PAGES; i++)
        if (inode->page[i]) page_put((u32)inode->page[i]);
    inode->kind = 0;
}

s32 fs_unlink(const char* path) {
    s32 error;
    struct inode* inode = fs_find(path, &error);
    if (!inode) return error;
    if (inode == root || inode->data || inode->kind == S_DEVICE) return -EROFS;
    if (inode->child) return -EINVAL;
    struct inode** link = &inode->parent->child;
    while (*link != inode) link = &(*link)->sibling;
    *link = inode->sibling;
    inode->links = 0;
    fs_release(inode);
    return 0;
}

u32 fs_read(const struct inode* inode, u32 at, void* to, u32 size) {
    if (at >= inode->size) return 0;
    if (size > inode->size - at) size = inode->size - at;
    if (inode->data) {
        memcpy(to, inode->data + at, size);
        return size;
    }
    for (u32 done = 0; done < size;) {
        u32 offset = (at + done) & PAGE_MASK, part = PAGE_SIZE - offset;
        if (part > size - done) part = size - done;
        memcpy((u8*)to + done, inode->page[(at + done) >> PAGE_SHIFT] + offset, part);
        done += part;
    }
    return size;
}

s32 fs_write(struct inode* inode, u32 at, const void* from, u32 size) {
    if (inode->data) return -EROFS;
    u32 done = 0;
    while (done < size && at + done < INODE_PAGES * PAGE_SIZE) {
        u8** page = &inode->page[(at + done) >> PAGE_SHIFT];
        if (!*page) {
            if (!(*page = page_take())) break;
            memset(*page, 0, PAGE_SIZE);
        }
        u32 offset = (at + done) & PAGE_MASK, part = PAGE_SIZE - offset;
        if (part > size - done) part = size - done;
        memcpy(*page + offset, (const u8*)from + done, part);
        done += part;
    }
    if (at + done > inode->size) inode->size = at + done;
    return done || !size ? (s32)done : -ENOSPC;
}

static struct inode* must(const char* path, u32 kind) {
    struct inode* n;
    if (fs_create(path, kind, &n)) panic("the file system could not be made");
    return n;
}

void fs_init(void) {
    static const char* const directories[] = {
        "/bin", "/dev", "/etc", "/tmp", "/usr", "/usr/include", "/usr/include/sys"};
    root = inode_make(NULL, "", 0, S_DIR);
    for (u32 i = 0; i < ARRAY_SIZE(directories); i++) must(directories[i], S_DIR);
    must("/dev/zero", S_DEVICE)->ops = &zero_ops;
    must("/dev/null", S_DEVICE)->ops = &null_ops;
    must("/dev/console", S_DEVICE)->ops = &console_ops;
    for (u32 i = 0; i < embedded_count; i++) {
        const struct embedded* e = &embedded_files[i];
        struct inode* n = must(e->path, S_FILE);
        n->data = e->start;
        n->size = (u32)(e->end - e->start);
    }
}

// SPDX-License-Identifier: Apache-2.0
// Open files and descriptors; files of the file system and devices.
#include "kernel.h"
#include "string.h"

#define FILES 64u

static struct file files[FILES];
static struct file* free_files;
static bool listed;

struct file* file_take(const struct file_ops* ops, u32 kind, u32 access) {
    if (!listed) {
        listed = true;
        for (u32 i = 0; i < FILES; i++) {
            files[i].inode = (struct inode*)free_files;
            free_files = &files[i];
        }
    }
    struct file* f = free_files;
    if (!f) return NULL;
    free_files = (struct file*)f->inode;
    memset(f, 0, sizeof(*f));
    f->ops = ops;
    f->users = 1;
    f->kind = kind;
    f->access = access;
    return f;
}

void file_put(struct file* f) {
    if (--f->users) return;
    if (f->ops->release) f->ops->release(f);
    f->inode = (struct inode*)free_files;
    free_files = f;
}

s32 fd_take(struct file* f) {
    for (u32 i = 0; i < FDS; i++)
        if (!current->fd[i]) {
            current->fd[i] = f;
            return (s32)i;
        }
    return -EMFILE;
}

struct file* fd_file(u32 fd) {
    return likely(fd < FDS) ? current->fd[fd] : NULL;
}

static s32 inode_read(struct file* f, void* to, u32 size) {
    if (f->kind == S_DIR) return -EISDIR;
    u32 done = fs_read(f->inode, f->at, to, size);
    f->at += done;
    return (s32)done;
}

static s32 inode_write(struct file* f, const void* from, u32 size) {
    if (f->kind == S_DIR) return -EISDIR;
    s32 done = fs_write(f->inode, f->at, from, size);
    if (done > 0) f->at += (u32)done;
    return done;
}

static u32 always(struct file* f) {
    (void)f;
    return POLL_READ | POLL_WRITE;
}

static void inode_release(struct file* f) {
    f->inode->users--;
    fs_release(f->inode);
}

static s32 empty_read(struct file* f, void* to, u32 size) {
    (void)f, (void)to, (void)size;
    return 0;
}

static s32 zero_read(struct file* f, void* to, u32 size) {
    (void)f;
    memset(to, 0, size);
    return (s32)size;
}

static s32 swallow(struct file* f, const void* from, u32 size) {
    (void)f, (void)from;
    return (s32)size;
}

static s32 console_output(struct file* f, const void* from, u32 size) {
    (void)f;
    console_write(from, size);
    return (s32)size;
}

// The console's file of the first process has no inode.
static void device_release(struct file* f) {
    if (f->inode) inode_release(f);
}

const struct file_ops inode_ops = {inode_read, inode_write, always, inode_release};
const struct file_ops console_ops = {empty_read, console_output, always, device_release};
const struct file_ops zero_ops = {zero_read, swallow, always, device_release};
const struct file_ops null_ops = {empty_read, swallow, always, device_release};

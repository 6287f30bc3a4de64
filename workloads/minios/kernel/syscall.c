// SPDX-License-Identifier: Apache-2.0
// The table, and the calls on files.
#include "kernel.h"
#include "syscalls.h"

s32 sys_read(u32 fd, u32 buffer, u32 size) {
    struct file* f = fd_file(fd);
    if (!f || (f->access & O_ACCESS) == O_WRONLY) return -EBADF;
    if (!user_range(buffer, size, true)) return -EFAULT;
    return f->ops->read(f, (void*)buffer, size);
}

s32 sys_write(u32 fd, u32 buffer, u32 size) {
    struct file* f = fd_file(fd);
    if (!f || (f->access & O_ACCESS) == O_RDONLY) return -EBADF;
    if (!user_range(buffer, size, false)) return -EFAULT;
    return f->ops->write(f, (const void*)buffer, size);
}

s32 sys_open(u32 path, u32 flags) {
    char name[PATH_SIZE];
    s32 error = user_string(name, path, sizeof(name));
    if (error < 0) return error;
    struct inode* inode = fs_find(name, &error);
    if (!inode && (flags & O_CREAT)) error = fs_create(name, S_FILE, &inode);
    if (!inode) return error;
    if (inode->kind == S_DIR && (flags & O_ACCESS) != O_RDONLY) return -EISDIR;
    if (inode->data && (flags & O_ACCESS) != O_RDONLY) return -EROFS;
    struct file* f = file_take(inode->ops ? inode->ops : &inode_ops, inode->kind, flags & O_ACCESS);
    if (!f) return -EMFILE;
    f->inode = inode;
    inode->users++;
    s32 fd = fd_take(f);
    if (fd < 0) file_put(f);
    return fd;
}

s32 sys_close(u32 fd) {
    struct file* f = fd_file(fd);
    if (!f) return -EBADF;
    current->fd[fd] = NULL;
    file_put(f);
    return 0;
}

static s32 write_stat(u32 result, const struct inode* inode, u32 kind) {
    if (result & 3 || !user_range(result, sizeof(struct stat), true)) return -EFAULT;
    *(struct stat*)result = (struct stat){.mode = kind};
    if (inode) *(struct stat*)result = (struct stat){(u32)inode, kind, inode->size, inode->links};
    return 0;
}

s32 sys_stat(u32 path, u32 result) {
    char name[PATH_SIZE];
    s32 error = user_string(name, path, sizeof(name));
    if (error < 0) return error;
    struct inode* inode = fs_find(name, &error);
    return inode ? write_stat(result, inode, inode->kind) : error;
}

s32 sys_fstat(u32 fd, u32 result) {
    struct file* f = fd_file(fd);
    return f ? write_stat(result, f->inode, f->kind) : -EBADF;
}

static s32 poll_set(u32 wanted, u32 condition, u32* ready) {
    s32 found = 0;
    for (u32 left = wanted; left; left &= left - 1) {
        u32 fd = (u32)__builtin_ctz(left);
        struct file* f = fd_file(fd);
        if (!f) return -EBADF;
        if (f->ops->poll(f) & condition) *ready |= 1u << fd, found++;
    }
    return found;
}

// The fifth argument is in the frame.
s32 sys_select(u32 count, u32 read, u32 write, u32 except) {
    u32 sets[3] = {read, write, except}, wanted[3] = {0, 0, 0}, timeout = current->frame->r[4];
    if (count > 32) return -EINVAL;
    for (u32 i = 0; i < 3; i++) {
        if (!sets[i]) continue;
        if (sets[i] & 3 || !user_range(sets[i], 4, true)) return -EFAULT;
        wanted[i] = *(u32*)sets[i] & (count == 32 ? ~0u : (1u << count) - 1);
    }
    if (timeout && (timeout & 3 || !user_range(timeout, 8, false))) return -EFAULT;
    if (timeout && (((u32*)timeout)[0] | ((u32*)timeout)[1])) return -EINVAL;
    for (;;) {
        u32 ready[3] = {0, 0, 0};
        s32 found = poll_set(wanted[0], POLL_READ, &ready[0]);
        s32 more = found < 0 ? found : poll_set(wanted[1], POLL_WRITE, &ready[1]);
        if (more < 0) return more;
        found += more;
        if (found || timeout) {
            for (u32 i = 0; i < 3; i++)
                if (sets[i]) *(u32*)sets[i] = ready[i];
            return found;
        }
        if (current->signals) return -EINTR;
        sched_block(&select_waiters);
    }
}

s32 sys_dup2(u32 from, u32 to) {
    struct file* f = fd_file(from);
    if (!f || to >= FDS) return -EBADF;
    if (from == to) return (s32)to;
    if (current->fd[to]) file_put(current->fd[to]);
    f->users++;
    current->fd[to] = f;
    return (s32)to;
}

s32 sys_mkdir(u32 path) {
    char name[PATH_SIZE];
    struct inode* made;
    s32 error = user_string(name, path, sizeof(name));
    return error < 0 ? error : fs_create(name, S_DIR, &made);
}

s32 sys_unlink(u32 path) {
    char name[PATH_SIZE];
    s32 error = user_string(name, path, sizeof(name));
    return error < 0 ? error : fs_unlink(name);
}

s32 sys_times(void) { return (s32)hal_time(); }
s32 sys_freepages(void) { return (s32)page_free_count(); }

// The calls differ in what they take; entry.S passes r0..r3 to all of them.
#define CALL(name) [SYS_##name] = (const void*)sys_##name
extern const void* const syscall_table[SYS_COUNT];
const void* const syscall_table[SYS_COUNT] = {
    CALL(exit),      CALL(fork),  CALL(execve),     CALL(wait),  CALL(getpid),    CALL(getppid),
    CALL(read),      CALL(write), CALL(open),       CALL(close), CALL(stat),      CALL(fstat),
    CALL(select),    CALL(pipe),  CALL(socketpair), CALL(dup2),  CALL(sigaction), CALL(kill),
    CALL(sigreturn), CALL(times), CALL(yield),      CALL(mkdir), CALL(unlink),    CALL(freepages),
};

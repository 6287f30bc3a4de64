// SPDX-License-Identifier: Apache-2.0
// The kernel's parts and what they offer each other.
#pragma once
#include "abi.h"
#include "hal.h"
#include "types.h"

// A process addresses one MiB: text, data and demand-zero memory from its start, the stack at its end.
#define USER_BASE 0x00100000u
#define USER_PAGES 256u
#define USER_END (USER_BASE + USER_PAGES * PAGE_SIZE)
#define STACK_PAGES 8u
#define PROCESSES 32u
#define TICKS_LOG2 7  // ticks a second, as a power of two

// page.c: physical pages, counted references
void page_init(u32 start, u32 end);
void* page_take(void);
void page_ref(u32 page);
void page_put(u32 page);
u32 page_references(u32 page);
u32 page_free_count(void);

// memory.c: the pages of a process. What the HAL's tables say is always a subset of this.
#define PG_WRITE MAP_WRITE
#define PG_EXEC MAP_EXEC
#define PG_PRESENT MAP_READ
#define PG_COPY 8u   // writable, shared until written
#define PG_LAZY 16u  // zeroes, made when touched
#define PG_FILE 32u  // belongs to the file system: never freed
struct proc;
bool memory_fault(struct proc* p, u32 va, bool write);
bool user_range(u32 va, u32 size, bool write);  // true: the kernel may access it now
s32 user_string(char* to, u32 va, u32 size);    // its length, or -EFAULT
bool memory_fork(struct proc* child, struct proc* parent);
void memory_drop(struct proc* p, bool unmap);

// sched.c
struct waitq {
    struct proc *first, *last;
};
void sched_ready(struct proc* p);
void sched_yield(void);
void sched_block(struct waitq* q);
void sched_wake(struct waitq* q);
void sched_cancel(struct proc* p);  // out of the queue it waits in, to run
void sched_exit(void) NORETURN;     // never runs again

// proc.c
#define WORK_RESCHEDULE 1u
#define WORK_SIGNAL 2u
enum proc_state { PROC_FREE, PROC_READY, PROC_BLOCKED, PROC_ZOMBIE };
struct file;
struct proc {
    u32 work;  // first: entry.S looks at it
    u32 pid;
    enum proc_state state;
    struct proc* next;
    struct waitq* queue;
    u32 ksp;
    u8* kstack;
    struct trapframe* frame;
    struct space space;
    struct proc* parent;
    struct waitq child_exit;
    s32 exit_code;
    u32 signals;  // pending
    u32 handler[SIGNALS], restorer;
    struct file* fd[FDS];
    u32 page[USER_PAGES];
};
extern struct proc* current;
struct proc* proc_make(void);
void proc_exit(s32 code) NORETURN;
void panic(const char* why) NORETURN;

// exec.c: `args` has argc strings one after the other.
s32 exec_load(const char* path, u32 argc, const char* args, u32 args_size);

// signal.c
bool signal_send(struct proc* p, u32 signal);
void signal_deliver(void);
struct proc* proc_find(u32 pid);

// fs.c: files and directories in memory
#define INODE_PAGES 16u
struct inode {
    u32 kind;  // S_*; 0: free
    u32 size, links, users;
    const char* name;
    struct inode *parent, *child, *sibling;
    const u8* data;  // a file that is part of the kernel's image; NULL: of pages
    u8* page[INODE_PAGES];
    const struct file_ops* ops;  // of a device
    char own_name[16];
};
void fs_init(void);
struct inode* fs_find(const char* path, s32* error);
s32 fs_create(const char* path, u32 kind, struct inode** made);
s32 fs_unlink(const char* path);
void fs_release(struct inode* inode);
u32 fs_read(const struct inode* inode, u32 at, void* to, u32 size);
s32 fs_write(struct inode* inode, u32 at, const void* from, u32 size);

// The files every system has: table in fs/files.c.
struct embedded {
    const char* path;
    const u8 *start, *end;
};
extern const struct embedded embedded_files[];
extern const u32 embedded_count;

// file.c
struct pipe;
struct file_ops {
    s32 (*read)(struct file* f, void* to, u32 size);
    s32 (*write)(struct file* f, const void* from, u32 size);
    u32 (*poll)(struct file* f);  // POLL_*
    void (*release)(struct file* f);
};
#define POLL_READ 1u
#define POLL_WRITE 2u
struct file {
    const struct file_ops* ops;
    u32 users, kind, access, at;
    struct inode* inode;
    struct pipe *in, *out;
};
extern const struct file_ops inode_ops, console_ops, zero_ops, null_ops, pipe_ops;
extern struct waitq select_waiters;
struct file* file_take(const struct file_ops* ops, u32 kind, u32 access);
void file_put(struct file* f);
s32 fd_take(struct file* f);
struct file* fd_file(u32 fd);

// syscall.c
void console_write(const char* text, u32 size);

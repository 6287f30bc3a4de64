// SPDX-License-Identifier: Apache-2.0
// Processes: made by fork, ended by exit, their last remains taken away by the parent's wait.
#include "kernel.h"
#include "string.h"
#include "syscalls.h"

static struct proc procs[PROCESSES];
static u32 last_pid;

// What hal_switch() finds on a stack it has not been on: nine registers and where to go.
#define SWITCH_WORDS 10

struct proc* proc_make(void) {
    for (u32 i = 0; i < PROCESSES; i++) {
        struct proc* p = &procs[i];
        if (p->state != PROC_FREE) continue;
        memset(p, 0, sizeof(*p));
        if (!(p->kstack = page_take())) return NULL;
        if (!hal_space_create(&p->space, i)) {
            page_put((u32)p->kstack);
            return NULL;
        }
        p->frame = (struct trapframe*)(p->kstack + PAGE_SIZE) - 1;
        u32* stack = (u32*)p->frame - SWITCH_WORDS;
        stack[SWITCH_WORDS - 1] = (u32)hal_fork_return;
        p->ksp = (u32)stack;
        p->pid = ++last_pid;
        p->state = PROC_BLOCKED;
        return p;
    }
    return NULL;
}

static void proc_free(struct proc* p) {
    hal_space_destroy(&p->space);
    page_put((u32)p->kstack);
    p->state = PROC_FREE;
}

struct proc* proc_find(u32 pid) {
    for (u32 i = 0; i < PROCESSES; i++)
        if (procs[i].pid == pid && procs[i].state != PROC_FREE && procs[i].state != PROC_ZOMBIE) return &procs[i];
    return NULL;
}

s32 sys_fork(void) {
    struct proc *parent = current, *child = proc_make();
    if (!child) return -ENOMEM;
    if (!memory_fork(child, parent)) {
        memory_drop(child, false);
        proc_free(child);
        return -ENOMEM;
    }
    hal_frame_load(parent->frame);
    *child->frame = *parent->frame;
    child->frame->r[0] = 0;
    child->parent = parent;
    memcpy(child->handler, parent->handler, sizeof(child->handler));
    child->restorer = parent->restorer;
    for (u32 i = 0; i < FDS; i++)
        if ((child->fd[i] = parent->fd[i])) child->fd[i]->users++;
    sched_ready(child);
    return (s32)child->pid;
}

void proc_exit(s32 code) {
    struct proc* p = current;
    if (p->pid == 1) {
        console_write("minios: off\n", 12);
        hal_off();
    }
    for (u32 i = 0; i < FDS; i++)
        if (p->fd[i]) file_put(p->fd[i]);
    memory_drop(p, false);  // its tables stay until it is reaped; it does not return to user mode
    for (u32 i = 0; i < PROCESSES; i++)
        if (procs[i].state != PROC_FREE && procs[i].parent == p) {
            procs[i].parent = &procs[0];
            if (procs[i].state == PROC_ZOMBIE) sched_wake(&procs[0].child_exit);
        }
    p->exit_code = code;
    sched_wake(&p->parent->child_exit);
    sched_exit();
}

s32 sys_exit(s32 code) { proc_exit(code & 0xff); }

s32 sys_wait(u32 code) {
    if (code && !user_range(code, sizeof(s32), true)) return -EFAULT;
    for (;;) {
        bool any = false;
        for (u32 i = 0; i < PROCESSES; i++) {
            struct proc* p = &procs[i];
            if (p->state == PROC_FREE || p->parent != current) continue;
            any = true;
            if (p->state != PROC_ZOMBIE) continue;
            if (code) *(s32*)code = p->exit_code;
            s32 pid = (s32)p->pid;
            proc_free(p);
            return pid;
        }
        if (!any) return -ECHILD;
        if (current->signals) return -EINTR;
        sched_block(&current->child_exit);
    }
}

s32 sys_getpid(void) { return (s32)current->pid; }
s32 sys_getppid(void) { return current->parent ? (s32)current->parent->pid : 0; }

s32 sys_yield(void) {
    sched_yield();
    return 0;
}

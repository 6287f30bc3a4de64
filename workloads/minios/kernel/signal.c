// SPDX-License-Identifier: Apache-2.0
// A handler runs on the user's stack above a copy of the frame it interrupted, and comes back by the restorer's call.
#include "kernel.h"
#include "psr.h"
#include "string.h"
#include "syscalls.h"

bool signal_send(struct proc* p, u32 signal) {
    p->signals |= 1u << signal;
    p->work |= WORK_SIGNAL;
    if (p->state == PROC_BLOCKED) sched_cancel(p);
    return true;
}

void signal_deliver(void) {
    struct proc* p = current;
    while (p->signals) {
        u32 signal = (u32)__builtin_ctz(p->signals);
        p->signals &= p->signals - 1;
        u32 handler = p->handler[signal];
        if (handler == SIG_DFL) proc_exit(128 + (s32)signal);
        struct trapframe* frame = p->frame;
        hal_frame_load(frame);
        u32 sp = ALIGN_DOWN(frame->sp, 8) - sizeof(*frame);
        if (!user_range(sp, sizeof(*frame), true)) proc_exit(128 + SIGSEGV);
        memcpy((void*)sp, frame, sizeof(*frame));
        frame->r[0] = signal;
        frame->sp = sp;
        frame->lr = p->restorer;
        frame->pc = handler;
        frame->psr = MODE_USR;
        hal_frame_store(frame);
    }
    p->work &= ~WORK_SIGNAL;
}

s32 sys_sigreturn(void) {
    struct trapframe* frame = current->frame;
    hal_frame_load(frame);
    u32 sp = frame->sp;
    if (sp & 3 || !user_range(sp, sizeof(*frame), false)) proc_exit(128 + SIGSEGV);
    memcpy(frame, (void*)sp, sizeof(*frame));
    frame->psr = (frame->psr & ~(u32)(PSR_MODE | PSR_I | PSR_F | PSR_A)) | MODE_USR;
    hal_frame_store(frame);
    return (s32)frame->r[0];
}

s32 sys_sigaction(u32 signal, u32 handler, u32 restorer) {
    if (signal == 0 || signal >= SIGNALS || signal == SIGKILL) return -EINVAL;
    current->handler[signal] = handler;
    current->restorer = restorer;
    return 0;
}

s32 sys_kill(u32 pid, u32 signal) {
    if (signal == 0 || signal >= SIGNALS) return -EINVAL;
    struct proc* p = proc_find(pid);
    if (!p) return -ESRCH;
    signal_send(p, signal);
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Round robin, and queues of processes that wait.
#include "kernel.h"

struct proc* current;
static struct waitq ready;

static void append(struct waitq* q, struct proc* p) {
    p->next = NULL;
    p->queue = q;
    if (q->first) q->last->next = p;
    else q->first = p;
    q->last = p;
}

static struct proc* pop(struct waitq* q) {
    struct proc* p = q->first;
    if (p) q->first = p->next;
    return p;
}

static void switch_to(struct proc* next) {
    struct proc* previous = current;
    if (next == previous) return;
    current = next;
    hal_frame_load(previous->frame);
    hal_space_enter(&next->space, (u32)next->kstack + PAGE_SIZE);
    hal_switch(&previous->ksp, next->ksp);
    hal_frame_store(current->frame);
}

// Nothing waits for a device: when all processes wait, they wait for each other.
static void next_process(void) {
    struct proc* next = pop(&ready);
    if (!next) panic("every process waits");
    switch_to(next);
}

void sched_ready(struct proc* p) {
    p->state = PROC_READY;
    append(&ready, p);
}

void sched_yield(void) {
    if (!ready.first) return;
    sched_ready(current);
    next_process();
}

void sched_block(struct waitq* q) {
    current->state = PROC_BLOCKED;
    append(q, current);
    next_process();
}

void sched_wake(struct waitq* q) {
    struct proc* p;
    while ((p = pop(q))) sched_ready(p);
}

void sched_cancel(struct proc* p) {
    struct proc *before = NULL, *at = p->queue->first;
    for (; at != p; at = at->next) before = at;
    if (before) before->next = p->next;
    else p->queue->first = p->next;
    if (p->queue->last == p) p->queue->last = before;
    sched_ready(p);
}

void sched_exit(void) {
    current->state = PROC_ZOMBIE;
    next_process();
    panic("a dead process ran");
}

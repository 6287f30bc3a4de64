// SPDX-License-Identifier: Apache-2.0
// The host kernel's parts.
#pragma once
#include "host_api.h"
#include "layout.h"
#include "mem.h"
#include "platform.h"
#include "types.h"

#define TASKS_MAX 4u
#define VCPUS_MAX 4u    // of one task
#define SPACES_MAX 62u  // of one task: with its own there are no more of all tasks than ASIDs
#define NEVER (~0ull)

// Made once, used again: the table and the ASID stay with it.
struct space {
    bool used;
    u32* table;
    u32 ttbr0, asid;
    u32 low, high;       // entries of the table outside are zero
    struct space* base;  // whose tables of kernel pages are in it
    u32 based;           // spaces that have this one as base
};

struct vcpu {
    struct host_run* run;  // the task's page, where the host sees it
};

struct task {
    struct host_frame frame;
    struct space space;
    u64 deadline;
    u32 tpidrurw;
    const char* name;
    bool alive;
    u32 vcpu_count;
    struct vcpu vcpus[VCPUS_MAX];
    struct vcpu* running;  // not NULL: the task waits in HOST_VCPU_RUN, this is on the processor in its place
    struct space spaces[SPACES_MAX];
};

// space.c
bool space_create(struct space* space, struct space* base);
bool space_destroy(struct space* space);  // false: it is the base of others
// One page; without a right it is taken away. space_settle() after the last.
s32 space_map(struct space* space, u32 va, u32 pa, u32 rights);
void space_settle(void);
u32 space_find(const struct space* space, u32 va, bool write);  // physical address of a page, or 0
bool space_covers(const struct space* space, u32 va, u32 bytes, bool write);
void code_written(const void* start, u32 bytes);
// Changes to another address space and, where User mode can write it, another thread register.
void context_load(const struct space* space, u32 dacr, u32 tpidrurw);

// task.c
extern struct task* current;
bool task_create(const char* name, const struct task_image* image, u32 image_size);
struct host_frame* task_first(void);
struct host_frame* task_next(void);  // the next that is alive
struct host_frame* task_end(void);   // of the current one

// timer.c
void timer_init(void);
void timer_set(struct task* task, u64 deadline);
void timer_load(const struct task* task);  // its deadline is the one that counts
bool timer_interrupt(struct task* task);   // false: there was no interrupt

// vcpu.c
s32 vspace_create(struct task* task, u32 base);
s32 vspace_destroy(struct task* task, u32 space);
s32 vspace_map(struct task* task, u32 space, u32 list, u32 entries);
s32 vcpu_create(struct task* task, u32 run);
struct host_frame* vcpu_run(struct task* task, u32 vcpu);
struct host_frame* vcpu_trapped(struct task* task, u32 trap);

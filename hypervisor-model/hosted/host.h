// SPDX-License-Identifier: Apache-2.0
// The host kernel's parts.
#pragma once
#include "host_api.h"
#include "layout.h"
#include "types.h"

#define TASKS_MAX 4u
#define VCPUS_MAX 4u  // of one task

struct space {
    u32* table;
    u32 ttbr0, asid;
};

struct vcpu {
    struct space space;
    struct host_run* run;  // the task's page, where the host sees it
};

struct task {
    struct host_frame frame;
    struct space space;
    u32 tpidrurw;
    const char* name;
    bool alive;
    u32 vcpu_count;
    struct vcpu vcpus[VCPUS_MAX];
    struct vcpu* running;  // not NULL: the task waits in HOST_VCPU_RUN, this is on the processor in its place
};

// platform.c
struct platform {
    u32 uart, ram_size;
    bool psci_by_hvc;
};
extern struct platform platform;
bool platform_discover(u32 fdt);
void platform_power_off(void) NORETURN;

// mem.c
static inline void* linear(u32 pa) { return (void*)(pa + LINEAR_OFFSET); }
static inline u32 physical(const void* p) { return (u32)p - LINEAR_OFFSET; }
void mem_init_early(u32 fdt);                   // the device tree becomes readable
void mem_init(void);                            // device, all memory, rights of the image; TTBR0 given up to tasks
void* mem_take(u32 size, u32 align);            // zeroed memory, for good; NULL when there is no more
void cache_clean(const void* start, u32 size);  // table walks and instruction fetches see what was written

// space.c
bool space_create(struct space* space);
bool space_map(struct space* space, u32 va, u32 pa, u32 rights);
u32 space_find(const struct space* space, u32 va, bool write);  // physical address of a page, or 0
bool space_covers(const struct space* space, u32 va, u32 bytes, bool write);
// Changes to another address space and, where User mode can write it, another thread register.
void context_load(const struct space* space, u32 dacr, u32 tpidrurw);

// task.c
extern struct task* current;
bool task_create(const char* name, const struct task_image* image, u32 image_size);
struct host_frame* task_first(void);
struct host_frame* task_next(void);  // the next that is alive
struct host_frame* task_end(void);   // of the current one

// vcpu.c
s32 vcpu_create(struct task* task, u32 run);
s32 vcpu_map(struct task* task, u32 vcpu, u32 va, u32 own, u32 pages);
struct host_frame* vcpu_run(struct task* task, u32 vcpu);
struct host_frame* vcpu_trapped(struct task* task, u32 trap);

// calls.c
struct host_frame* host_call(struct task* task);

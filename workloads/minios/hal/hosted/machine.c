// SPDX-License-Identifier: Apache-2.0
// The machine as hypercalls to a hypervisor that is a task of a host.
#include "batch.h"
#include "hal.h"
#include "kernel.h"

struct guest_cpu guest_cpu;

s32 hypercall(u32 r0, u32 r1, u32 r2, u32 number);

_Static_assert(FAULT_UNDEFINED == TRAP_UNDEFINED && FAULT_PREFETCH == TRAP_PREFETCH && FAULT_DATA == TRAP_DATA &&
                   MAP_READ == GUEST_READ && MAP_WRITE == GUEST_WRITE && MAP_EXEC == GUEST_EXEC &&
                   RAM_BASE == GUEST_RAM && RAM_SIZE <= GUEST_RAM_SIZE && BATCH_MAX == GUEST_BATCH_MAX &&
                   sizeof(struct batch_entry) == sizeof(struct guest_map),
               "the HAL's numbers are the hypervisor's");

void hal_init(void) {}

void hal_console(const char* text, u32 size) { hypercall((u32)text, size, 0, GUEST_WRITE_TEXT); }

void hal_off(void) {
    for (;;) hypercall(0, 0, 0, GUEST_OFF);
}

void hal_timer_set(u64 deadline) { hypercall((u32)deadline, (u32)(deadline >> 32), 0, GUEST_TIMER); }

void hal_frame_load(struct trapframe* frame) {
    frame->sp = guest_cpu.sp;
    frame->lr = guest_cpu.lr;
    frame->pc = guest_cpu.pc;
    frame->psr = guest_cpu.psr;
}

void hal_frame_store(const struct trapframe* frame) {
    guest_cpu.sp = frame->sp;
    guest_cpu.lr = frame->lr;
    guest_cpu.pc = frame->pc;
    guest_cpu.psr = frame->psr;
}

bool hal_space_create(struct space* space, u32 slot) {
    (void)slot;
    s32 number = hypercall(0, 0, 0, GUEST_SPACE_CREATE);
    space->number = (u32)number;
    return number > 0;
}

void hal_space_destroy(struct space* space) { hypercall(space->number, 0, 0, GUEST_SPACE_DESTROY); }

void hal_space_enter(const struct space* space, u32 stack_top) {
    guest_cpu.kernel_sp = stack_top;
    hypercall(space->number, 0, 0, GUEST_SPACE_SWITCH);
}

bool batch_send(u32 space, const struct batch_entry* list, u32 count) {
    return hypercall(space, (u32)list, count, GUEST_MAP) == GUEST_OK;
}

void hal_cache_sync(u32 start, u32 size) { hypercall(start, size, 0, GUEST_CACHE_SYNC); }

// SPDX-License-Identifier: Apache-2.0
// The machine as hypercalls. Changes of maps are collected and made by batches.
#include "batch.h"
#include "hal.h"
#include "kernel.h"
#include "para_hal.h"

#define shared ((volatile struct para_vcpu*)PARA_VCPU)

_Static_assert(FAULT_UNDEFINED == PARA_FAULT_UNDEFINED && FAULT_PREFETCH == PARA_FAULT_PREFETCH &&
                   FAULT_DATA == PARA_FAULT_DATA && MAP_READ == PARA_READ && MAP_WRITE == PARA_WRITE &&
                   MAP_EXEC == PARA_EXEC && RAM_BASE == PARA_RAM && BATCH_MAX == PARA_BATCH_MAX &&
                   sizeof(struct batch_entry) == sizeof(struct para_map),
               "the HAL's numbers are the microvisor's");

static u32 hypercall(u32 number, u32 a, u32 b, u32 c) {
    register u32 r0 asm("r0") = a;
    register u32 r1 asm("r1") = b;
    register u32 r2 asm("r2") = c;
    register u32 ip asm("r12") = number;
    asm volatile("svc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(ip)::"r3", "cc", "memory");
    return r0;
}

void hal_init(void) {
    if (shared->ram_size < RAM_SIZE) hal_off();
    shared->enabled = 1u << PARA_VIRQ_TIMER;
}

void hal_console(const char* text, u32 size) { hypercall(PARA_CONSOLE, (u32)text, size, 0); }

void hal_off(void) {
    for (;;) hypercall(PARA_OFF, 0, 0, 0);
}

void hal_timer_set(u64 deadline) { hypercall(PARA_TIMER, (u32)deadline, (u32)(deadline >> 32), 0); }

void para_irq(void) {
    if (shared->delivered & 1u << PARA_VIRQ_TIMER) trap_tick();
}

void hal_frame_load(struct trapframe* frame) {
    frame->sp = shared->user.sp;
    frame->lr = shared->user.lr;
    frame->pc = shared->user.pc;
    frame->psr = shared->user.psr;
}

void hal_frame_store(const struct trapframe* frame) {
    shared->user.sp = frame->sp;
    shared->user.lr = frame->lr;
    shared->user.pc = frame->pc;
    shared->user.psr = frame->psr;
}

bool hal_space_create(struct space* space, u32 slot) {
    (void)slot;
    space->number = hypercall(PARA_SPACE_CREATE, 0, 0, 0);
    return (s32)space->number > 0;
}

void hal_space_destroy(struct space* space) { hypercall(PARA_SPACE_DESTROY, space->number, 0, 0); }

void hal_space_enter(const struct space* space, u32 stack_top) {
    shared->kernel_sp = stack_top;
    hypercall(PARA_SPACE_SWITCH, space->number, 0, 0);
}

bool batch_send(u32 space, const struct batch_entry* list, u32 count) {
    return hypercall(list->page ? PARA_MAP : PARA_UNMAP, space, (u32)list, count) == PARA_OK;
}

void hal_cache_sync(u32 start, u32 size) { hypercall(PARA_CACHE_SYNC, start, size, 0); }

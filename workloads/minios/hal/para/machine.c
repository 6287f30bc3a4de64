// SPDX-License-Identifier: Apache-2.0
// The machine as hypercalls. Changes of maps are collected and made by batches.
#include "cp15.h"
#include "hal.h"
#include "kernel.h"
#include "para_hal.h"

#define page ((volatile struct para_vcpu*)PARA_VCPU)

_Static_assert(FAULT_UNDEFINED == PARA_FAULT_UNDEFINED && FAULT_PREFETCH == PARA_FAULT_PREFETCH &&
                   FAULT_DATA == PARA_FAULT_DATA && MAP_READ == PARA_READ && MAP_WRITE == PARA_WRITE &&
                   MAP_EXEC == PARA_EXEC && RAM_BASE == PARA_RAM,
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
    if (page->ram_size < RAM_SIZE) hal_off();
    page->enabled = 1u << PARA_VIRQ_TIMER;
}

void hal_console(const char* text, u32 size) { hypercall(PARA_CONSOLE, (u32)text, size, 0); }

void hal_off(void) {
    for (;;) hypercall(PARA_OFF, 0, 0, 0);
}

u64 hal_time(void) {
    isb();
    return cntvct_read();
}

u32 hal_time_frequency(void) { return cntfrq_read(); }
void hal_timer_set(u64 deadline) { hypercall(PARA_TIMER, (u32)deadline, (u32)(deadline >> 32), 0); }

void para_irq(void) {
    if (page->delivered & 1u << PARA_VIRQ_TIMER) trap_tick();
}

void hal_frame_load(struct trapframe* frame) {
    frame->sp = page->user.sp;
    frame->lr = page->user.lr;
    frame->pc = page->user.pc;
    frame->psr = page->user.psr;
}

void hal_frame_store(const struct trapframe* frame) {
    page->user.sp = frame->sp;
    page->user.lr = frame->lr;
    page->user.pc = frame->pc;
    page->user.psr = frame->psr;
}

bool hal_space_create(struct space* space, u32 slot) {
    (void)slot;
    space->number = hypercall(PARA_SPACE_CREATE, 0, 0, 0);
    return (s32)space->number > 0;
}

void hal_space_destroy(struct space* space) { hypercall(PARA_SPACE_DESTROY, space->number, 0, 0); }

void hal_space_enter(const struct space* space, u32 stack_top) {
    page->kernel_sp = stack_top;
    hypercall(PARA_SPACE_SWITCH, space->number, 0, 0);
}

static struct {
    struct para_map list[PARA_BATCH_MAX];
    u32 count, space;
    u32 number;  // PARA_MAP or PARA_UNMAP: all entries of a batch are of one kind
    bool failed;
} batch;

static void send(void) {
    if (batch.count && hypercall(batch.number, batch.space, (u32)batch.list, batch.count)) batch.failed = true;
    batch.count = 0;
}

void hal_map_begin(struct space* space) {
    batch.count = 0;
    batch.space = space->number;
    batch.failed = false;
}

void hal_map_page(u32 va, u32 frame, u32 rights) {
    u32 number = rights ? PARA_MAP : PARA_UNMAP, gpa = rights ? frame | rights : 0;
    if (batch.count && number == batch.number) {
        struct para_map* last = &batch.list[batch.count - 1];
        u32 size = last->pages * PAGE_SIZE;
        if (va == last->va + size && (!rights || gpa == last->gpa + size)) {
            last->pages++;
            return;
        }
    }
    if (batch.count == PARA_BATCH_MAX || number != batch.number) send();
    batch.number = number;
    batch.list[batch.count++] = (struct para_map){va, gpa, 1};
}

bool hal_map_end(void) {
    send();
    return !batch.failed;
}

void hal_cache_sync(u32 start, u32 size) { hypercall(PARA_CACHE_SYNC, start, size, 0); }

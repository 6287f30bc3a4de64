// SPDX-License-Identifier: Apache-2.0
// A microkernel in Hyp mode. Its processes run in User mode with HCR.TGE, each with tables at stage 2 and a VMID of its
// own: a monitor and a client. The monitor has a guest, whose device accesses the kernel hands to it as messages.
#include "foreign.h"
#include "pl011.h"
#include "print.h"
#include "psr.h"

#define CALL_YIELD 1
#define CALL_WAIT 2
#define CALL_REPLY 3
#define CALL_OFF 4
#define CLIENT_ROUNDS 6

enum { MONITOR, CLIENT, GUEST, THREADS };
enum { NOTHING, FAULT, GUEST_OFF };

void kernel_call(u32 a0, u32 a1, u32 number);
void wait_for_fault(u32 message[3]);
void undefined_instruction(void);
struct context* kernel_main(void);
struct context* handle_trap(void);
struct context* handle_interrupt(void);

static struct context threads[THREADS];
static struct stage2 tables[THREADS];
static u32 stacks[2][GUEST_STACK_WORDS];
static bool waiting[THREADS];
static u32 message[3], current;

static struct context* run(u32 thread) {
    current = thread;
    return &threads[thread];
}

/// Who runs when `thread` gives way: the next one that waits for nothing.
static struct context* next_after(u32 thread) {
    do thread = (thread + 1) % THREADS;
    while (waiting[thread]);
    return run(thread);
}

static struct context* tell_monitor(u32 what, u32 address, u32 hsr) {
    waiting[GUEST] = true;
    message[0] = what;
    message[1] = address;
    message[2] = hsr;
    if (!waiting[MONITOR]) return next_after(GUEST);  // it fetches it
    for (u32 i = 0; i < 3; ++i) threads[MONITOR].r[i] = message[i];
    message[0] = NOTHING;
    waiting[MONITOR] = false;
    return run(MONITOR);
}

static struct context* process_call(struct context* self) {
    switch (self->r[7]) {
    case CALL_YIELD: return next_after(current);
    case CALL_WAIT:
        if (message[0] != NOTHING) {
            for (u32 i = 0; i < 3; ++i) self->r[i] = message[i];
            message[0] = NOTHING;
            return self;
        }
        waiting[current] = true;
        return next_after(current);
    case CALL_REPLY: {  // r0: what a load reads; r1: the register it was to
        if (self->r[1] < 13) threads[GUEST].r[self->r[1]] = self->r[0];
        threads[GUEST].pc += 4;
        waiting[GUEST] = false;
        return run(GUEST);
    }
    default: machine_off();
    }
}

struct context* handle_trap(void) {
    struct context* self = &threads[current];
    const u32 hsr = hsr_read(), address = hpfar_read() << 8;
    switch (hsr >> 26) {
    case EC_SVC: return process_call(self);
    case EC_UNDEFINED: self->pc += 4; return self;
    case EC_WFX: self->pc += 4; return next_after(current);
    case EC_HVC: return self->r[0] == GUEST_CALL_OFF ? tell_monitor(GUEST_OFF, 0, hsr) : self;
    case EC_DATA_ABORT:
        if (address < RAM) return tell_monitor(FAULT, address, hsr);
        stage2_map(&tables[current], address);
        tlbiallnsnh(0);
        asm volatile("dsb" ::: "memory");
        return self;
    default: print("kernel: trap %x of thread %d\n", hsr, current); machine_off();
    }
}

struct context* handle_interrupt(void) {
    interrupt_finish();
    return &threads[current];
}

static void monitor(void) {
    u32 told[3];
    for (;;) {
        wait_for_fault(told);
        if (told[0] == GUEST_OFF) break;
        const u32 target = told[2] >> 16 & 15;
        const bool store = told[2] & 1u << 6;
        // The data of a store is the guest's; which guest it is the monitor knows.
        if (store) putchar_raw('a');
        kernel_call(PL011_FR_TXFE, store ? 15 : target, CALL_REPLY);
    }
    print("\nmonitor: the guest is off\n");
    kernel_call(0, 0, CALL_OFF);
}

static void client(void) {
    for (u32 round = 0; round < CLIENT_ROUNDS; ++round) {
        undefined_instruction();
        *(volatile u32*)(HOLE + round * BLOCK) = round;
        kernel_call(0, 0, CALL_YIELD);
    }
    for (;;) kernel_call(0, 0, CALL_YIELD);
}

static void start_process(u32 thread, void (*program)(void)) {
    threads[thread].pc = (u32)program;
    threads[thread].sp_usr = (u32)stacks[thread + 1];
    threads[thread].psr = MODE_USR;
    threads[thread].hcr = HCR_VM | HCR_TGE;
}

struct context* kernel_main(void) {
    print("kernel: %d threads\n", THREADS);
    interrupts_start();
    for (u32 i = 0; i < THREADS; ++i) {
        stage2_build(&tables[i]);
        stage2_install(&threads[i], &tables[i], i + 1);
    }
    stage2_map_devices(&tables[MONITOR]);
    start_process(MONITOR, monitor);
    start_process(CLIENT, client);
    guest_prepare(&threads[GUEST], 0);
    threads[GUEST].hcr = HCR_VM | HCR_IMO | HCR_TWI;
    asm volatile("dsb" ::: "memory");
    interrupt_self();
    return run(MONITOR);
}

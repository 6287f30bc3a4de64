// SPDX-License-Identifier: Apache-2.0
// A Type-II hypervisor with two guests. The host's kernel (PL1) enters them through the lowvisor and serves calls and
// page faults itself; its user program (PL0), the machine monitor, serves devices and decides who runs. With two
// processors there is one guest, which runs on the other one after each access to a device.
#include "foreign.h"
#include "pl011.h"
#include "print.h"
#include "psci.h"
#include "psr.h"

#ifndef PROCESSORS
#define PROCESSORS 1
#endif
#define GUESTS (PROCESSORS > 1 ? 1 : 2)
#define CALL_RUN 1
#define CALL_OFF 2
enum { REASON_DEVICE, REASON_SLEEP, REASON_OFF };

void vcpu_run(struct context* context);    // the lowvisor's, by call_hyp()
void flush_vmid(struct context* context);  // the same
void call_hyp(void (*function)(struct context*), struct context* argument);
u32 host_call(u32 argument, u32 number);
void host_run_user(void (*program)(u32), u32* stack, u32 argument) NORETURN;
void host_main(u32 processor);
void _start(void);
u32 host_syscall(u32 argument, u32 number);
void host_interrupt(void);

static struct context guests[GUESTS];
static struct stage2 tables[GUESTS];
static u32 user_stacks[PROCESSORS][GUEST_STACK_WORDS];
static u32 kicks[GUESTS];
static volatile u32 owner[GUESTS];  // the processor whose monitor runs it
static volatile bool off[GUESTS];

void host_interrupt(void) { interrupt_finish(); }

/// KVM_RUN: until the monitor is needed.
static u32 run(struct context* guest, u32 which) {
    for (;;) {
        if (!kicks[which]++) interrupt_self();  // its first entry is its first exit
        call_hyp(vcpu_run, guest);
        if (guest->exit == ~0u) {
            asm volatile("cpsie i\n isb\n cpsid i" ::: "memory");
            continue;
        }
        const u32 address = guest->hpfar << 8;
        switch (guest->exit >> 26) {
        case EC_HVC:
            if (guest->r[0] == GUEST_CALL_OFF) return REASON_OFF;
            break;
        case EC_WFX: guest->pc += 4; return REASON_SLEEP;
        case EC_DATA_ABORT:
            if (address < RAM) return REASON_DEVICE;
            stage2_map(&tables[which], address);
            call_hyp(flush_vmid, guest);
            break;
        default: print("host: exit %x\n", guest->exit); machine_off();
        }
    }
}

u32 host_syscall(u32 argument, u32 number) {
    if (number == CALL_RUN) return run(&guests[argument], argument);
    machine_off();
}

/// An access to the UART that HSR describes: SRT, WnR (ARM DDI 0406C B3.13.6).
static void emulate(struct context* guest) {
    const u32 target = guest->exit >> 16 & 15;
    if (guest->exit & 1u << 6) putchar_raw((char)guest->r[target]);
    else guest->r[target] = PL011_FR_TXFE;
    guest->pc += 4;
}

static bool all_off(void) {
    for (u32 i = 0; i < GUESTS; ++i)
        if (!off[i]) return false;
    return true;
}

static void monitor(u32 processor) {
    for (u32 which = 0; !all_off(); which = (which + 1) % GUESTS) {
        if (off[which] || owner[which] != processor) continue;
        u32 reason;
        while ((reason = host_call(which, CALL_RUN)) == REASON_DEVICE) {
            emulate(&guests[which]);
            if (PROCESSORS > 1) break;
        }
        if (reason == REASON_OFF) off[which] = true;
        asm volatile("dsb" ::: "memory");
        owner[which] = (processor + (reason == REASON_DEVICE)) % PROCESSORS;
    }
    while (processor != 0)
        ;
    print("\nmonitor: all guests are off\n");
    host_call(0, CALL_OFF);
    for (;;)
        ;
}

void host_main(u32 processor) {
    interrupts_start();
    if (processor != 0) host_run_user(monitor, user_stacks[processor] + GUEST_STACK_WORDS, processor);
    print("host: %d guests\n", GUESTS);
    for (u32 i = 0; i < GUESTS; ++i) {
        stage2_build(&tables[i]);
        stage2_install(&guests[i], &tables[i], i + 1);
        guest_prepare(&guests[i], i);
        guests[i].hcr = HCR_VM | HCR_IMO | HCR_TWI;
    }
    asm volatile("dsb" ::: "memory");
    for (u32 i = 1; i < PROCESSORS; ++i) psci_smc(PSCI_CPU_ON, i, (u32)_start, 0);
    host_run_user(monitor, user_stacks[0] + GUEST_STACK_WORDS, 0);
}

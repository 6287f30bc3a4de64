// SPDX-License-Identifier: Apache-2.0
// System registers, exceptions to Supervisor mode, devices, barriers. With the Virtualization Extensions also a call of
// the hypervisor.
#include "speed.h"
#include "validate.h"

#define N 1024u
#define UART_FLAGS (SPEED_UART + 0x18)
#define UART_MASK (SPEED_UART + 0x38)
#define GICD_PRIORITY (0x08000000u + 0x400)
#define GICC_IAR (0x08010000u + 0x0c)
#define GICH_LR0 (0x08030000u + 0x100)
#define GICV_IAR (0x08040000u + 0x0c)

#define REPEAT_WITH(name, text, a, b)                                                     \
    REGION(                                                                               \
        name, N, do {                                                                     \
            u32 n = N;                                                                    \
            asm volatile(".arch_extension virt\n 1:\n" text "\n subs %0, %0, #1\n bne 1b" \
                         : "+r"(n)                                                        \
                         : "r"(a), "r"(b)                                                 \
                         : "r0", "r1", "r2", "r3", "lr", "cc", "memory");                 \
        } while (0))
#define REPEAT(name, text) REPEAT_WITH(name, text, UART_FLAGS, UART_MASK)

u32 speed_run_user(void (*function)(void));
extern u8 validate_vectors[];

__attribute__((section(".user.text"))) static void user(void) {
    register u32 r0 asm("r0") = 0;
    register u32 r7 asm("r7") = 0;
    MARK(3);
    for (u32 i = 0; i < N; i++) asm volatile("svc #0" : "+r"(r0) : "r"(r7) : "lr", "cc", "memory");
    MARK(4);
    r7 = 1;
    asm volatile("svc #0" : "+r"(r0) : "r"(r7) : "memory");
    __builtin_unreachable();
}

static u32 word;  // in L1

// What Linux runs at a system call's entry on a Cortex-A15 against CVE-2022-23960: arch/arm/kernel/entry-armv.S.
#define BRANCH_HISTORY_LOOP "mov r3, #8\n 2: b 3f\n 3: subs r3, r3, #1\n bne 2b\n dsb nsh\n isb"

// As Windows on Arm has its programs read the cycle counter: the opcode, which an undefined instruction is.
static void read_counter_by_trap(void) {
    u32 vectors;
    asm volatile("mrc p15, 0, %0, c12, c0, 0" : "=r"(vectors));  // VBAR
    asm volatile("mcr p15, 0, %0, c12, c0, 0\n isb" ::"r"(validate_vectors));
    REPEAT_WITH("trapped-counter", "mov r3, %2\n mov r1, %1\n udf #0xfa", &word, 0xe7f00ffau);
    asm volatile("mcr p15, 0, %0, c12, c0, 0\n isb" ::"r"(vectors));
}

static void interrupt_controller(void) {
    REPEAT_WITH("gicd-read", "ldr r3, [%1]", GICD_PRIORITY, 0);
    REPEAT_WITH("gicd-write", "str r3, [%1]", GICD_PRIORITY + 0x20, 0);
    REPEAT_WITH("gicc-eoi-ack", "str r3, [%1, #4]\n ldr r3, [%1]", GICC_IAR, 0);
    if (!speed_started_in_hyp) return;
    REPEAT_WITH("gicv-eoi-ack", "str r3, [%1, #4]\n ldr r3, [%1]", GICV_IAR, 0);
    REPEAT_WITH("gich-read", "ldr r3, [%1]", GICH_LR0, 0);
    REPEAT_WITH("gich-write", "mov r3, #0\n str r3, [%1]", GICH_LR0, 0);
}

extern u8 validate_hyp_vectors[];
void speed_hyp_init(void);
void speed_hyp_init(void) {
    u32 hsctlr;
    asm volatile("mcr p15, 4, %0, c12, c0, 0" ::"r"(validate_hyp_vectors));  // HVBAR
    asm volatile("mrc p15, 4, %0, c1, c0, 0" : "=r"(hsctlr));
    asm volatile("mcr p15, 4, %0, c1, c0, 0\n isb" ::"r"(hsctlr | 1u << 12));  // HSCTLR.I: its code is cached
}

void validate_main(void) {
    REPEAT("loop", "");
    REPEAT("sysreg-read", "mrc p15, 0, r3, c1, c0, 0");
    REPEAT("dmb", "dmb");
    REPEAT("dsb", "dsb");
    REPEAT("isb", "isb");
    REPEAT("device-read", "ldr r3, [%1]");
    REPEAT("device-write", "str r3, [%2]");
    REPEAT("mrs-cpsr", "mrs r3, cpsr");
    REPEAT("cps", "cpsid i\n cpsie i\n cpsid i");
    REPEAT("thread-read", "mrc p15, 0, r3, c13, c0, 3");
    REPEAT("thread-write", "mcr p15, 0, r3, c13, c0, 2");
    REPEAT("counter-read", "mrc p15, 0, r3, c9, c13, 0");
    REPEAT("domain-write", "mrc p15, 0, r3, c3, c0, 0\n mcr p15, 0, r3, c3, c0, 0\n isb");
    REPEAT("tlb-local", "mcr p15, 0, r3, c8, c7, 1\n dsb");
    REPEAT("tlb-broadcast", "mcr p15, 0, r3, c8, c3, 1\n dsb");
    REPEAT("branch-history", BRANCH_HISTORY_LOOP);
    read_counter_by_trap();
    interrupt_controller();
    speed_run_user(user);
    validate_report("svc", N);
    if (speed_started_in_hyp) REPEAT("hvc", "hvc #0");
}

// SPDX-License-Identifier: Apache-2.0
// System registers, exceptions to Supervisor mode, devices, barriers. With the Virtualization Extensions also a call of
// the hypervisor.
#include "speed.h"
#include "validate.h"

#define N 1024u
#define UART_FLAGS (SPEED_UART + 0x18)
#define UART_MASK (SPEED_UART + 0x38)

#define REPEAT(name, text)                                                                \
    REGION(                                                                               \
        name, N, do {                                                                     \
            u32 n = N;                                                                    \
            asm volatile(".arch_extension virt\n 1:\n" text "\n subs %0, %0, #1\n bne 1b" \
                         : "+r"(n)                                                        \
                         : "r"(UART_FLAGS), "r"(UART_MASK)                                \
                         : "r0", "r3", "lr", "cc", "memory");                             \
        } while (0))

u32 speed_run_user(void (*function)(void));

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

extern u8 validate_hyp_vectors[];
void speed_hyp_init(void);
void speed_hyp_init(void) {
    asm volatile("mcr p15, 4, %0, c12, c0, 0\n isb" ::"r"(validate_hyp_vectors));  // HVBAR
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
    speed_run_user(user);
    validate_report("svc", N);
    if (speed_started_in_hyp) REPEAT("hvc", "hvc #0");
}

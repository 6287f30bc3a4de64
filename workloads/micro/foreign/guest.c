// SPDX-License-Identifier: Apache-2.0
#include "foreign.h"
#include "pl011.h"
#include "psr.h"

void guest_call(u32 number);  // HVC with it in r0
void guest_program(void);     // User mode: three system calls
void guest_main(u32 which);

static u32 stacks[2][GUEST_STACK_WORDS];

void guest_prepare(struct context* context, u32 which) {
    context->r[0] = which;
    context->sp_svc = (u32)stacks[which + 1];
    context->pc = (u32)guest_start;
    context->vmpidr = 1u << 31;  // its processor 0
    context->psr = MODE_SVC | PSR_A | PSR_I | PSR_F;
}

void guest_main(u32 which) {
    for (u32 round = 0; round < GUEST_ROUNDS; ++round) {
        guest_call(GUEST_CALL_NULL);
        guest_program();
        *(volatile u32*)(HOLE + round * BLOCK) = round;
        while (*(volatile u32*)(UART + PL011_FR) & PL011_FR_TXFF)
            ;
        *(volatile u32*)(UART + PL011_DR) = 'a' + which;
        asm volatile("wfi");
    }
    guest_call(GUEST_CALL_OFF);
}

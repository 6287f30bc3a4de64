// SPDX-License-Identifier: Apache-2.0
#include "foreign.h"
#include "pl011.h"
#include "psr.h"

enum { REQUEST_NULL, REQUEST_CALL, REQUEST_TOUCH, REQUEST_WRITE, REQUEST_SLEEP, REQUEST_OFF };

void guest_call(u32 number);                    // HVC with it in r0
void guest_request(u32 argument, u32 request);  // SVC of the program
void guest_syscall(u32 argument, u32 request);  // what the kernel does then
void guest_program(u32 which);                  // User mode

static u32 kernel_stacks[2][GUEST_STACK_WORDS], user_stacks[2][GUEST_STACK_WORDS];

void guest_prepare(struct context* context, u32 which) {
    context->r[0] = which;
    context->sp_svc = (u32)kernel_stacks[which + 1];
    context->sp_usr = (u32)user_stacks[which + 1];
    context->pc = (u32)guest_start;
    context->vmpidr = 1u << 31;  // its processor 0
    context->psr = MODE_SVC | PSR_A | PSR_I | PSR_F;
}

void guest_syscall(u32 argument, u32 request) {
    switch (request) {
    case REQUEST_CALL: guest_call(GUEST_CALL_NULL); break;
    case REQUEST_TOUCH: *(volatile u32*)(HOLE + argument * BLOCK) = argument; break;
    case REQUEST_WRITE:
        while (*(volatile u32*)(UART + PL011_FR) & PL011_FR_TXFF)
            ;
        *(volatile u32*)(UART + PL011_DR) = argument;
        break;
    case REQUEST_SLEEP: asm volatile("wfi"); break;
    case REQUEST_OFF: guest_call(GUEST_CALL_OFF); break;
    default: break;
    }
}

void guest_program(u32 which) {
    for (u32 round = 0; round < GUEST_ROUNDS; ++round) {
        for (u32 i = 0; i < 3; ++i) guest_request(0, REQUEST_NULL);
        guest_request(0, REQUEST_CALL);
        guest_request(round, REQUEST_TOUCH);
        guest_request('a' + which, REQUEST_WRITE);
        guest_request(0, REQUEST_SLEEP);
    }
    guest_request(0, REQUEST_OFF);
}

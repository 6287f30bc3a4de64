// SPDX-License-Identifier: Apache-2.0
// The smallest guest kernel for the hosted hypervisor.
#pragma once
#include "guest_api.h"
#include "types.h"

#define USER_CODE __attribute__((section(".user"), noinline, used))

#define SYSCALL_NULL 0
#define SYSCALL_EXIT 1

extern struct guest_cpu guest_cpu;

s32 hypercall(u32 r0, u32 r1, u32 r2, u32 number);
void guest_main(void);

// Runs the user's program; its result, or the negative kind of the fault that ended it.
s32 guest_run_user(u32 (*program)(void));

static inline __attribute__((always_inline)) u32 syscall1(u32 number, u32 argument) {
    register u32 r0 asm("r0") = argument;
    register u32 r7 asm("r7") = number;
    asm volatile("svc #0" : "+r"(r0) : "r"(r7) : "memory");
    return r0;
}

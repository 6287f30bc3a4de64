// SPDX-License-Identifier: Apache-2.0
// Two million system calls: User mode, SVC, Supervisor mode and back.
#include "print.h"
#include "speed.h"

#define CALLS (2000000u * SPEED_SCALE)

u32 speed_run_user(void (*function)(void));

__attribute__((section(".user.text"))) static void user(void) {
    register u32 r0 asm("r0") = 0;
    register u32 r7 asm("r7") = 0;
    for (u32 i = 0; i < CALLS; i++) asm volatile("svc #0" : "+r"(r0) : "r"(r7) : "lr", "cc", "memory");
    r7 = 1;
    asm volatile("svc #0" : "+r"(r0) : "r"(r7) : "memory");
    __builtin_unreachable();
}

void speed_main(void) {
    print("speed: syscalls\n");
    u32 calls = speed_run_user(user);
    print("speed: syscalls %u\n", calls);
}

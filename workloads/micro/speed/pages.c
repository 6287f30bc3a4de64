// SPDX-License-Identifier: Apache-2.0
// User mode: ten words anywhere in 4 MiB of small pages, then a system call; 300,000 times.
#include "pages.h"
#include "print.h"

#define CALLS (300000u * SPEED_SCALE)

u32 speed_run_user(void (*function)(void));

__attribute__((section(".user.text"))) static void user(void) {
    register u32 r0 asm("r0") = 0;
    register u32 r7 asm("r7") = 0;
    u32 state = 1;
    for (u32 i = 0; i < CALLS; i++) {
        r0 = pages_walk(&state, r0);
        asm volatile("svc #0" : "+r"(r0) : "r"(r7) : "lr", "cc", "memory");
    }
    r7 = 1;
    asm volatile("svc #0" : "+r"(r0) : "r"(r7) : "memory");
    __builtin_unreachable();
}

void speed_main(void) {
    print("speed: pages\n");
    pages_map();
    pages_fill();
    print("speed: pages %x\n", speed_run_user(user));
}

// SPDX-License-Identifier: Apache-2.0
// Guest system call: User mode to the guest's kernel and back. The hypervisor has no part in it.
#include "guest.h"
#include "micro.h"
#include "print.h"

USER_DATA static u32 wrong = 1;

USER_CODE static u32 syscall(u32 number) {
    register u32 r0 asm("r0") = 1;
    register u32 r7 asm("r7") = number;
    asm volatile("svc #0" : "+r"(r0) : "r"(r7) : "lr", "cc", "memory");
    return r0;
}

USER_CODE static void user_main(void) {
    u32 results = 0;
    MEASURE(results |= syscall(SYSCALL_NULL));
    wrong = results;
    syscall(SYSCALL_EXIT);
}

void guest_main(void) {
    print("syscall: start\n");
    guest_run_user(user_main);
    print("syscall: %s\n", wrong ? "FAILED" : "done");
}

// SPDX-License-Identifier: Apache-2.0
// Guest system call: guest user, host, hypervisor, host, guest kernel, and the same way back.
#include "hosted_guest.h"
#include "micro.h"
#include "print.h"

USER_CODE static u32 user_main(void) {
    u32 results = 0;
    MEASURE(results |= syscall1(SYSCALL_NULL, 1));
    return syscall1(SYSCALL_EXIT, results);
}

void guest_main(void) {
    print("syscall: start\n");
    print("syscall: %s\n", guest_run_user(user_main) ? "FAILED" : "done");
}

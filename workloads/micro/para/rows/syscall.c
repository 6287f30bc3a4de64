// SPDX-License-Identifier: Apache-2.0
// Guest system call: guest user, microvisor, guest kernel, microvisor, guest user.
#include "micro.h"
#include "para_guest.h"
#include "print.h"

USER_CODE static u32 user_main(void) {
    u32 results = 0;
    MEASURE(results |= syscall1(SYSCALL_NULL, 1));
    return syscall1(SYSCALL_EXIT, results);
}

void guest_main(void) {
    print("syscall: start\n");
    guest_make_user();
    print("syscall: %s\n", guest_run_user(user_main) ? "FAILED" : "done");
}

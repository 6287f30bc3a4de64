// SPDX-License-Identifier: Apache-2.0
#include "boot/fail.h"
#include "machine/platform.h"
#include "print.h"

void boot_exit_failed(void);

void boot_give_up(void) {
    boot_exit_failed();
    platform_power_off();
}

void boot_fail(const char* why) {
    print("pure: %s\n", why);
    boot_give_up();
}

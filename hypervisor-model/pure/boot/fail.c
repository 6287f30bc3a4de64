// SPDX-License-Identifier: Apache-2.0
#include "boot/fail.h"
#include "machine/platform.h"
#include "print.h"

void boot_fail(const char* why) {
    print("pure: %s\n", why);
    platform_power_off();
}

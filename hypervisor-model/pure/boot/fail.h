// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "types.h"

// It cannot be started: the machine is off, with a line on the console, and a simulator told (fail_exit.S).
void boot_fail(const char* why) NORETURN;
// The same where nobody knows of a console.
void boot_give_up(void) NORETURN;

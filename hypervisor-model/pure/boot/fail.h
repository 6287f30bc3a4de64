// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "types.h"

// It cannot be started: the machine is off, with a line on the console.
void boot_fail(const char* why) NORETURN;

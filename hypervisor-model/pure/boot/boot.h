// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "types.h"

void boot(u32 fdt_address, u32 mode) NORETURN;
// start_other.S: first instructions of a processor that PSCI starts; r0 = its struct cpu.
void hyp_start_other(void) NORETURN;

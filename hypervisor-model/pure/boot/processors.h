// SPDX-License-Identifier: Apache-2.0
// Starting processors.
#pragma once
#include "machine/cpu.h"

// What each processor sets up of itself, the first one included.
void cpu_init(struct cpu* cpu);
// Start the other processors at `first`, with their struct cpu in r0. They wait until cpu_release_others().
void cpu_start_others(void (*first)(void));
void cpu_release_others(void);
// Run virtual processors from now on.
void cpu_go(void) NORETURN;
// First C function of a processor that was started, on its own stack.
void boot_other(struct cpu* cpu) NORETURN;

// SPDX-License-Identifier: Apache-2.0
// Programs for timing a simulator: no hypervisor beneath, the same work on every run, and they stop the machine.
#pragma once
#include "types.h"

// How much work: multiplies every program's default.
#ifndef SPEED_SCALE
#define SPEED_SCALE 1
#endif

#define SPEED_RAM 0x40000000u
#define SPEED_UART 0x09000000u

void speed_main(void);
void speed_off(void) __attribute__((noreturn));
// Flat translation with caches on; one MiB of code, constants and data in pages of their own, sections for the rest.
void speed_mmu_enable(void);

// Whether the processor started in Hyp mode: decides the conduit of PSCI calls.
extern u32 speed_started_in_hyp;

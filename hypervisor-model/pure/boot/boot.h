// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "boot/cpu.h"

// start.S
void hyp_start_other(void) __attribute__((noreturn));
void boot(u32 fdt_address, u32 mode) __attribute__((noreturn));
void boot_other(struct cpu* cpu) __attribute__((noreturn));

// entry.S
void hyp_enter_guest(void) __attribute__((noreturn));
void hyp_panic(u32 cause, u32 pc, u32 cpsr) __attribute__((noreturn));

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "types.h"

void boot(u32 fdt_address, u32 mode) __attribute__((noreturn));
void hyp_panic(u32 cause, u32 pc, u32 cpsr) __attribute__((noreturn));
void hyp_enter_guest(void) __attribute__((noreturn));

// SPDX-License-Identifier: Apache-2.0
// What assembly and C of this folder have of each other.
#pragma once
#include "types.h"

// enter.S: nobody runs here: run another.
void hyp_enter_guest(void) NORETURN;
// For entry.S.
void hyp_panic(u32 cause, u32 pc, u32 cpsr) NORETURN;

// SPDX-License-Identifier: Apache-2.0
// The registers of the guest's other modes, which stay in the machine while Hyp mode runs.
#pragma once
#include "types.h"

struct banked;
struct fp_state;

void banked_save(struct banked* banked);
void banked_restore(const struct banked* banked);
void fp_save(struct fp_state* fp);
void fp_restore(const struct fp_state* fp);

// r8..r14 of a mode other than User and System; r13 of those two as well.
u32 banked_reg_read(u32 mode, u32 number);
void banked_reg_write(u32 mode, u32 number, u32 value);

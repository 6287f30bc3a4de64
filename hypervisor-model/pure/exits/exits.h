// SPDX-License-Identifier: Apache-2.0
// Why a guest came here: one handler for each exception class of HSR.EC, ARM DDI 0406C B3.13.6.
#pragma once
#include "machine/vcpu.h"

#define HSR_EC_COUNT 64
#define HSR_IL (1u << 25)

typedef void (*exit_handler)(struct vcpu* vcpu, u32 hsr);
extern const exit_handler exit_table[HSR_EC_COUNT];

void exit_wfi(struct vcpu* vcpu, u32 hsr);
void exit_cp15(struct vcpu* vcpu, u32 hsr);
void exit_cp15_64(struct vcpu* vcpu, u32 hsr);
void exit_cp14(struct vcpu* vcpu, u32 hsr);
void exit_cp14_64(struct vcpu* vcpu, u32 hsr);
void exit_coprocessor(struct vcpu* vcpu, u32 hsr);
void exit_fp_id(struct vcpu* vcpu, u32 hsr);
void exit_undefined(struct vcpu* vcpu, u32 hsr);
void exit_hvc(struct vcpu* vcpu, u32 hsr);
void exit_smc(struct vcpu* vcpu, u32 hsr);
void exit_instruction_abort(struct vcpu* vcpu, u32 hsr);
void exit_data_abort(struct vcpu* vcpu, u32 hsr);

// Length of the instruction that trapped.
static inline u32 hsr_length(u32 hsr) { return hsr & HSR_IL ? 4 : 2; }

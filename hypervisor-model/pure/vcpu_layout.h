/* SPDX-License-Identifier: Apache-2.0 */
/* Offsets of struct vcpu that the entry and exit code needs; checked against the structure in vcpu.h. */
#pragma once

#define VCPU_LR_USR 52
#define VCPU_PC 56
#define VCPU_CPSR 60

/* struct banked */
#define BANKED_USR 0
#define BANKED_SVC 4
#define BANKED_ABT 16
#define BANKED_UND 28
#define BANKED_IRQ 40
#define BANKED_FIQ 52

/* struct fp_state */
#define FP_D0 0
#define FP_D16 128
#define FP_SCR 256
#define FP_EXC 260

/* SPDX-License-Identifier: Apache-2.0 */
/* Offsets and sizes that assembly needs; checked against the structures in vcpu.h and cpu.h. */
#pragma once

/* struct vcpu */
#define VCPU_LR_USR 52
#define VCPU_PC 56
#define VCPU_CPSR 60
#define VCPU_STACK 64

/* struct cpu lies at the bottom of its processor's stack */
#define CPU_AREA_SHIFT 12
#define CPU_AREA (1 << CPU_AREA_SHIFT)
#define CPU_STACK_TOP (CPU_AREA - 8)
#define CPU_RUNNING 0

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

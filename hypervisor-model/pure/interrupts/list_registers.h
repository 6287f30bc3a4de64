// SPDX-License-Identifier: Apache-2.0
// The list registers, and the CPU interface that serves the guest from them. Part of vgic.c.
#pragma once
#include "machine/vcpu.h"

static u32 lr_count;  // how many are used

static u32 lr_init(void);  // returns how many
static void lr_silence(void);
// Of any virtual processor, running or not.
static u32 lr_read(struct vcpu* vcpu, u32 n);
static void lr_write(struct vcpu* vcpu, u32 n, u32 value);
static u32 free_lrs(struct vcpu* vcpu);
static void lr_enable(struct vcpu* vcpu, u32 hcr);
// The world switch's: control registers, one list register to memory, one from there.
static void lr_save_control(struct vgic* vgic);
static void lr_unload(struct vgic* vgic, u32 n);
static void lr_load(const struct vgic* vgic, u32 n);
static void lr_restore_control(const struct vcpu* vcpu);

#include "interrupts/list_registers_inline.h"

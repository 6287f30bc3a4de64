// SPDX-License-Identifier: Apache-2.0
// In memory always; HCR.VI tells the running virtual processor of an interrupt.
#pragma once
#include "gicv2.h"
#include "interrupts/cpu_interface.h"

static u32 lr_init(void) { return VGIC_LRS; }
static void lr_silence(void) { cpu_interface_silence(); }
static u32 lr_read(struct vcpu* vcpu, u32 n) { return vcpu->vgic.lr[n]; }

static void lr_write(struct vcpu* vcpu, u32 n, u32 value) {
    vcpu->vgic.lr[n] = value;
    if (vcpu == current) cpu_interface_signal(vcpu);
}

static u32 free_lrs(struct vcpu* vcpu) {
    u32 empty = 0;
    for (u32 n = 0; n < lr_count; n++) empty |= (vcpu->vgic.lr[n] & (LR_PENDING | LR_ACTIVE) ? 0 : 1u) << n;
    return empty;
}

static void lr_enable(struct vcpu* vcpu, u32 hcr) { (void)vcpu, (void)hcr; }
static void lr_save_control(struct vgic* vgic) { (void)vgic; }
static void lr_unload(struct vgic* vgic, u32 n) { (void)vgic, (void)n; }
static void lr_load(const struct vgic* vgic, u32 n) { (void)vgic, (void)n; }
static void lr_restore_control(const struct vcpu* vcpu) { cpu_interface_signal(vcpu); }

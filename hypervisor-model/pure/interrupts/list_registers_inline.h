// SPDX-License-Identifier: Apache-2.0
// Of the running virtual processor in the hardware, of others in memory.
#pragma once
#include "cp15.h"
#include "gicv2.h"
#include "machine/platform.h"

static u32 gich_read(u32 offset) { return mmio_read32(platform.gich + offset); }
static void gich_write(u32 offset, u32 value) { mmio_write32(platform.gich + offset, value); }

static bool in_hardware(const struct vcpu* vcpu) { return vcpu == current; }

static u32 lr_read(struct vcpu* vcpu, u32 n) {
    return in_hardware(vcpu) ? gich_read(GICH_LR0 + 4 * n) : vcpu->vgic.lr[n];
}

static void lr_write(struct vcpu* vcpu, u32 n, u32 value) {
    if (in_hardware(vcpu)) gich_write(GICH_LR0 + 4 * n, value);
    else vcpu->vgic.lr[n] = value;
}

static u32 free_lrs(struct vcpu* vcpu) {
    u32 all = (1u << lr_count) - 1, empty = 0;
    if (in_hardware(vcpu)) return gich_read(GICH_ELRSR0) & all;
    for (u32 n = 0; n < lr_count; n++) empty |= (vcpu->vgic.lr[n] & (LR_PENDING | LR_ACTIVE) ? 0 : 1u) << n;
    return empty;
}

static void lr_enable(struct vcpu* vcpu, u32 hcr) {
    if (in_hardware(vcpu)) gich_write(GICH_HCR, hcr);
}

static void lr_silence(void) { gich_write(GICH_HCR, 0); }

static u32 lr_init(void) {
    u32 implemented = (gich_read(GICH_VTR) & GICH_VTR_LISTREGS) + 1;
    lr_silence();
    for (u32 i = 0; i < implemented; i++) gich_write(GICH_LR0 + 4 * i, 0);
    return implemented < VGIC_LRS ? implemented : VGIC_LRS;
}

static void lr_save_control(struct vgic* vgic) {
    vgic->vmcr = gich_read(GICH_VMCR);
    vgic->apr = gich_read(GICH_APR);
}

static void lr_unload(struct vgic* vgic, u32 n) {
    vgic->lr[n] = gich_read(GICH_LR0 + 4 * n);
    gich_write(GICH_LR0 + 4 * n, 0);
}

static void lr_load(const struct vgic* vgic, u32 n) { gich_write(GICH_LR0 + 4 * n, vgic->lr[n]); }

static void lr_restore_control(const struct vcpu* vcpu) {
    gich_write(GICH_APR, vcpu->vgic.apr);
    gich_write(GICH_VMCR, vcpu->vgic.vmcr);
    gich_write(GICH_HCR, vcpu->vgic.hcr);
}

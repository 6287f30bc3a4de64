// SPDX-License-Identifier: Apache-2.0
// The guest's CPU interface where there is no virtual one: its registers trap and are emulated on the list registers.
#include "devices/cpu_interface_device.h"
#include "interrupts/cpu_interface.h"
#include "interrupts/gic.h"
#include "interrupts/vgic.h"
#include "machine/vm.h"

static u32 number_of(u32 lr) {
    u32 irq = lr & LR_VIRQ_MASK;
    return irq < VGIC_SGIS ? irq | (lr & LR_SOURCE) : irq;
}

static u32 acknowledge(struct vgic* g) {
    s32 n = cpu_interface_takeable(g);
    if (n < 0) return NO_INTERRUPT;
    g->lr[n] = (g->lr[n] & ~LR_PENDING) | LR_ACTIVE;
    g->apr |= 1u << group_of(g, level_of(g->lr[n]));
    return number_of(g->lr[n]);
}

// What the hardware does by itself at the guest's end: the physical interrupt ends too, and what waited gets its turn.
static void deactivate(struct vcpu* vcpu, u32 number) {
    struct vgic* g = &vcpu->vgic;
    for (u32 n = 0; n < VGIC_LRS; n++) {
        u32 lr = g->lr[n];
        if (!(lr & LR_ACTIVE) || number_of(lr) != number) continue;
        g->lr[n] = lr & ~LR_ACTIVE;
        if (lr & LR_HW) gic_deactivate(lr >> LR_PIRQ_SHIFT & GIC_ID_MASK);
        if (g->sgi_waits && (lr & LR_EOI)) vgic_maintenance(vcpu);
        else if (g->hcr & GICH_HCR_UIE) vgic_deliver(vcpu);
        return;
    }
}

static void end(struct vcpu* vcpu, u32 number) {
    struct vgic* g = &vcpu->vgic;
    g->apr &= g->apr - 1;
    if (!(g->vmcr & GICC_CTLR_EOIMODE_NS)) deactivate(vcpu, number);
}

static void set_field(u32* vmcr, u32 shift, u32 width, u32 value) {
    u32 mask = ((1u << width) - 1) << shift;
    *vmcr = (*vmcr & ~mask) | (value << shift & mask);
}

static u32 read(struct vgic* g, u32 reg) {
    s32 n;
    switch (reg) {
    case GICC_IAR: return acknowledge(g);
    case GICC_CTLR: return g->vmcr & CTLR_BITS;
    case GICC_PMR: return g->vmcr >> VMCR_MASK_SHIFT << 3;
    case GICC_BPR: return binary_point(g) < BINARY_POINT_MIN ? BINARY_POINT_MIN : binary_point(g);
    case GICC_RPR: return g->apr ? running(g) << 3 : 0xff;
    case GICC_HPPIR: return (n = cpu_interface_best(g)) < 0 ? NO_INTERRUPT : number_of(g->lr[n]);
    case GICC_APR: return g->apr;
    case GICC_IIDR: return 0x0202043b;  // a CPU interface of GICv2
    default: return 0;
    }
}

static void write(struct vcpu* vcpu, u32 reg, u32 value) {
    struct vgic* g = &vcpu->vgic;
    switch (reg) {
    case GICC_EOIR: end(vcpu, value & (GIC_ID_MASK | LR_SOURCE)); break;
    case GICC_DIR: deactivate(vcpu, value & (GIC_ID_MASK | LR_SOURCE)); break;
    case GICC_CTLR: g->vmcr = (g->vmcr & ~CTLR_BITS) | (value & CTLR_BITS); break;
    case GICC_PMR: set_field(&g->vmcr, VMCR_MASK_SHIFT, 5, value >> 3); break;
    case GICC_BPR: set_field(&g->vmcr, VMCR_BINARY_POINT_SHIFT, 3, value & 7); break;
    case GICC_APR: g->apr = value; break;
    default: break;
    }
}

bool cpu_interface_access(struct vcpu* vcpu, struct device* device, struct access* access) {
    u32 reg = device->ipa - VM_GICC + access->offset;
    if (access->size != 4 || access->offset % 4) return false;
    if (access->write) write(vcpu, reg, access->value);
    else access->value = read(&vcpu->vgic, reg);
    cpu_interface_update_irq(vcpu);
    return true;
}

// SPDX-License-Identifier: Apache-2.0
// GICv2's CPU interface in software, ARM IHI 0048B 4.4 and 3.3. What struct vgic keeps of the hardware's registers is
// what counts here: list registers, VMCR (mask, binary point, control) and APR, in the layout of chapter 5.
#include "cpu_interface.h"
#include "boot/vm.h"
#include "cp15.h"
#include "gicv2.h"
#include "interrupts/gic.h"

#define HCR_VI (1u << 7)
#define CTLR_BITS (GICC_CTLR_ENABLE | GICC_CTLR_EOIMODE_NS)
#define CTLR_ENABLE GICC_CTLR_ENABLE
#define VMCR_MASK_SHIFT 27
#define VMCR_BINARY_POINT_SHIFT 21
#define BINARY_POINT_MIN 2u  // 32 levels of priority, all of them for preemption
#define NO_INTERRUPT 1023u
#define IDLE 32u  // of levels: below every other
#define LR_SOURCE (7u << LR_CPUID_SHIFT)

static u32 level_of(u32 lr) { return lr >> LR_PRIO_SHIFT & 31; }
static u32 binary_point(const struct vgic* g) { return g->vmcr >> VMCR_BINARY_POINT_SHIFT & 7; }
static u32 running(const struct vgic* g) { return g->apr ? (u32)__builtin_ctz(g->apr) : IDLE; }

// The part of a level that counts for preemption.
static u32 group_of(const struct vgic* g, u32 level) {
    u32 point = binary_point(g);
    return point > BINARY_POINT_MIN ? level & ~((1u << (point - BINARY_POINT_MIN)) - 1) : level;
}

static s32 best(const struct vgic* g) {
    s32 found = -1;
    for (u32 n = 0; n < VGIC_LRS; n++)
        if ((g->lr[n] & LR_PENDING) && (found < 0 || level_of(g->lr[n]) < level_of(g->lr[found]))) found = (s32)n;
    return found;
}

// The list register whose interrupt the processor would take now, or -1.
static s32 takeable(const struct vgic* g) {
    s32 n = best(g);
    if (n < 0 || !(g->vmcr & CTLR_ENABLE)) return -1;
    u32 level = level_of(g->lr[n]);
    return level < g->vmcr >> VMCR_MASK_SHIFT && group_of(g, level) < running(g) ? n : -1;
}

static void set_virtual_irq(bool on) {
    u32 old = hcr_read(), hcr = on ? old | HCR_VI : old & ~HCR_VI;
    if (hcr != old) hcr_write(hcr);
}

void cpu_interface_signal(const struct vcpu* vcpu) { set_virtual_irq(takeable(&vcpu->vgic) >= 0); }
void cpu_interface_silence(void) { set_virtual_irq(false); }

static u32 number_of(u32 lr) {
    u32 irq = lr & LR_VIRQ_MASK;
    return irq < VGIC_SGIS ? irq | (lr & LR_SOURCE) : irq;
}

static u32 acknowledge(struct vgic* g) {
    s32 n = takeable(g);
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
    case GICC_HPPIR: return (n = best(g)) < 0 ? NO_INTERRUPT : number_of(g->lr[n]);
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
    cpu_interface_signal(vcpu);
    return true;
}

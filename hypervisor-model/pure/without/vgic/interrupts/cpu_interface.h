// SPDX-License-Identifier: Apache-2.0
// GICv2's CPU interface in software, ARM IHI 0048B 4.4 and 3.3. What struct vgic keeps of the hardware's registers is
// what counts here: list registers, VMCR (mask, binary point, control) and APR, in the layout of chapter 5.
#pragma once
#include "cp15.h"
#include "gicv2.h"
#include "machine/vcpu.h"

#define HCR_VI (1u << 7)
#define CTLR_BITS (GICC_CTLR_ENABLE | GICC_CTLR_EOIMODE_NS)
#define CTLR_ENABLE GICC_CTLR_ENABLE
#define VMCR_MASK_SHIFT 27
#define VMCR_BINARY_POINT_SHIFT 21
#define BINARY_POINT_MIN 2u  // 32 levels of priority, all of them for preemption
#define NO_INTERRUPT 1023u
#define IDLE 32u  // of levels: below every other
#define LR_SOURCE (7u << LR_CPUID_SHIFT)

static inline u32 level_of(u32 lr) { return lr >> LR_PRIO_SHIFT & 31; }
static inline u32 binary_point(const struct vgic* g) { return g->vmcr >> VMCR_BINARY_POINT_SHIFT & 7; }
static inline u32 running(const struct vgic* g) { return g->apr ? (u32)__builtin_ctz(g->apr) : IDLE; }

// The part of a level that counts for preemption.
static inline u32 group_of(const struct vgic* g, u32 level) {
    u32 point = binary_point(g);
    return point > BINARY_POINT_MIN ? level & ~((1u << (point - BINARY_POINT_MIN)) - 1) : level;
}

// The pending list register of the highest priority, or -1.
static inline s32 cpu_interface_best(const struct vgic* g) {
    s32 found = -1;
    for (u32 n = 0; n < VGIC_LRS; n++)
        if ((g->lr[n] & LR_PENDING) && (found < 0 || level_of(g->lr[n]) < level_of(g->lr[found]))) found = (s32)n;
    return found;
}

// That of the interrupt the processor would take now, or -1.
s32 cpu_interface_takeable(const struct vgic* g);

static inline void cpu_interface_set_irq(bool on) {
    u32 old = hcr_read(), hcr = on ? old | HCR_VI : old & ~HCR_VI;
    if (hcr != old) hcr_write(hcr);
}

// HCR.VI as the running virtual processor's interrupts want it.
static inline void cpu_interface_update_irq(const struct vcpu* vcpu) {
    cpu_interface_set_irq(cpu_interface_takeable(&vcpu->vgic) >= 0);
}

// For vgic.c.
void cpu_interface_signal(const struct vcpu* vcpu);
void cpu_interface_silence(void);

// SPDX-License-Identifier: Apache-2.0
#include "interrupts/vgic.h"
#include "gicv2.h"
#include "interrupts/gic.h"
#include "interrupts/list_registers.h"
#include "machine/platform.h"
#include "string.h"

#define PRIORITY_RESET 0xa0
#define SGI_BITS 0x0000ffffu

static u32 bit(u32 irq) { return 1u << (irq & 31); }

void vgic_silence(void) { lr_silence(); }
void vgic_init_hardware(void) { lr_count = lr_init(); }

void vgic_create(struct vgic* vgic) {
    memset(vgic, 0, sizeof(*vgic));
    memset(vgic->priority, PRIORITY_RESET, sizeof(vgic->priority));
    vgic_reset(vgic);
}

void vgic_reset(struct vgic* vgic) {
    vgic->enabled[0] = SGI_BITS;  // software-generated interrupts are always enabled
    vgic->pending[0] = 0;
    memset(vgic->sgi_sources, 0, sizeof(vgic->sgi_sources));
    memset(vgic->priority, PRIORITY_RESET, 32);
    vgic->sgi_waits = false;
    vgic->hcr = GICH_HCR_EN;
    vgic->vmcr = vgic->apr = 0;
    memset(vgic->lr, 0, sizeof(vgic->lr));
}

void vgic_forward(struct vgic* vgic, u32 irq) { vgic->forwarded[irq / 32] |= bit(irq); }

// The word is shared with processors that raise interrupts here.
static void set_pending(struct vgic* vgic, u32 irq) {
    __atomic_fetch_or(&vgic->pending[irq / 32], bit(irq), __ATOMIC_RELEASE);
}

static void clear_pending(struct vgic* vgic, u32 word, u32 mask) {
    __atomic_fetch_and(&vgic->pending[word], ~mask, __ATOMIC_ACQUIRE);
}

static u32 lr_value(const struct vgic* vgic, u32 irq) {
    u32 value = irq | LR_PENDING | (u32)(vgic->priority[irq] >> 3) << LR_PRIO_SHIFT;
    if (vgic->forwarded[irq / 32] & bit(irq)) value |= LR_HW | irq << LR_PIRQ_SHIFT;
    return value;
}

static u32 lr_source(u32 lr) { return 1u << (lr >> LR_CPUID_SHIFT & 7); }

// One list register for each number, whichever processors the interrupt is from: the next one's turn comes at the end
// of the first, which is why that end asks for a maintenance interrupt.
static void leave_sgi_waiting(struct vcpu* vcpu, u32 n, u32 lr) {
    struct vgic* vgic = &vcpu->vgic;
    u32 irq = lr & LR_VIRQ_MASK, source = lr_source(lr);
    if (vgic->sgi_sources[irq] & source) {
        __atomic_fetch_and(&vgic->sgi_sources[irq], (u8)~source, __ATOMIC_ACQUIRE);
        lr |= LR_PENDING;
    }
    if (vgic->sgi_sources[irq]) {
        lr |= LR_EOI;
        vgic->sgi_waits = true;
    }
    lr_write(vcpu, n, lr);
}

static void list_sgi(struct vcpu* vcpu, u32 n, u32 irq) {
    struct vgic* vgic = &vcpu->vgic;
    if (vgic->sgi_sources[irq] == 0) return;  // withdrawn in the meantime
    u32 source = (u32)__builtin_ctz(vgic->sgi_sources[irq]);
    leave_sgi_waiting(vcpu, n, lr_value(vgic, irq) | source << LR_CPUID_SHIFT);
}

static bool list(struct vcpu* vcpu, u32 irq) {
    u32 empty = free_lrs(vcpu);
    // One list register for each interrupt: raised again while the guest handles it, it becomes pending and active.
    for (u32 used = ~empty & ((1u << lr_count) - 1); used; used &= used - 1) {
        u32 n = (u32)__builtin_ctz(used), lr = lr_read(vcpu, n);
        if ((lr & LR_VIRQ_MASK) == irq && (lr & (LR_PENDING | LR_ACTIVE))) {
            if (irq < VGIC_SGIS) leave_sgi_waiting(vcpu, n, lr);
            else if (!(lr & LR_HW)) lr_write(vcpu, n, lr | LR_PENDING);
            return true;
        }
    }
    if (!empty) return false;
    u32 n = (u32)__builtin_ctz(empty);
    if (irq < VGIC_SGIS) list_sgi(vcpu, n, irq);
    else lr_write(vcpu, n, lr_value(&vcpu->vgic, irq));
    return true;
}

static s32 best_pending(const struct vgic* vgic) {
    s32 best = -1;
    for (u32 w = 0; w < VGIC_WORDS; w++)
        for (u32 bits = vgic->pending[w] & vgic->enabled[w]; bits; bits &= bits - 1) {
            s32 irq = (s32)(32 * w) + __builtin_ctz(bits);
            if (best < 0 || vgic->priority[irq] < vgic->priority[best]) best = irq;
        }
    return best;
}

// Ask for a maintenance interrupt when the list registers run empty, as long as something waits outside them.
static void set_underflow(struct vcpu* vcpu, bool on) {
    u32 hcr = GICH_HCR_EN | (on ? GICH_HCR_UIE : 0);
    if (vcpu->vgic.hcr == hcr) return;
    vcpu->vgic.hcr = hcr;
    lr_enable(vcpu, hcr);
}

void vgic_deliver(struct vcpu* vcpu) {
    struct vgic* vgic = &vcpu->vgic;
    s32 irq = -1;
    if (vgic->ctlr & 1)
        while ((irq = best_pending(vgic)) >= 0) {
            clear_pending(vgic, (u32)irq / 32, bit((u32)irq));
            if (list(vcpu, (u32)irq)) continue;
            set_pending(vgic, (u32)irq);
            break;
        }
    set_underflow(vcpu, irq >= 0);
    if (vcpu->state == VCPU_WAITING && vgic_has_work(vcpu)) vcpu_wake(vcpu);
}

// Software interrupts that waited for the end of their like get their turn.
void vgic_maintenance(struct vcpu* vcpu) {
    struct vgic* vgic = &vcpu->vgic;
    if (vgic->sgi_waits) {
        vgic->sgi_waits = false;
        for (u32 n = 0; n < lr_count; n++)
            if ((lr_read(vcpu, n) & (LR_EOI | LR_HW | LR_PENDING | LR_ACTIVE)) == LR_EOI) lr_write(vcpu, n, 0);
        for (u32 irq = 0; irq < VGIC_SGIS; irq++)
            if (vgic->sgi_sources[irq]) set_pending(vgic, irq);
    }
    vgic_deliver(vcpu);
}

static void deliver_there(struct vcpu* vcpu) {
    if (vcpu->cpu == this_cpu()) vgic_deliver(vcpu);
    else cpu_kick(vcpu->cpu);
}

void vgic_raise(struct vcpu* vcpu, u32 irq) {
    struct vgic* vgic = &vcpu->vgic;
    // The common case by itself: enabled, nothing else waiting, a list register free.
    if (likely((vgic->ctlr & 1) && (vgic->enabled[irq / 32] & bit(irq)) && vgic->hcr == GICH_HCR_EN &&
               vcpu->cpu == this_cpu()) &&
        list(vcpu, irq)) {
        if (vcpu->state == VCPU_WAITING) vcpu_wake(vcpu);
        return;
    }
    set_pending(vgic, irq);
    deliver_there(vcpu);
}

void vgic_raise_sgi(struct vcpu* vcpu, u32 irq, u32 source) {
    __atomic_fetch_or(&vcpu->vgic.sgi_sources[irq], (u8)(1u << source), __ATOMIC_RELAXED);
    set_pending(&vcpu->vgic, irq);
    deliver_there(vcpu);
}

static void take_back(struct vcpu* vcpu, u32 n, u32 lr) {
    u32 irq = lr & LR_VIRQ_MASK;
    lr_write(vcpu, n, lr & ~LR_PENDING);
    if (irq < VGIC_SGIS) __atomic_fetch_or(&vcpu->vgic.sgi_sources[irq], (u8)lr_source(lr), __ATOMIC_RELAXED);
    set_pending(&vcpu->vgic, irq);
}

void vgic_hold(struct vcpu* vcpu, u32 word, u32 mask) {
    for (u32 n = 0; n < lr_count; n++) {
        u32 lr = lr_read(vcpu, n), irq = lr & LR_VIRQ_MASK;
        if ((lr & LR_PENDING) && irq / 32 == word && (mask & bit(irq))) take_back(vcpu, n, lr);
    }
}

void vgic_withdraw(struct vcpu* vcpu, u32 word, u32 mask) {
    vgic_hold(vcpu, word, mask);
    clear_pending(&vcpu->vgic, word, mask);
}

u32 vgic_sgi_sources(struct vcpu* vcpu, u32 irq) {
    u32 sources = vcpu->vgic.sgi_sources[irq];
    for (u32 n = 0; n < lr_count; n++) {
        u32 lr = lr_read(vcpu, n);
        if ((lr & LR_PENDING) && (lr & LR_VIRQ_MASK) == irq) sources |= lr_source(lr);
    }
    return sources;
}

void vgic_withdraw_sgi(struct vcpu* vcpu, u32 irq, u32 sources) {
    struct vgic* vgic = &vcpu->vgic;
    vgic_hold(vcpu, 0, bit(irq));
    __atomic_fetch_and(&vgic->sgi_sources[irq], (u8)~sources, __ATOMIC_RELAXED);
    if (vgic->sgi_sources[irq] == 0) clear_pending(vgic, 0, bit(irq));
    vgic_deliver(vcpu);
}

void vgic_end_active(struct vcpu* vcpu, u32 word, u32 mask) {
    for (u32 n = 0; n < lr_count; n++) {
        u32 lr = lr_read(vcpu, n), irq = lr & LR_VIRQ_MASK;
        if (!(lr & LR_ACTIVE) || irq / 32 != word || !(mask & bit(irq))) continue;
        lr_write(vcpu, n, lr & ~LR_ACTIVE);
        if (lr & LR_HW) gic_set_active(irq, false);
    }
}

bool vgic_has_work(struct vcpu* vcpu) {
    for (u32 n = 0; n < lr_count; n++)
        if (lr_read(vcpu, n) & LR_PENDING) return true;
    return (vcpu->vgic.ctlr & 1) && best_pending(&vcpu->vgic) >= 0;
}

u32 vgic_lr_bits(struct vcpu* vcpu, u32 word, u32 state) {
    u32 bits = 0;
    for (u32 n = 0; n < lr_count; n++) {
        u32 lr = lr_read(vcpu, n);
        if ((lr & state) && (lr & LR_VIRQ_MASK) / 32 == word) bits |= bit(lr & LR_VIRQ_MASK);
    }
    return bits;
}

// The virtual timer's interrupt is one physical interrupt for all machines: whether it is enabled and active belongs to
// the machine that runs.
void vgic_save(struct vcpu* vcpu) {
    struct vgic* vgic = &vcpu->vgic;
    if (unlikely(vgic->sgi_waits)) vgic_maintenance(vcpu);
    lr_save_control(vgic);
    bool timer_held = vgic->pending[platform.irq_virtual_timer / 32] & bit(platform.irq_virtual_timer);
    u32 empty = free_lrs(vcpu);
    for (u32 n = 0; n < lr_count; n++) {
        if (empty & 1u << n) {
            vgic->lr[n] = 0;
            continue;
        }
        lr_unload(vgic, n);
        timer_held |= (vgic->lr[n] & LR_VIRQ_MASK) == platform.irq_virtual_timer;
    }
    if (timer_held) gic_set_active(platform.irq_virtual_timer, false);
}

void vgic_restore(struct vcpu* vcpu) {
    struct vgic* vgic = &vcpu->vgic;
    u32 timer = platform.irq_virtual_timer;
    bool timer_held = vgic->pending[timer / 32] & bit(timer);
    for (u32 n = 0; n < lr_count; n++) {
        if (vgic->lr[n] == 0) continue;
        lr_load(vgic, n);
        timer_held |= (vgic->lr[n] & LR_VIRQ_MASK) == timer;
    }
    if (timer_held) gic_set_active(timer, true);
    gic_set_enabled(timer, vgic->enabled[timer / 32] & bit(timer));
    lr_restore_control(vcpu);
}

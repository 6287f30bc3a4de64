// SPDX-License-Identifier: Apache-2.0
#include "devices/distributor.h"
#include "gicv2.h"
#include "interrupts/gic.h"
#include "interrupts/vgic.h"
#include "string.h"
#include "vcpu/gate.h"

#define EACH_PROCESSOR(v, vm) for (struct vcpu* v = (vm)->vcpu; v < (vm)->vcpu + (vm)->vcpu_count; v++)

static u32 bit(u32 irq) { return 1u << (irq & 31); }
static u32 lowest(u32 set) { return (u32)__builtin_ctz(set); }

void distributor_create(struct vm* vm) {
    struct distributor* d = &vm->distributor;
    memset(d, 0, sizeof(*d));
    memset(d->targets, 1, sizeof(d->targets));
    d->config[0] = 0xaaaaaaaa;  // software-generated interrupts are edges
    for (u32 w = 1; w < VGIC_WORDS; w++) vm->vcpu[0].vgic.routed[w] = ~0u;
}

static struct vcpu* target(struct vm* vm, u32 irq) {
    EACH_PROCESSOR(v, vm)
    if (v->vgic.routed[irq / 32] & bit(irq)) return v;
    return &vm->vcpu[0];
}

void distributor_raise(struct vm* vm, u32 irq) { vgic_raise(target(vm, irq), irq); }

// A line that is still high after its device was touched is an interrupt again. One that falls takes back what the
// processor has not acknowledged; a processor that runs elsewhere may find nothing to do.
void distributor_set_line(struct vm* vm, u32 irq, bool level) {
    u32* line = &vm->distributor.line[irq / 32];
    if (level) {
        *line |= bit(irq);
        distributor_raise(vm, irq);
    } else if (*line & bit(irq)) {
        struct vcpu* v = target(vm, irq);
        *line &= ~bit(irq);
        if (v->cpu == this_cpu()) vgic_withdraw(v, irq / 32, bit(irq));
        else __atomic_fetch_and(&v->vgic.pending[irq / 32], ~bit(irq), __ATOMIC_RELAXED);
    }
}

static void deliver(struct vcpu* vcpu) {
    if (vcpu->cpu == this_cpu()) vgic_deliver(vcpu);
    else cpu_kick(vcpu->cpu);
}

// The processors whose list registers have to be in memory for what follows are those that run elsewhere.
static void hold(struct vm* vm) {
    if (vm->vcpu_count > 1) hold_machine(vm);
}

static void release(struct vm* vm) {
    if (vm->vcpu_count > 1) hold_release();
}

void distributor_control(struct vm* vm, u32 ctlr) {
    vm->distributor.ctlr = ctlr;
    hold(vm);
    EACH_PROCESSOR(v, vm) {
        v->vgic.ctlr = ctlr;
        for (u32 w = 0; !(ctlr & 1) && w < VGIC_WORDS; w++) vgic_hold(v, w, ~0u);
    }
    release(vm);
    EACH_PROCESSOR(v, vm) deliver(v);
}

void distributor_enable(struct vm* vm, u32 word, u32 mask) {
    struct distributor* d = &vm->distributor;
    d->enabled[word] |= mask;
    EACH_PROCESSOR(v, vm) {
        u32 here = mask & v->vgic.routed[word];
        if (!here) continue;
        v->vgic.enabled[word] |= here;
        for (u32 high = d->line[word] & here; high; high &= high - 1) vgic_raise(v, 32 * word + lowest(high));
        if (v->vgic.pending[word] & here) deliver(v);
    }
}

void distributor_disable(struct vm* vm, u32 word, u32 mask) {
    vm->distributor.enabled[word] &= ~mask;
    hold(vm);
    EACH_PROCESSOR(v, vm) {
        v->vgic.enabled[word] &= ~mask;
        vgic_hold(v, word, mask);
    }
    release(vm);
}

void distributor_withdraw(struct vm* vm, u32 word, u32 mask) {
    hold(vm);
    EACH_PROCESSOR(v, vm) vgic_withdraw(v, word, mask);
    release(vm);
}

void distributor_end_active(struct vm* vm, u32 word, u32 mask) {
    hold(vm);
    EACH_PROCESSOR(v, vm) vgic_end_active(v, word, mask);
    release(vm);
}

u32 distributor_pending(struct vm* vm, u32 word) {
    u32 bits = vm->distributor.line[word];
    hold(vm);
    EACH_PROCESSOR(v, vm) bits |= v->vgic.pending[word] | vgic_lr_bits(v, word, LR_PENDING);
    release(vm);
    return bits;
}

u32 distributor_active(struct vm* vm, u32 word) {
    u32 bits = 0;
    hold(vm);
    EACH_PROCESSOR(v, vm) bits |= vgic_lr_bits(v, word, LR_ACTIVE);
    release(vm);
    return bits;
}

void distributor_set_priority(struct vm* vm, u32 irq, u8 priority) {
    EACH_PROCESSOR(v, vm) v->vgic.priority[irq] = priority;
}

// No processor: the interrupt stays with the first, not enabled there.
void distributor_set_targets(struct vm* vm, u32 irq, u8 targets) {
    struct distributor* d = &vm->distributor;
    u32 word = irq / 32;
    targets &= (1u << vm->vcpu_count) - 1;
    if (targets == d->targets[irq]) return;
    struct vcpu *from = target(vm, irq), *to = &vm->vcpu[targets ? lowest(targets) : 0];
    bool came_here = from->vgic.routed[word] & bit(irq);
    d->targets[irq] = targets;
    if (from == to && came_here == (targets != 0)) return;
    hold(vm);
    vgic_hold(from, word, bit(irq));
    bool pending = from->vgic.pending[word] & bit(irq);
    vgic_withdraw(from, word, bit(irq));
    from->vgic.routed[word] &= ~bit(irq);
    from->vgic.enabled[word] &= ~bit(irq);
    if (targets) {
        to->vgic.routed[word] |= bit(irq);
        to->vgic.enabled[word] |= d->enabled[word] & bit(irq);
    }
    release(vm);
    if (pending) vgic_raise(to, irq);
}

#define SGIR_FILTER(v) ((v) >> 24 & 3)
#define SGIR_TARGETS(v) ((v) >> 16 & 0xff)

void distributor_send(struct vm* vm, u32 source, u32 sgir) {
    const u32 self = 1u << source;
    const u32 targets[] = {SGIR_TARGETS(sgir), ~self, self, 0};
    for (u32 left = targets[SGIR_FILTER(sgir)] & ((1u << vm->vcpu_count) - 1); left; left &= left - 1)
        vgic_raise_sgi(&vm->vcpu[lowest(left)], sgir & (VGIC_SGIS - 1), source);
}

// SPDX-License-Identifier: Apache-2.0
// The hypercalls that are not fast paths: each gets its caller and up to three arguments, none of which it may believe.
#include "channels.h"
#include "console.h"
#include "cp15.h"
#include "fp.h"
#include "idle.h"
#include "irq.h"
#include "mem.h"
#include "sched.h"
#include "space.h"
#include "stop.h"
#include "timer.h"

#define CONSOLE_MAX 256u
#define SYNC_MAX MIB
#define CACHE_LINE 64u

typedef u32 (*hypercall)(struct vcpu* vcpu, u32 a, u32 b, u32 c);

#define MAY_IGNORE __attribute__((unused))
#define HYPERCALL(name) \
    static u32 name(MAY_IGNORE struct vcpu* vcpu, MAY_IGNORE u32 a, MAY_IGNORE u32 b, MAY_IGNORE u32 c)

HYPERCALL(yield) {
    sched_yield();
    return PARA_OK;
}

HYPERCALL(wait) {
    sched_wait(NULL);
    return PARA_OK;
}

HYPERCALL(off) {
    vm_stop(vcpu->vm);
    return PARA_OK;
}

HYPERCALL(console) {
    if (b > CONSOLE_MAX || !vm_owns(vcpu->vm, a, b)) return (u32)PARA_INVALID;
    for (u32 i = 0; i < b; i++) console_putc(vcpu->vm, ((const char*)a)[i]);
    return PARA_OK;
}

HYPERCALL(number) { return vcpu->vm->id; }

HYPERCALL(machines) { return vm_count; }

HYPERCALL(timer) {
    vtimer_set(vcpu, (u64)b << 32 | a);
    return PARA_OK;
}

HYPERCALL(create) { return space_create(vcpu->vm); }

HYPERCALL(destroy) { return space_destroy(vcpu->vm, a); }

HYPERCALL(map) { return space_map(vcpu->vm, a, b, c, false); }
HYPERCALL(unmap) { return space_map(vcpu->vm, a, b, c, true); }

// The machine at the other end; NULL and why when there is none.
static struct vcpu* peer_of(const struct vcpu* vcpu, u32 channel, u32* why) {
    const struct para_channel* c = channel_at(channel);
    u32 self = vcpu->vm->id;
    *why = (u32)PARA_INVALID;
    if (!c) return NULL;
    *why = (u32)PARA_DENIED;
    if (c->a != self && c->b != self) return NULL;
    struct vcpu* peer = vms[c->a == self ? c->b : c->a].vcpu;
    return peer->state == VM_OFF ? NULL : peer;
}

HYPERCALL(notify) {
    u32 why;
    struct vcpu* peer = peer_of(vcpu, a, &why);
    if (!peer) return why;
    vm_raise(peer, PARA_VIRQ_CHANNEL(a));
    return PARA_OK;
}

HYPERCALL(notify_wait) {
    u32 why;
    struct vcpu* peer = peer_of(vcpu, a, &why);
    if (!peer) return why;
    vm_raise(peer, PARA_VIRQ_CHANNEL(a));
    sched_wait(peer);
    return PARA_OK;
}

HYPERCALL(irq_ack) { return a >= PARA_VIRQ_DEVICE(0) && irq_again(vcpu, a) ? PARA_OK : (u32)PARA_INVALID; }

// Data to the point of unification, stale instructions and predictions away.
HYPERCALL(cache_sync) {
    if (!a && !b) {
        iciallu(0);
        dsb();
        isb();
        return PARA_OK;
    }
    if (b > SYNC_MAX || !vm_owns(vcpu->vm, a, b)) return (u32)PARA_INVALID;
    cache_clean((const void*)a, b);
    dsb();
    for (u32 line = ALIGN_DOWN(a, CACHE_LINE); line < a + b; line += CACHE_LINE) icimvau(line);
    bpiall(0);
    dsb();
    isb();
    return PARA_OK;
}

HYPERCALL(set_tls) {
    vcpu->tls = a;
    tpidruro_write(a);
    return PARA_OK;
}

HYPERCALL(fp) {
    fp_set(vcpu->vm, a);
    return PARA_OK;
}

extern const hypercall hypercall_table[PARA_HYPERCALLS];
const hypercall hypercall_table[PARA_HYPERCALLS] = {
    [PARA_YIELD] = yield,
    [PARA_WAIT] = wait,
    [PARA_OFF] = off,
    [PARA_CONSOLE] = console,
    [PARA_VM] = number,
    [PARA_VM_COUNT] = machines,
    [PARA_TIMER] = timer,
    [PARA_SPACE_CREATE] = create,
    [PARA_SPACE_DESTROY] = destroy,
    [PARA_MAP] = map,
    [PARA_UNMAP] = unmap,
    [PARA_NOTIFY] = notify,
    [PARA_NOTIFY_WAIT] = notify_wait,
    [PARA_IRQ_ACK] = irq_ack,
    [PARA_CACHE_SYNC] = cache_sync,
    [PARA_SET_TLS] = set_tls,
    [PARA_FP] = fp,
};

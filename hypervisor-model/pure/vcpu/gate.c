// SPDX-License-Identifier: Apache-2.0
#include "vcpu/gate.h"
#include "interrupts/gic.h"

static struct vm* held;
static hold_leave leave;

void hold_leave_by(hold_leave run_something_else) { leave = run_something_else; }

bool hold_is_held(const struct vm* vm) { return __atomic_load_n(&held, __ATOMIC_SEQ_CST) == vm; }

static bool runs_elsewhere(const struct vm* vm, struct cpu* cpu) {
    struct vcpu* vcpu = __atomic_load_n(&cpu->running, __ATOMIC_SEQ_CST);
    return cpu != this_cpu() && vcpu && vcpu->vm == vm;
}

void hold_machine(struct vm* vm) {
    if (cpu_count == 1) return;
    __atomic_store_n(&held, vm, __ATOMIC_SEQ_CST);
    for (u32 i = 0; i < cpu_count; i++)
        if (runs_elsewhere(vm, &cpus[i].cpu)) cpu_kick(&cpus[i].cpu);
    for (u32 i = 0; i < cpu_count; i++)
        while (runs_elsewhere(vm, &cpus[i].cpu))
            ;
}

void hold_release(void) {
    if (cpu_count > 1) __atomic_store_n(&held, NULL, __ATOMIC_SEQ_CST);
}

// Nobody runs here meanwhile. What was stopped does not come back.
void hold_wait_for_release(const struct vcpu* vcpu) {
    while (hold_is_held(vcpu->vm))
        ;
    if (vcpu->state == VCPU_OFF) leave();
}

// Whoever holds looks at `running` after it said so; who runs looks for holders after it said so: one sees the other.
void hold_enter(struct vcpu* next) {
    struct cpu* cpu = this_cpu();
    if (likely(cpu_count == 1)) {
        cpu->running = next;
        return;
    }
    for (;;) {
        __atomic_store_n(&cpu->running, next, __ATOMIC_SEQ_CST);
        if (likely(!hold_is_held(next->vm) && next->state != VCPU_OFF)) return;
        __atomic_store_n(&cpu->running, NULL, __ATOMIC_SEQ_CST);
        hold_wait_for_release(next);
    }
}

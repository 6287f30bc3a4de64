// SPDX-License-Identifier: Apache-2.0
// A physical processor. Its structure lies at the bottom of its stack, where the stack pointer finds it. A virtual
// processor runs on one physical processor all its life, so that most of its state needs no lock.
#pragma once
#include "machine/vcpu_layout.h"
#include "machine/vm_package.h"
#include "types.h"

#define CPU_MAX 4
#define CPU_VCPUS (VM_MAX * VM_PROCESSORS_MAX)

struct vcpu;
struct vm;

struct cpu {
    struct vcpu* running;  // whose state is in the registers; NULL when nobody's
    u32 gic_target;        // the bit that stands for this processor in the interrupt controller
    bool up;
    bool shared;                   // by several virtual processors of one machine
    struct vcpu* vcpu[CPU_VCPUS];  // those that run here
    u32 vcpu_count;
    u32 turn;                   // index of the one that ran last
    struct vcpu* fp_owner;      // whose VFP registers are in the hardware
    bool fp_trapped;            // they are not those of the one that runs
    struct vcpu* last[VM_MAX];  // which virtual processor of each machine ran here last
    u64 next_tick;
    bool timer_armed;
};

union cpu_area {
    struct cpu cpu;
    u8 stack[CPU_AREA];
};

_Static_assert(offsetof(struct cpu, running) == CPU_RUNNING, "cpu");
_Static_assert(sizeof(struct cpu) <= CPU_AREA / 4, "room for the stack");

extern union cpu_area cpus[CPU_MAX];
extern u32 cpu_count;  // processors that take part

register u32 hyp_stack_pointer asm("sp");
static inline struct cpu* this_cpu(void) { return (struct cpu*)ALIGN_DOWN(hyp_stack_pointer, (u32)CPU_AREA); }

// The virtual processor whose state is in this processor's registers.
#define current (this_cpu()->running)

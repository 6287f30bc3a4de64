// SPDX-License-Identifier: Apache-2.0
// A physical processor. Its structure lies at the bottom of its stack, where the stack pointer finds it. A virtual
// processor runs on one physical processor all its life, so that most of its state needs no lock.
#pragma once
#include "boot/vm_package.h"
#include "types.h"
#include "vcpu/vcpu_layout.h"

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

// What each processor sets up of itself, the first one included.
void cpu_init(struct cpu* cpu);
// Start the other processors. They wait until cpu_release_others().
void cpu_start_others(void);
void cpu_release_others(void);
// Run virtual processors from now on.
void cpu_go(void) __attribute__((noreturn));

// Interrupt a processor, to look at what was left for its virtual processors, or to answer hold_machine().
void cpu_kick(struct cpu* cpu);
void cpu_kicked(void);

// Give a virtual processor the physical one it will run on.
void cpu_place(struct vcpu* vcpu);

// SPDX-License-Identifier: Apache-2.0
// A virtual processor: everything of it that a world switch has to carry.
#pragma once
#include "machine/cpu.h"
#include "machine/interrupt_state.h"
#include "machine/vcpu_layout.h"
#include "psr.h"
#include "types.h"

struct bank {
    u32 sp, lr, spsr;
};

// Registers banked by mode that Hyp mode itself does not touch: moved by the world switch only.
struct banked {
    u32 sp_usr;
    struct bank svc, abt, und, irq, fiq;
    u32 r8_fiq[5];
};

struct cp15 {
    u64 ttbr0, ttbr1, par;
    u32 sctlr, cpacr, ttbcr, dacr;
    u32 dfsr, ifsr, adfsr, aifsr, dfar, ifar;
    u32 prrr, nmrr, amair0, amair1;
    u32 vbar, contextidr, tpidrurw, tpidruro, tpidrprw;
    u32 csselr, cntkctl, vmpidr;
};

struct vtimer {
    u64 cval;
    u64 offset;  // virtual count = physical count - offset
    u32 ctl;
};

struct fp_state {
    u64 d[32];
    u32 fpscr, fpexc;
};

enum vcpu_state { VCPU_OFF, VCPU_READY, VCPU_WAITING };

struct vcpu {
    // The frame that entry fills and exit reads: first, because SP_hyp points here while the guest runs.
    u32 r[13];
    u32 lr_usr;
    u32 pc;
    u32 cpsr;
    u32 stack_top;  // the stack of the processor it runs on

    enum vcpu_state state;
    u32 id;  // its number in its machine
    struct vm* vm;
    struct cpu* cpu;
    struct banked banked;
    struct cp15 cp15;
    struct vtimer vtimer;
    struct vgic vgic;
    struct fp_state fp;
};

_Static_assert(offsetof(struct vcpu, lr_usr) == VCPU_LR_USR, "frame");
_Static_assert(offsetof(struct vcpu, pc) == VCPU_PC, "frame");
_Static_assert(offsetof(struct vcpu, cpsr) == VCPU_CPSR, "frame");
_Static_assert(offsetof(struct vcpu, stack_top) == VCPU_STACK, "frame");
_Static_assert(offsetof(struct banked, svc) == BANKED_SVC, "banked");
_Static_assert(offsetof(struct banked, abt) == BANKED_ABT, "banked");
_Static_assert(offsetof(struct banked, und) == BANKED_UND, "banked");
_Static_assert(offsetof(struct banked, irq) == BANKED_IRQ, "banked");
_Static_assert(offsetof(struct banked, fiq) == BANKED_FIQ, "banked");
_Static_assert(offsetof(struct fp_state, fpscr) == FP_SCR, "fp");
_Static_assert(offsetof(struct fp_state, fpexc) == FP_EXC, "fp");

static inline bool vcpu_in_thumb(const struct vcpu* vcpu) { return vcpu->cpsr & PSR_T; }
static inline bool vcpu_in_user(const struct vcpu* vcpu) { return (vcpu->cpsr & PSR_MODE) == MODE_USR; }

// One that waits has an interrupt now.
void vcpu_wake(struct vcpu* vcpu);

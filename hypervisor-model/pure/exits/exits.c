// SPDX-License-Identifier: Apache-2.0
#include "exits/exits.h"
#include "exits/idle.h"
#include "exits/stop.h"
#include "print.h"
#include "vcpu/fp.h"
#include "vcpu/inject.h"
#include "vcpu/sched.h"
#include "vcpu/vcpu.h"

// Classes that cannot come from a guest set up as ours are: the hypervisor's own fault, worth stopping the machine for.
static void exit_unexpected(struct vcpu* vcpu, u32 hsr) {
    print("pure: machine '%s' stopped: unexpected exit, HSR %x at %x\n", vcpu->vm->name, hsr, vcpu->pc);
    vm_stop(vcpu->vm);
}

const exit_handler exit_table[HSR_EC_COUNT] = {
    [0 ... HSR_EC_COUNT - 1] = exit_unexpected,
    [0x00] = exit_undefined,
    [0x01] = exit_wfi,
    [0x03] = exit_cp15,
    [0x04] = exit_cp15_64,
    [0x05] = exit_cp14,
    [0x06] = exit_undefined,  // LDC/STC to CP14
    [0x07] = exit_coprocessor,
    [0x08] = exit_fp_id,
    [0x09] = exit_undefined,  // BXJ
    [0x0c] = exit_cp14_64,
    [0x12] = exit_hvc,
    [0x13] = exit_smc,
    [0x20] = exit_instruction_abort,
    [0x24] = exit_data_abort,
};

#define ISS_WFE (1u << 0)

// Trapped where another virtual processor could use the time. WFE waits for another processor of the machine, which may
// be one that does not run: let it.
void exit_wfi(struct vcpu* vcpu, u32 hsr) {
    bool holds = vcpu_condition_holds(vcpu, hsr);
    vcpu_skip(vcpu, hsr_length(hsr));
    if (!holds) return;
    if (hsr & ISS_WFE) sched_yield();
    else sched_wait();
}

void exit_undefined(struct vcpu* vcpu, u32 hsr) {
    (void)hsr;
    inject_undefined(vcpu);
}

#define COPROCESSOR_NUMBER 15u

// HCPTR trap: the VFP registers hold another machine's contents, or the coprocessor does not exist.
void exit_coprocessor(struct vcpu* vcpu, u32 hsr) {
    u32 coprocessor = hsr & COPROCESSOR_NUMBER;
    bool simd = hsr & 1u << 5;
    if (simd || coprocessor == 10 || coprocessor == 11) fp_take(vcpu);  // then the instruction runs again
    else inject_undefined(vcpu);
}

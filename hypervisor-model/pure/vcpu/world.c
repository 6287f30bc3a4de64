// SPDX-License-Identifier: Apache-2.0
#include "vcpu/world.h"
#include "cp15.h"
#include "interrupts/timer.h"
#include "interrupts/vgic.h"
#include "machine/vm.h"
#include "memory/translation.h"
#include "vcpu/fp.h"
#include "vcpu/gate.h"
#include "vcpu/privileged_state.h"
#include "vcpu/traps.h"

#define HDCR_HPMN 0x1fu
#define HDCR_TPMCR (1u << 5)
#define HDCR_TPM (1u << 6)
#define HDCR_TDA (1u << 9)
#define HDCR_TDOSA (1u << 10)
#define HDCR_TDRA (1u << 11)

void world_init_hardware(void) {
    hcr_write(traps.hcr);
    hdcr_write((hdcr_read() & HDCR_HPMN) | HDCR_TPMCR | HDCR_TPM | HDCR_TDA | HDCR_TDOSA | HDCR_TDRA);
    hstr_write(traps.hstr);
    vpidr_write(midr_read());
    translation_init_hardware();
    fp_init();
    isb();
}

// WFE waits for another processor of the machine, which may be one that waits for this processor's time.
void world_trap_wfe(bool on) {
    if (!on) return;
    hcr_write(traps.hcr | HCR_TWE);
    isb();
}

// Processors of one machine may mean different things by the same address space identifier: what the TLB holds of one
// is not for the other.
static void forget_sibling(struct vcpu* next) {
    struct vcpu** last = &this_cpu()->last[next->vm->id];
    if (*last && *last != next) {
        tlbiall(0);
        dsb();
        isb();
    }
    *last = next;
}

void world_load(struct vcpu* next) {
    hold_enter(next);
    translation_activate(&next->vm->stage2);
    if (unlikely(this_cpu()->shared)) forget_sibling(next);
    privileged_restore(next);
    vtimer_restore(&next->vtimer);
    vgic_restore(next);
    fp_switch(next);
    timer_arm(next);
}

static void save(struct vcpu* previous) {
    privileged_save(previous);
    vtimer_save(&previous->vtimer);
    vgic_save(previous);
    clrex();
}

void world_unload(void) {
    save(current);
    vgic_silence();
    translation_deactivate();
    __atomic_store_n(&current, NULL, __ATOMIC_SEQ_CST);
}

void world_switch(struct vcpu* next) {
    struct vcpu* previous = current;
    if (next == previous) return;
    if (likely(previous)) save(previous);
    world_load(next);
}

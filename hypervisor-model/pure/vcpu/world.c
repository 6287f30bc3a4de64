// SPDX-License-Identifier: Apache-2.0
#include "vcpu/world.h"
#include "boot/vm.h"
#include "cp15.h"
#include "features.h"
#include "interrupts/timer.h"
#include "memory/stage2.h"
#include "shadow.h"
#include "vcpu/banked.h"
#include "vcpu/cp15_context.h"
#include "vcpu/fp.h"
#include "vcpu/hold.h"

// HCR, ARM DDI 0406C B4.1.65
#define HCR_VM (1u << 0)
#define HCR_SWIO (1u << 1)  // set/way invalidation also cleans
#define HCR_PTW (1u << 2)   // a guest's table walk may not go to a device
#define HCR_FMO (1u << 3)
#define HCR_IMO (1u << 4)
#define HCR_AMO (1u << 5)
#define HCR_FB (1u << 9)
#define HCR_BSU_INNER (1u << 10)
#define HCR_TWI (1u << 13)
#define HCR_TWE (1u << 14)
#define HCR_TID0 (1u << 15)  // Jazelle and FPSID identification
#define HCR_TID1 (1u << 16)
#define HCR_TID2 (1u << 17)  // cache identification
#define HCR_TID3 (1u << 18)  // detailed feature registers
#define HCR_TSC (1u << 19)
#define HCR_TIDCP (1u << 20)  // implementation-defined CP15
#define HCR_TAC (1u << 21)
#define HCR_TSW (1u << 22)   // cache maintenance by set and way
#define HCR_TTLB (1u << 25)  // TLB maintenance
#define HCR_TVM (1u << 26)   // writes to virtual memory controls
#define HCR_APART \
    (HCR_VM | HCR_SWIO | HCR_PTW | HCR_FMO | HCR_IMO | HCR_AMO | HCR_FB | HCR_BSU_INNER | HCR_TSC | HCR_TIDCP)
#define HCR_OPTIONAL (HCR_TWI | HCR_TID0 | HCR_TID1 | HCR_TID3 | HCR_TAC)
#define HCR_ALL_CLASSES (HCR_TWE | HCR_TID2 | HCR_TSW | HCR_TTLB | HCR_TVM)
#define HCR_GUEST                                                                                                 \
    (HCR_APART | (WITHOUT(OPTIONAL_TRAPS) ? 0 : HCR_OPTIONAL) | (WITHOUT(TRAP_SELECTION) ? HCR_ALL_CLASSES : 0) | \
     (WITHOUT(STAGE2) ? HCR_TTLB | HCR_TVM : 0))

#define HDCR_HPMN 0x1fu
#define HDCR_TPMCR (1u << 5)
#define HDCR_TPM (1u << 6)
#define HDCR_TDA (1u << 9)
#define HDCR_TDOSA (1u << 10)
#define HDCR_TDRA (1u << 11)

#define HSTR_TRANSLATION (1u << 1 | 1u << 2 | 1u << 3)  // c1, c2, c3: ARMv7's HCR traps no reads of them
#define HSTR_TTEE (1u << 16)
#define HSTR_TJDBX (1u << 17)

void world_init_hardware(void) {
    hcr_write(HCR_GUEST);
    hdcr_write((hdcr_read() & HDCR_HPMN) | HDCR_TPMCR | HDCR_TPM | HDCR_TDA | HDCR_TDOSA | HDCR_TDRA);
    hstr_write(HSTR_TTEE | HSTR_TJDBX | (WITHOUT(STAGE2) ? HSTR_TRANSLATION : 0));
    vpidr_write(midr_read());
    stage2_init_hardware();
    if (WITHOUT(STAGE2)) shadow_init_hardware();
    fp_init();
    isb();
}

// WFE waits for another processor of the machine, which may be one that waits for this processor's time.
void world_trap_wfe(bool on) {
    if (!on) return;
    hcr_write(HCR_GUEST | HCR_TWE);
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
    stage2_activate(&next->vm->stage2);
    if (unlikely(this_cpu()->shared)) forget_sibling(next);
    if (!WITHOUT(BANKED_STATE)) {
        banked_restore(&next->banked);
        cp15_restore(&next->cp15);
    }
    vtimer_restore(&next->vtimer);
    vgic_restore(next);
    fp_switch(next);
    timer_arm(next);
}

static void save(struct vcpu* previous) {
    if (!WITHOUT(BANKED_STATE)) {
        banked_save(&previous->banked);
        cp15_save(&previous->cp15);
    }
    vtimer_save(&previous->vtimer);
    vgic_save(previous);
    clrex();
}

void world_unload(void) {
    save(current);
    vgic_silence();
    stage2_deactivate();
    __atomic_store_n(&current, NULL, __ATOMIC_SEQ_CST);
}

void world_switch(struct vcpu* next) {
    struct vcpu* previous = current;
    if (next == previous) return;
    if (likely(previous)) save(previous);
    world_load(next);
}

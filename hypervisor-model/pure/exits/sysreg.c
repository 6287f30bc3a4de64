// SPDX-License-Identifier: Apache-2.0
// Trapped coprocessor registers. What is not in the tables does not exist for guests.
#include "exits/sysreg.h"
#include "cp15.h"
#include "exits/controls.h"
#include "exits/exits.h"
#include "vcpu/inject.h"
#include "vcpu/vcpu.h"

struct sysreg {
    u32 key;
    u32 hidden;  // fields shown as zero
    u32 (*read)(void);
};

static u32 zero(void) { return 0; }

// clang-format off
#define IDENTIFICATION(X) \
    X(id_pfr0, 0, c0, c1, 0, 1, 0xf000) \
    X(id_pfr1, 0, c0, c1, 1, 1, 0xf0f0) \
    X(id_mmfr0, 0, c0, c1, 4, 1, 0) \
    X(id_mmfr1, 0, c0, c1, 5, 1, 0) \
    X(id_mmfr2, 0, c0, c1, 6, 1, 0) \
    X(id_mmfr3, 0, c0, c1, 7, 1, 0) \
    X(id_isar0, 0, c0, c2, 0, 2, 0) \
    X(id_isar1, 0, c0, c2, 1, 2, 0) \
    X(id_isar2, 0, c0, c2, 2, 2, 0) \
    X(id_isar3, 0, c0, c2, 3, 2, 0) \
    X(id_isar4, 0, c0, c2, 4, 2, 0) \
    X(id_isar5, 0, c0, c2, 5, 2, 0)
// clang-format on

#define ACCESSOR(name, opc1, crn, crm, opc2, crm_number, hidden) CP15_REG(name, opc1, crn, crm, opc2)
IDENTIFICATION(ACCESSOR)
CP15_REG(tcmtr, 0, c0, c0, 2)
CP15_REG(tlbtr, 0, c0, c0, 3)
CP15_REG(revidr, 0, c0, c0, 6)
CP15_REG(aidr, 1, c0, c0, 7)

// Reads of these give the processor's own value without the hidden fields (ID_PFR0: ThumbEE; ID_PFR1: security and
// virtualization);
// debug and performance features (ID_DFR0, ID_AFR0) show as absent. Writes are ignored.
#define ROW(name, opc1, crn, crm, opc2, crm_number, hidden) {KEY(opc1, 0, crm_number, opc2), hidden, name##_read},
static const struct sysreg cp15_table[] = {{KEY(0, 0, 1, 2), 0, zero},  // ID_DFR0
                                           {KEY(0, 0, 1, 3), 0, zero},  // ID_AFR0
                                           {KEY(0, 0, 0, 2), 0, tcmtr_read},  {KEY(0, 0, 0, 3), 0, tlbtr_read},
                                           {KEY(0, 0, 0, 6), 0, revidr_read}, {KEY(1, 0, 0, 7), 0, aidr_read},
                                           {KEY(0, 1, 0, 1), 0, actlr_read},  IDENTIFICATION(ROW)};

static void finish(struct vcpu* vcpu, u32 hsr, u32 value) {
    if (hsr & ISS_IS_READ) vcpu_reg_write(vcpu, ISS_RT(hsr), value);
    vcpu_skip(vcpu, hsr_length(hsr));
}

static bool reserved_identification(u32 key) {
    u32 crm = key >> 1 & 15;
    return (key & ~KEY(0, 0, 7, 7)) == 0 && crm >= 1;  // CP15 c0, opc1 0, c1..c7: reads as zero where unallocated
}

void exit_cp15(struct vcpu* vcpu, u32 hsr) {
    if (!vcpu_condition_holds(vcpu, hsr)) {
        vcpu_skip(vcpu, hsr_length(hsr));
        return;
    }
    u32 key = hsr & ISS_KEY;
    if (controls_access(vcpu, hsr)) {
        vcpu_skip(vcpu, hsr_length(hsr));
        return;
    }
    for (u32 i = 0; i < ARRAY_SIZE(cp15_table); i++)
        if (cp15_table[i].key == key) {
            finish(vcpu, hsr, cp15_table[i].read() & ~cp15_table[i].hidden);
            return;
        }
    if (reserved_identification(key) && (hsr & ISS_IS_READ)) finish(vcpu, hsr, 0);
    else if ((key >> 10 & 15) == 9 && !vcpu_in_user(vcpu))
        finish(vcpu, hsr, 0);  // performance monitors and implementation-defined L2 control: read as zero
    else inject_undefined(vcpu);
}

void exit_cp15_64(struct vcpu* vcpu, u32 hsr) {
    if (!vcpu_condition_holds(vcpu, hsr) || controls_access_64(vcpu, hsr)) vcpu_skip(vcpu, hsr_length(hsr));
    else inject_undefined(vcpu);
}

// Debug registers: absent debug logic reads as zero and ignores writes, for privileged code.
void exit_cp14(struct vcpu* vcpu, u32 hsr) {
    if (!vcpu_condition_holds(vcpu, hsr)) vcpu_skip(vcpu, hsr_length(hsr));
    else if (vcpu_in_user(vcpu)) inject_undefined(vcpu);
    else finish(vcpu, hsr, 0);
}

void exit_cp14_64(struct vcpu* vcpu, u32 hsr) { exit_cp15_64(vcpu, hsr); }

// VMRS of an identification register (HCR.TID0): FPSID, or MVFR0/MVFR1 by HCR.TID3; CRn of the syndrome names it.
void exit_fp_id(struct vcpu* vcpu, u32 hsr) {
    u32 value = 0;
    if (vcpu_condition_holds(vcpu, hsr)) {
        switch (hsr >> 10 & 15) {
        case 0: asm volatile(".fpu neon-vfpv4\n vmrs %0, fpsid" : "=r"(value)); break;
        case 6: asm volatile(".fpu neon-vfpv4\n vmrs %0, mvfr1" : "=r"(value)); break;
        case 7: asm volatile(".fpu neon-vfpv4\n vmrs %0, mvfr0" : "=r"(value)); break;
        default: break;
        }
        vcpu_reg_write(vcpu, ISS_RT(hsr), value);
    }
    vcpu_skip(vcpu, hsr_length(hsr));
}

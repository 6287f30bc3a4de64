// SPDX-License-Identifier: Apache-2.0
#include "vcpu.h"
#include "banked.h"
#include "cp15.h"
#include "string.h"

struct vcpu* current;

void vcpu_reset(struct vcpu* vcpu, struct vm* vm, u32 entry) {
    memset(vcpu, 0, sizeof(*vcpu));
    vcpu->vm = vm;
    vcpu->state = VCPU_READY;
    vcpu->pc = entry;
    vcpu->cpsr = MODE_SVC | PSR_A | PSR_I | PSR_F;
    vcpu->r[1] = ~0u;                     // boot protocol: r0 = 0, r1 = machine type, r2 = no device tree
    vcpu->cp15.sctlr = 0x00c50078;        // reset value of a processor with the extensions, MMU and caches off
    vcpu->cp15.vmpidr = 1u << 31;         // one processor, number 0
    vcpu->vtimer.offset = cntpct_read();  // virtual time starts with the machine
    vgic_reset(&vcpu->vgic);
}

u32 vcpu_reg_read(struct vcpu* vcpu, u32 number) {
    u32 mode = vcpu->cpsr & PSR_MODE;
    if (likely(number < 8 || (number < 13 && mode != MODE_FIQ))) return vcpu->r[number];
    if (number == 15) return vcpu->pc + (vcpu_in_thumb(vcpu) ? 4 : 8);
    if (number == 14 && (mode == MODE_USR || mode == MODE_SYS)) return vcpu->lr_usr;
    return banked_reg_read(mode, number);
}

void vcpu_reg_write(struct vcpu* vcpu, u32 number, u32 value) {
    u32 mode = vcpu->cpsr & PSR_MODE;
    if (likely(number < 8 || (number < 13 && mode != MODE_FIQ)))
        vcpu->r[number] = value;
    else if (number == 14 && (mode == MODE_USR || mode == MODE_SYS))
        vcpu->lr_usr = value;
    else if (number < 15)
        banked_reg_write(mode, number, value);
}

// ITAdvance(), ARM DDI 0406C A2.5.2, on the two halves the status register keeps.
static void it_advance(struct vcpu* vcpu) {
    u32 it = (vcpu->cpsr >> 8 & 0xfc) | (vcpu->cpsr >> 25 & 3);
    it = (it & 7) == 0 ? 0 : (it & 0xe0) | (it << 1 & 0x1f);
    vcpu->cpsr = (vcpu->cpsr & ~(PSR_IT_LO | PSR_IT_HI)) | (it & 0xfc) << 8 | (it & 3) << 25;
}

void vcpu_skip(struct vcpu* vcpu, u32 length) {
    vcpu->pc += length;
    if (vcpu_in_thumb(vcpu) && (vcpu->cpsr & (PSR_IT_LO | PSR_IT_HI))) it_advance(vcpu);
}

#define HSR_CV (1u << 24)

bool vcpu_condition_holds(const struct vcpu* vcpu, u32 hsr) {
    u32 condition = hsr >> 20 & 15;
    if (!(hsr & HSR_CV)) {
        u32 it = (vcpu->cpsr >> 8 & 0xfc) | (vcpu->cpsr >> 25 & 3);
        if (it == 0) return true;
        condition = it >> 4;
    }
    u32 n = vcpu->cpsr >> 31, z = vcpu->cpsr >> 30 & 1, c = vcpu->cpsr >> 29 & 1, v = vcpu->cpsr >> 28 & 1;
    bool holds;
    switch (condition >> 1) {
        case 0: holds = z; break;
        case 1: holds = c; break;
        case 2: holds = n; break;
        case 3: holds = v; break;
        case 4: holds = c && !z; break;
        case 5: holds = n == v; break;
        case 6: holds = n == v && !z; break;
        default: return true;
    }
    return condition & 1 ? !holds : holds;
}

// SPDX-License-Identifier: Apache-2.0
#include "vcpu/vcpu.h"
#include "interrupts/vgic.h"
#include "machine/vm.h"
#include "memory/translation.h"
#include "string.h"
#include "vcpu/fp.h"
#include "vcpu/privileged_state.h"
#include "vcpu/world.h"

#define SCTLR_RESET 0x00c50078u  // of a processor with the extensions: MMU and caches off
#define MPIDR_MP (1u << 31)

// On the physical processor it will run on.
static void place(struct vcpu* vcpu) {
    static u32 placed;
    struct cpu* cpu = &cpus[placed++ % cpu_count].cpu;
    vcpu->cpu = cpu;
    vcpu->stack_top = (u32)cpu + CPU_STACK_TOP;
    for (u32 i = 0; i < cpu->vcpu_count; i++)
        if (cpu->vcpu[i]->vm == vcpu->vm) cpu->shared = true;
    cpu->turn = cpu->vcpu_count;  // the first one's turn comes after the last one's
    cpu->vcpu[cpu->vcpu_count++] = vcpu;
}

void vcpu_create(struct vcpu* vcpu, struct vm* vm, u32 id) {
    memset(vcpu, 0, sizeof(*vcpu));
    vcpu->vm = vm;
    vcpu->id = id;
    vcpu->state = VCPU_OFF;
    vgic_create(&vcpu->vgic);
    place(vcpu);
}

void vcpu_reset(struct vcpu* vcpu, u32 entry, u32 r0) {
    memset(vcpu->r, 0, sizeof(vcpu->r));
    memset(&vcpu->banked, 0, sizeof(vcpu->banked));
    memset(&vcpu->cp15, 0, sizeof(vcpu->cp15));
    memset(&vcpu->fp, 0, sizeof(vcpu->fp));
    vcpu->r[0] = r0;
    vcpu->pc = entry & ~1u;
    vcpu->cpsr = MODE_SVC | PSR_A | PSR_I | PSR_F | (entry & 1 ? PSR_T : 0);
    vcpu->cp15.sctlr = SCTLR_RESET;
    vcpu->cp15.vmpidr = MPIDR_MP | vcpu->id;
    vcpu->vtimer = (struct vtimer){.offset = vcpu->vm->time_offset};
    vgic_reset(&vcpu->vgic);
    translation_reset(vcpu);
}

// What it leaves in the registers is of no use. Only then may another processor start it again.
void vcpu_off(struct vcpu* vcpu) {
    world_unload();
    fp_forget(vcpu);
    __atomic_store_n(&vcpu->state, VCPU_OFF, __ATOMIC_RELEASE);
}

u32 vcpu_reg_read(struct vcpu* vcpu, u32 number) {
    u32 mode = vcpu->cpsr & PSR_MODE;
    if (likely(number < 8 || (number < 13 && mode != MODE_FIQ))) return vcpu->r[number];
    if (number == 15) return vcpu->pc + (vcpu_in_thumb(vcpu) ? 4 : 8);
    if (number == 14 && (mode == MODE_USR || mode == MODE_SYS)) return vcpu->lr_usr;
    return privileged_reg_read(vcpu, mode, number);
}

void vcpu_reg_write(struct vcpu* vcpu, u32 number, u32 value) {
    u32 mode = vcpu->cpsr & PSR_MODE;
    if (likely(number < 8 || (number < 13 && mode != MODE_FIQ))) vcpu->r[number] = value;
    else if (number == 14 && (mode == MODE_USR || mode == MODE_SYS)) vcpu->lr_usr = value;
    else if (number < 15) privileged_reg_write(vcpu, mode, number, value);
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

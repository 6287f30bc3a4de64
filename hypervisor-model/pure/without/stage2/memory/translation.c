// SPDX-License-Identifier: Apache-2.0
// By shadow tables, which the processor walks; stage 2 translates nothing.
#include "memory/translation.h"
#include "cp15.h"
#include "machine/platform.h"
#include "memory/shadow_tables.h"
#include "memory/stage2.h"

void translation_init_hardware(void) {
    vtcr_write(TRANSLATION_VTCR);
    shadow_make_identity();
}

const char* translation_create(struct vm* vm) {
    u32 end = platform.ram_base + platform.ram_size;
    if (vm->vcpu_count > 1 || end > HOLE || end <= platform.ram_base)
        return "shadow page tables are for one processor and memory below 3 GiB";
    shadow_create(vm);
    return NULL;
}

void translation_destroy(struct vm* vm) { shadow_destroy(vm); }

void translation_reset(struct vcpu* vcpu) {
    struct shadow* s = shadow_of(vcpu);
    s->sctlr = vcpu->cp15.sctlr;
    s->ttbr0 = s->ttbr1 = s->ttbcr = s->dacr = 0;
    s->walked = shadow_root_of(s, SPACE_OFF);
    vcpu->cp15.sctlr |= SCTLR_M;
    vcpu->cp15.ttbr0 = (u32)s->walked->level1 | TTBR_WALK;
    vcpu->cp15.dacr = DACR_NOBODYS;
}

void translation_activate(const struct stage2* s2) {
    vttbr_write((u64)s2->vmid << 48 | shadow_identity());
    isb();
}

void translation_deactivate(void) {
    vttbr_write(0);
    isb();
}

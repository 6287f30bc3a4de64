// SPDX-License-Identifier: Apache-2.0
// By stage 2: the processor walks the machine's tables.
#include "memory/translation.h"
#include "cp15.h"

void translation_init_hardware(void) { vtcr_write(TRANSLATION_VTCR); }

const char* translation_create(struct vm* vm) {
    (void)vm;
    return NULL;
}

void translation_destroy(struct vm* vm) { (void)vm; }
void translation_reset(struct vcpu* vcpu) { (void)vcpu; }

void translation_activate(const struct stage2* s2) {
    vttbr_write((u64)s2->vmid << 48 | (u32)s2->root);
    isb();
}

void translation_deactivate(void) {
    vttbr_write(0);
    isb();
}

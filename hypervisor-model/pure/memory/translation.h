// SPDX-License-Identifier: Apache-2.0
// What translates for a machine that runs: the hardware by its stage-2 tables, or shadow tables (docs/whatif.md).
#pragma once
#include "machine/vm.h"

// T0SZ = 0, start at level 1, walks inner shareable and write-back; bit 31 is RES1.
#define TRANSLATION_VTCR (1u << 31 | 3u << 12 | 1u << 10 | 1u << 8 | 1u << 6)

void translation_init_hardware(void);
// Of a machine that is being made. NULL, or why there can be none for it.
const char* translation_create(struct vm* vm);
void translation_destroy(struct vm* vm);
// Of a processor that is reset.
void translation_reset(struct vcpu* vcpu);

void translation_activate(const struct stage2* s2);
void translation_deactivate(void);

// SPDX-License-Identifier: Apache-2.0
// A kernel that is an ELF file: a 32-bit little-endian ARM executable, its segments at physical addresses ("ELF for the
// ARM Architecture", Arm IHI 0044).
#pragma once
#include "boot/domains.h"
#include "machine/vm.h"

bool elf_is(const struct module* module);
// Copies its segments into the machine's memory, outside [keep, keep_end). False, with a line on the console, when one
// can't be there.
bool elf_load(struct vm* vm, const struct module* module, u32 keep, u32 keep_end, u32* entry);

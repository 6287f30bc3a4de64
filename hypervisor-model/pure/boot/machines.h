// SPDX-License-Identifier: Apache-2.0
// Making a machine: as its description says, with nothing in its memory; then what is in it; then it is ready to run.
// NULL or false, with a line on the console, when the description is wrong or memory runs out.
#pragma once
#include "machine/vm.h"

struct vm* vm_create(const struct vm_description* description);
bool vm_copy(struct vm* vm, u32 ipa, const void* data, u32 size);
// Pages of physical memory become the machine's, as they are but for what lies behind `size` in the last one.
bool vm_give(struct vm* vm, u32 ipa, u32 pa, u32 size);
void vm_start(struct vm* vm, u32 entry, u32 fdt_ipa);
bool vm_refuse(const struct vm* vm, const char* why);  // false

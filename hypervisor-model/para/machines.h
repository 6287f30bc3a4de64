// SPDX-License-Identifier: Apache-2.0
// Making machines.
#pragma once
#include "vm.h"

// False, with a line on the console, when the description is wrong or memory runs out.
// on_hypercall: what an SVC of its kernel is.
bool vm_create(const struct para_package* package, u32 index, void (*on_hypercall)(void));

// SPDX-License-Identifier: Apache-2.0
// The CPU interface a guest finds at VM_GICC. False when memory runs out.
#pragma once
#include "machine/vm.h"

bool guest_interface_give(struct vm* vm, bool (*add_device)(struct vm* vm, struct device device));

// SPDX-License-Identifier: Apache-2.0
// The end of a machine: another one runs, or idles; the last one powers the machine off.
#pragma once
#include "vm.h"

void vm_stop(struct vm* vm);
// For entry.S: an exception, and the machine has no entry for it.
void vm_no_entry(struct vcpu* vcpu);

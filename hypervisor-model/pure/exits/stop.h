// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "machine/vm.h"

// Stop the calling machine for good, and run another; the last one powers the machine off.
void vm_stop(struct vm* vm) NORETURN;

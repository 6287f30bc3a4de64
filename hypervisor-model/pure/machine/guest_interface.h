// SPDX-License-Identifier: Apache-2.0
// How many devices a machine has that no description of it names.
#pragma once

#define VM_INTERFACE_DEVICES 1  // the interrupt distributor; the CPU interface is the hardware's own

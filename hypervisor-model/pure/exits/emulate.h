// SPDX-License-Identifier: Apache-2.0
// Carrying out a guest's access to an emulated device.
#pragma once
#include "devices/device.h"

// The access that faulted at intermediate address `ipa`, by the syndrome where that describes it, else by fetching and
// decoding the instruction. False: nothing answers there, or the instruction is none that devices can be used with.
bool emulate_access(struct vcpu* vcpu, struct device* device, u32 ipa, u32 hsr);

// SPDX-License-Identifier: Apache-2.0
// A device access by the instruction: fetched and decoded.
#pragma once
#include "machine/device.h"

bool emulate_by_decode(struct vcpu* vcpu, struct device* device, u32 ipa);

static inline u32 sign_extend(u32 value, u32 size) {
    u32 shift = 32 - 8 * size;
    return (u32)((s32)(value << shift) >> shift);
}

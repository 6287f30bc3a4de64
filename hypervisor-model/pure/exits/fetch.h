// SPDX-License-Identifier: Apache-2.0
// Reading the instruction a guest was executing.
#pragma once
#include "machine/vcpu.h"

struct fetched {
    u32 word;   // A32, or T32 with the first halfword in the upper half
    u8 length;  // 2 or 4 bytes
    bool thumb;
};

bool fetch_instruction(struct vcpu* vcpu, struct fetched* fetched);

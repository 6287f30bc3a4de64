// SPDX-License-Identifier: Apache-2.0
// Load and store instructions, decoded as far as device emulation needs: what moves between which registers and where.
#pragma once
#include "exits/fetch.h"

struct transfer {
    u32 address;     // virtual address of the first element
    u32 base_value;  // of the base register afterwards, when writeback
    u8 base;
    u8 size;  // of one element: 1, 2 or 4 bytes
    u8 count;
    u8 reg[16];  // in order of ascending addresses
    bool write, sign_extend, writeback;
};

// False when the instruction is not a load or store, or one that makes no sense on a device: literals, exclusives,
// coprocessor transfers, and those that load the program counter.
bool decode_a32(struct vcpu* vcpu, const struct fetched* fetched, struct transfer* t);
bool decode_t32(struct vcpu* vcpu, const struct fetched* fetched, struct transfer* t);

// Shared by both instruction sets.
u32 decode_shifted(struct vcpu* vcpu, u32 rm, u32 type, u32 amount);
void decode_indexed(struct transfer* t, u32 base_value, s32 offset, bool index, bool writeback);
bool decode_multiple(struct vcpu* vcpu, struct transfer* t, u32 list, bool increment, bool before, bool writeback);

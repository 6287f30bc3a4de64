// SPDX-License-Identifier: Apache-2.0
// What programs share that time functions out of Debian's packages: images linked at a fixed address by
// workloads/linux/images.py, a table of entry points first.
#pragma once
#include "string.h"
#include "validate.h"

#define CODE ((const void*)0x40800000u)

// Known answers: a program whose functions compute wrongly reports nothing, so that no figure comes of it.
static inline bool code_right(const char* name, const void* got, const void* want, u32 bytes) {
    if (memcmp(got, want, bytes) == 0) return true;
    print("wrong %s\n", name);
    return false;
}

// The large buffer of the published figures: in L2, or in L1, with what else the program touches.
#define CODE_BYTES 8192u
#define CODE_ROUNDS 4u
#define CODE_REGION(name, body) \
    REGION(                     \
        name, CODE_BYTES* CODE_ROUNDS, for (u32 round = 0; round < CODE_ROUNDS; round++) { body; })

// SPDX-License-Identifier: Apache-2.0
// Every form of load and store that a device can be reached by, as functions that run one.
#pragma once
#include "types.h"

// Registers afterwards, the base relative to where it was.
struct form_result {
    u32 r0, base, r2, r3, r4;
};

struct form {
    const char* name;
    void (*run)(u32 base, struct form_result* result);
};

extern const struct form form_table[];
extern const u32 form_count;

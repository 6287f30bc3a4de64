// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "guest_api.h"
#include "types.h"

struct space {
    u32 number;
};

// The user's sp, lr, pc and psr stay in guest_cpu while nobody but its own system call is interested in them.
struct trapframe;
void hal_frame_load(struct trapframe* frame);
void hal_frame_store(const struct trapframe* frame);

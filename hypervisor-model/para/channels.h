// SPDX-License-Identifier: Apache-2.0
// Pages that two machines share, and each other's doorbells.
#pragma once
#include "vm.h"

// False when its machines do not exist or memory runs out.
bool channel_create(const struct para_channel* channel);
// NULL when there is no such channel.
const struct para_channel* channel_at(u32 channel);

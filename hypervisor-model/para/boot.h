// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "vm_package.h"

void boot(u32 fdt_address);
// NULL when there is no such channel.
const struct para_channel* channel_at(u32 channel);

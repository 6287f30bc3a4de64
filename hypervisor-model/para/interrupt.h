// SPDX-License-Identifier: Apache-2.0
// What a physical interrupt means.
#pragma once
#include "types.h"

void irq_handle(u32 iar);
// The controller's next interrupt, for the idle loop.
void irq_poll(void);

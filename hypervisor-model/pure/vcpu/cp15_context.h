// SPDX-License-Identifier: Apache-2.0
// The system control registers a guest owns.
#pragma once
#include "machine/vcpu.h"

void cp15_save(struct cp15* c);
void cp15_restore(const struct cp15* c);

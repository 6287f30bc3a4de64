// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "types.h"

void boot(u32 fdt_address);

// entry.S: what an SVC of a guest kernel is.
void svc_hypercall(void);

// SPDX-License-Identifier: Apache-2.0
// Changes of a map on their way to a hypervisor: pages that continue each other are one entry.
#pragma once
#include "types.h"

#define BATCH_MAX 64u

struct batch_entry {
    u32 va, page, pages;  // page: frame | MAP_*, 0: the pages are taken away
};

// What the hypervisor is told; all entries map, or all take away.
bool batch_send(u32 space, const struct batch_entry* list, u32 count);

// SPDX-License-Identifier: Apache-2.0
// The tables of one machine's memory: 32-bit intermediate addresses, three levels, 4 KiB pages.
#pragma once
#include "machine/vm.h"
#include "memory/lpae.h"

bool stage2_create(struct stage2* s2, u32 vmid);
// Give every table and every page of pool memory back, and forget cached translations.
void stage2_destroy(struct stage2* s2, u32 ram_ipa, u32 ram_size);

bool stage2_map_page(struct stage2* s2, u32 ipa, u32 pa, lpae_t attributes);
#define STAGE2_RAM (S2_ATTR_NORMAL | S2_READ | S2_WRITE | LPAE_SH_INNER | LPAE_AF | LPAE_PAGE)
#define STAGE2_DEVICE (S2_ATTR_DEVICE | S2_READ | S2_WRITE | LPAE_AF | LPAE_PAGE | LPAE_XN)

// The page behind an intermediate address, 0 when none is mapped.
u32 stage2_lookup(const struct stage2* s2, u32 ipa);

// The page at a RAM address, allocated when it was never touched; 0 when memory ran out. The caller has the lock.
u32 vm_ram_page(struct vm* vm, u32 ipa);

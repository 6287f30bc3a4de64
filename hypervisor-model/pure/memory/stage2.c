// SPDX-License-Identifier: Apache-2.0
#include "memory/stage2.h"
#include "cp15.h"
#include "memory/pool.h"

bool stage2_create(struct stage2* s2, u32 vmid) {
    s2->root = pool_take();
    s2->vmid = vmid;
    return s2->root != NULL;
}

static lpae_t* table_of(lpae_t entry) { return (lpae_t*)(u32)(entry & LPAE_ADDRESS); }

static lpae_t* next_table(lpae_t* entry) {
    if (likely(*entry & LPAE_VALID)) return table_of(*entry);
    lpae_t* table = pool_take();
    if (table) *entry = (u32)table | LPAE_TABLE;
    return table;
}

bool stage2_map_page(struct stage2* s2, u32 ipa, u32 pa, lpae_t attributes) {
    lpae_t* level2 = next_table(&s2->root[lpae_index(ipa, 1)]);
    if (unlikely(!level2)) return false;
    lpae_t* level3 = next_table(&level2[lpae_index(ipa, 2)]);
    if (unlikely(!level3)) return false;
    // From invalid to valid: nothing can be cached of it, so no TLB maintenance.
    level3[lpae_index(ipa, 3)] = pa | attributes;
    dsb_ish();
    return true;
}

u32 stage2_lookup(const struct stage2* s2, u32 ipa) {
    lpae_t level1 = s2->root[lpae_index(ipa, 1)];
    if (!(level1 & LPAE_VALID)) return 0;
    lpae_t level2 = table_of(level1)[lpae_index(ipa, 2)];
    if (!(level2 & LPAE_VALID)) return 0;
    lpae_t level3 = table_of(level2)[lpae_index(ipa, 3)];
    return level3 & LPAE_VALID ? (u32)(level3 & LPAE_ADDRESS) : 0;
}

// No processor uses the tables any more; what their TLBs hold of them goes, by virtual machine identifier, last.
void stage2_destroy(struct stage2* s2, u32 ram_ipa, u32 ram_size) {
    for (u32 done = 0; done < ram_size; done += PAGE_SIZE) {
        u32 page = stage2_lookup(s2, ram_ipa + done);
        if (page) pool_give((void*)page);
    }
    for (u32 i = 0; i < 4; i++) {
        if (!(s2->root[i] & LPAE_VALID)) continue;
        lpae_t* level2 = table_of(s2->root[i]);
        for (u32 j = 0; j < LPAE_ENTRIES; j++)
            if (level2[j] & LPAE_VALID) pool_give(table_of(level2[j]));
        pool_give(level2);
    }
    pool_give(s2->root);
    s2->root = NULL;
    tlbiallnsnhis(0);
    dsb();
    isb();
}

u32 vm_ram_page(struct vm* vm, u32 ipa) {
    u32 page = stage2_lookup(&vm->stage2, ipa);
    if (page) return page;
    page = (u32)pool_take();
    if (unlikely(!page) || unlikely(!stage2_map_page(&vm->stage2, ALIGN_DOWN(ipa, PAGE_SIZE), page, STAGE2_RAM)))
        return 0;
    return page;
}

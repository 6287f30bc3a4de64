// SPDX-License-Identifier: Apache-2.0
// Address spaces, of tasks and of their guests: a table for the first GiB and an ASID each.
#include "cp15.h"
#include "host.h"
#include "mem.h"

#define ASIDS 256u

CP15_OP(tlbimva, 0, c8, c7, 1)

static u32 next_asid = 1;  // ASID 0 is nobody's, see context_load

bool space_create(struct space* space) {
    if (next_asid == ASIDS) return false;
    u32* table = mem_take(USER_L1_SIZE, USER_L1_SIZE);
    if (!table) return false;
    cache_clean(table, USER_L1_SIZE);
    space->table = table;
    space->ttbr0 = physical(table) | TTBR_WALK;
    space->asid = next_asid++;
    return true;
}

// One MiB has one domain: pages of a guest's two halves can't share it.
static u32* entry_for(struct space* space, u32 va, u32 domain) {
    u32* l1 = &space->table[va >> 20];
    if (!*l1) {
        u32* l2 = mem_take(L2_SIZE, L2_SIZE);
        if (!l2) return NULL;
        cache_clean(l2, L2_SIZE);
        *l1 = physical(l2) | L1_DOMAIN(domain) | L1_TABLE;
        cache_clean(l1, sizeof(*l1));
    } else if ((*l1 & L1_DOMAIN_MASK) != L1_DOMAIN(domain)) {
        return NULL;
    }
    u32* l2 = linear(*l1 & L1_ADDRESS);
    return &l2[va >> PAGE_SHIFT & (L2_ENTRIES - 1)];
}

bool space_map(struct space* space, u32 va, u32 pa, u32 rights) {
    u32* entry = entry_for(space, va, rights & HOST_RIGHT_KERNEL ? DOMAIN_GUEST_KERNEL : DOMAIN_USER);
    if (!entry) return false;
    u32 old = *entry;
    *entry = pa | L2_PAGE | L2_NORMAL | L2_ALL | L2_NG | (rights & HOST_RIGHT_WRITE ? 0 : L2_READ_ONLY) |
             (rights & HOST_RIGHT_EXEC ? 0 : L2_XN);
    cache_clean(entry, sizeof(*entry));
    dsb();
    if (old) tlbimva(va | space->asid);
    if (rights & HOST_RIGHT_EXEC) iciallu(0);
    dsb();
    isb();
    return true;
}

u32 space_find(const struct space* space, u32 va, bool write) {
    if (va >= HOST_USER_END || !space->table[va >> 20]) return 0;
    const u32* l2 = linear(space->table[va >> 20] & L1_ADDRESS);
    u32 entry = l2[va >> PAGE_SHIFT & (L2_ENTRIES - 1)];
    if (!entry || (write && entry & L2_READ_ONLY)) return 0;
    return ALIGN_DOWN(entry, PAGE_SIZE);
}

bool space_covers(const struct space* space, u32 va, u32 bytes, bool write) {
    if (va >= HOST_USER_END || bytes > HOST_USER_END - va) return false;
    for (u32 page = ALIGN_DOWN(va, PAGE_SIZE); page < va + bytes; page += PAGE_SIZE)
        if (!space_find(space, page, write)) return false;
    return true;
}

// ASID 0 belongs to nobody: what is fetched while tables and ASID do not match is nobody's (ARM DDI 0406C B3.10.4). The
// return from the exception is what makes the last write count.
void context_load(const struct space* space, u32 dacr, u32 tpidrurw) {
    contextidr_write(0);
    isb();
    ttbr0_32_write(space->ttbr0);
    isb();
    contextidr_write(space->asid);
    dacr_write(dacr);
    tpidrurw_write(tpidrurw);
}

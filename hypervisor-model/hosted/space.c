// SPDX-License-Identifier: Apache-2.0
// Address spaces, of tasks and of their guests: a first-level table for the first 2 GiB and an ASID each. Second-level
// tables of kernel pages belong to the base and are in all spaces that have it.
#include "cp15.h"
#include "host.h"
#include "string.h"

#define ASIDS 256u

static u32 next_asid = 1;  // ASID 0 is nobody's, see context_load
static u32* free_tables;

static void give_table(u32* table) {
    table[0] = (u32)free_tables;
    free_tables = table;
}

static u32* take_table(void) {
    u32* table = free_tables;
    if (table) {
        free_tables = (u32*)table[0];
        memset(table, 0, L2_SIZE);
    } else if (!(table = mem_take(L2_SIZE, L2_SIZE))) {
        return NULL;
    }
    cache_clean(table, L2_SIZE);
    return table;
}

static void set_entry(u32* entry, u32 descriptor) {
    *entry = descriptor;
    cache_clean(entry, sizeof(*entry));
}

static bool is_kernel(u32 l1) { return (l1 & L1_DOMAIN_MASK) == L1_DOMAIN(DOMAIN_GUEST_KERNEL); }

static bool first_use(struct space* space) {
    if (next_asid == ASIDS) return false;
    u32* table = mem_take(USER_L1_SIZE, USER_L1_SIZE);
    if (!table) return false;
    cache_clean(table, USER_L1_SIZE);
    space->table = table;
    space->ttbr0 = physical(table) | TTBR_WALK;
    space->asid = next_asid++;
    return true;
}

static void set_l1(struct space* space, u32 mib, u32 descriptor) {
    set_entry(&space->table[mib], descriptor);
    if (mib < space->low) space->low = mib;
    if (mib >= space->high) space->high = mib + 1;
}

bool space_create(struct space* space, struct space* base) {
    if (!space->table && !first_use(space)) return false;
    space->used = true;
    space->low = USER_L1_ENTRIES;
    space->high = 0;
    space->base = base;
    if (!base) return true;
    base->based++;
    for (u32 mib = base->low; mib < base->high; mib++)
        if (is_kernel(base->table[mib])) set_l1(space, mib, base->table[mib]);
    return true;
}

bool space_destroy(struct space* space) {
    if (space->based) return false;
    for (u32 mib = space->low; mib < space->high; mib++) {
        u32 l1 = space->table[mib];
        if (!l1) continue;
        set_entry(&space->table[mib], 0);
        if (!space->base || !is_kernel(l1)) give_table(linear(l1 & L1_ADDRESS));
    }
    if (space->base) space->base->based--;
    space->used = false;
    dsb();
    tlbiasid(space->asid);
    space_settle();
    return true;
}

// One MiB has one domain: pages of a guest's two halves can't share it.
static s32 entry_for(struct space* space, u32 va, bool kernel, u32** entry) {
    u32 l1 = space->table[va >> 20];
    if (l1 && is_kernel(l1) != kernel) return HOST_INVALID;
    if (kernel && (space->base || (!l1 && space->based))) return HOST_INVALID;
    if (!l1) {
        u32* l2 = take_table();
        if (!l2) return HOST_NO_MEMORY;
        l1 = physical(l2) | L1_DOMAIN(kernel ? DOMAIN_GUEST_KERNEL : DOMAIN_USER) | L1_TABLE;
        set_l1(space, va >> 20, l1);
    }
    *entry = (u32*)linear(l1 & L1_ADDRESS) + (va >> PAGE_SHIFT & (L2_ENTRIES - 1));
    return HOST_OK;
}

static u32* find(const struct space* space, u32 va) {
    u32 l1 = va < HOST_USER_END ? space->table[va >> 20] : 0;
    return l1 ? (u32*)linear(l1 & L1_ADDRESS) + (va >> PAGE_SHIFT & (L2_ENTRIES - 1)) : NULL;
}

s32 space_map(struct space* space, u32 va, u32 pa, u32 rights) {
    u32 *entry = find(space, va), descriptor = 0;
    bool kernel = entry && is_kernel(space->table[va >> 20]);
    if (!rights) {
        if (!entry) return HOST_OK;
        if (kernel && space->base) return HOST_INVALID;
    } else {
        kernel = (rights & HOST_RIGHT_KERNEL) != 0;
        s32 result = entry_for(space, va, kernel, &entry);
        if (result != HOST_OK) return result;
        descriptor = pa | L2_PAGE | L2_NORMAL | L2_ALL | L2_NG | (rights & HOST_RIGHT_WRITE ? 0 : L2_READ_ONLY) |
                     (rights & HOST_RIGHT_EXEC ? 0 : L2_XN);
    }
    u32 old = *entry;
    set_entry(entry, descriptor);
    if (!old) return HOST_OK;
    dsb();  // the new descriptor before the invalidation
    if (kernel) tlbimvaa(va);
    else tlbimva(va | space->asid);
    return HOST_OK;
}

void space_settle(void) {
    dsb();
    bpiall(0);
    dsb();
    isb();
}

u32 space_find(const struct space* space, u32 va, bool write) {
    const u32* entry = find(space, va);
    if (!entry || !*entry || (write && *entry & L2_READ_ONLY)) return 0;
    return ALIGN_DOWN(*entry, PAGE_SIZE);
}

bool space_covers(const struct space* space, u32 va, u32 bytes, bool write) {
    if (va >= HOST_USER_END || bytes > HOST_USER_END - va) return false;
    for (u32 page = ALIGN_DOWN(va, PAGE_SIZE); page < va + bytes; page += PAGE_SIZE)
        if (!space_find(space, page, write)) return false;
    return true;
}

// The instruction cache may be indexed by the address that executes, which is not known here: all of it goes.
void code_written(const void* start, u32 bytes) {
    cache_clean(start, bytes);
    dsb();
    iciallu(0);
    space_settle();
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

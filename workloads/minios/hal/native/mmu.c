// SPDX-License-Identifier: Apache-2.0
// Short descriptors, ARM DDI 0406C B3.5: the kernel by TTBR1, the user's lowest 32 MiB by TTBR0 (TTBCR.N = 7), ASIDs.
#include "hal.h"
#include "kernel.h"
#include "native.h"
#include "short_descriptors.h"
#include "string.h"

CP15_REG(ctr, 0, c0, c0, 1)

#define L1_AT (L2_ENTRIES)  // in a space's page
#define L1_ENTRIES 32u

#define TTBCR_N 7u
extern u8 minios_text_start[], minios_text_end[], minios_rodata_end[];

static u32 level1[4096] __attribute__((aligned(16384), section(".bss.tables")));
static u32 level2[L2_ENTRIES] __attribute__((aligned(1024), section(".bss.tables")));
static u32 no_space[L1_ENTRIES] __attribute__((aligned(128), section(".bss.tables")));
static u32 data_line, instruction_line;

static u32 page_rights(u32 page) {
    if (page < (u32)minios_text_start) return L2_PL1 | L2_XN;
    if (page < (u32)minios_text_end) return L2_PL1 | L2_READ_ONLY;
    if (page < (u32)minios_rodata_end) return L2_PL1 | L2_READ_ONLY | L2_XN;
    return L2_PL1 | L2_XN;
}

void native_mmu_enable(void) {
    data_line = 4u << (ctr_read() >> 16 & 15);
    instruction_line = 4u << (ctr_read() & 15);
    for (u32 done = 0; done < DEVICES_SIZE; done += MIB)
        level1[(DEVICES + done) >> 20] =
            (DEVICES_PHYSICAL + done) | L1_SECTION | SECTION_DEVICE | SECTION_XN | SECTION_PL1;
    for (u32 done = 0; done < RAM_SIZE; done += MIB)
        level1[(RAM_BASE + done) >> 20] = (RAM_BASE + done) | L1_SECTION | SECTION_NORMAL | SECTION_XN | SECTION_PL1;
    map_pages(level1, level2, RAM_BASE, page_rights);
    ttbcr_write(TTBCR_N);
    ttbr0_32_write((u32)no_space | TTBR_WALK);
    ttbr1_32_write((u32)level1 | TTBR_WALK);
    contextidr_write(0);
    dacr_write(1);
    dsb();
    tlbiall(0);
    iciallu(0);
    bpiall(0);
    dsb();
    isb();
    sctlr_write(sctlr_read() | SCTLR_TRANSLATION);
    isb();
}

// Walks may not look into the data cache.
static void clean(u32 start, u32 end) {
    for (u32 line = ALIGN_DOWN(start, data_line); line < end; line += data_line) dccmvau(line);
}

bool hal_space_create(struct space* space, u32 slot) {
    u32* table = page_take();
    if (!table) return false;
    memset(table, 0, (L1_AT + L1_ENTRIES) * sizeof(u32));
    table[L1_AT + (USER_BASE >> 20)] = (u32)table | L1_TABLE;
    clean((u32)table, (u32)(table + L1_AT + L1_ENTRIES));
    dsb();
    space->table = table;
    space->asid = slot + 1;
    return true;
}

void hal_space_destroy(struct space* space) {
    tlbiasid(space->asid);
    bpiall(0);
    dsb();
    isb();
    page_put((u32)space->table);
    space->table = NULL;
}

// ASID 0 belongs to nobody: what is fetched while tables and ASID do not match is nobody's (ARM DDI 0406C B3.10.4).
void hal_space_enter(const struct space* space, u32 stack_top) {
    (void)stack_top;  // the stack pointer stays where leaving the kernel puts it
    contextidr_write(0);
    isb();
    ttbr0_32_write((u32)(space->table + L1_AT) | TTBR_WALK);
    isb();
    contextidr_write(space->asid);
    isb();
}

static struct {
    struct space* space;
    u32 first, last;  // entries written
    u32 stale;        // how many were valid before
} batch;

void hal_map_begin(struct space* space) {
    batch.space = space;
    batch.first = L2_ENTRIES;
    batch.last = 0;
    batch.stale = 0;
}

void hal_map_page(u32 va, u32 frame, u32 rights) {
    u32 index = va >> PAGE_SHIFT & (L2_ENTRIES - 1);
    u32 descriptor = 0;
    if (rights) {
        descriptor = frame | L2_PAGE | L2_NORMAL | L2_ALL | L2_NG;
        if (!(rights & MAP_WRITE)) descriptor |= L2_READ_ONLY;
        if (!(rights & MAP_EXEC)) descriptor |= L2_XN;
    }
    if (batch.space->table[index]) batch.stale++;
    batch.space->table[index] = descriptor;
    if (index < batch.first) batch.first = index;
    if (index > batch.last) batch.last = index;
}

bool hal_map_end(void) {
    if (batch.first > batch.last) return true;
    clean((u32)&batch.space->table[batch.first], (u32)&batch.space->table[batch.last + 1]);
    dsb();
    if (batch.stale == 1) {
        tlbimva((USER_BASE + batch.first * PAGE_SIZE) | batch.space->asid);
        if (batch.first != batch.last) tlbiasid(batch.space->asid);
    } else if (batch.stale) {
        tlbiasid(batch.space->asid);
    }
    if (batch.stale) {
        bpiall(0);
        dsb();
    }
    isb();
    return true;
}

void hal_cache_sync(u32 start, u32 size) {
    clean(start, start + size);
    dsb();
    for (u32 line = ALIGN_DOWN(start, instruction_line); line < start + size; line += instruction_line) icimvau(line);
    bpiall(0);
    dsb();
    isb();
}

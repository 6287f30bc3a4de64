// SPDX-License-Identifier: Apache-2.0
// The program's own map, and physical memory.
#include "mem.h"
#include "cp15.h"
#include "platform.h"
#include "string.h"

#define CACHE_LINE 64u

static u32 image_table[L2_ENTRIES] __attribute__((aligned(L2_SIZE)));
static u32 no_space[USER_L1_ENTRIES] __attribute__((aligned(USER_L1_SIZE)));

static struct { u32 at, end; } area[2];
static u32 areas;

void cache_clean(const void* start, u32 size) {
    for (u32 line = ALIGN_DOWN((u32)start, CACHE_LINE); line < (u32)start + size; line += CACHE_LINE) dccmvau(line);
}

static void map_section(u32 va, u32 pa, u32 attributes) {
    pl1_table[va >> 20] =
        ALIGN_DOWN(pa, MIB) | attributes | SECTION_PL1 | SECTION_XN | L1_DOMAIN(DOMAIN_PL1) | L1_SECTION;
}

static void publish(void) {
    cache_clean(pl1_table, sizeof(pl1_table));
    dsb();
    tlbiall(0);
    dsb();
    isb();
}

// Where the loader says the tree is, when that is memory the linear map can show.
void mem_init_early(u32 fdt) {
    for (u32 pa = ALIGN_DOWN(fdt, MIB); pa < ALIGN_DOWN(fdt, MIB) + 4 * MIB; pa += MIB)
        if (pa - RAM_PHYSICAL < LINEAR_SIZE) map_section(LINEAR + (pa - RAM_PHYSICAL), pa, SECTION_NORMAL);
    map_section((u32)image_text_start, physical(image_text_start), SECTION_NORMAL);
    pl1_table[(u32)image_text_start >> 20] &= ~SECTION_XN;  // until the image has pages
    publish();
}

static void map_image(void) {
    u32 start = ALIGN_DOWN((u32)image_text_start, MIB);
    for (u32 i = 0; i < L2_ENTRIES; i++) {
        u32 page = start + i * PAGE_SIZE;
        u32 rights = L2_XN;
        if (page < (u32)image_rodata_end) rights |= L2_READ_ONLY;
        if (page >= (u32)image_text_start && page < (u32)image_text_end) rights &= ~L2_XN;
        image_table[i] = physical((void*)page) | rights | L2_PL1 | L2_NORMAL | L2_PAGE;
    }
    cache_clean(image_table, sizeof(image_table));
    pl1_table[start >> 20] = physical(image_table) | L1_DOMAIN(DOMAIN_PL1) | L1_TABLE;
}

void mem_init(void) {
    for (u32 mib = 0; mib < 4096; mib++) pl1_table[mib] = 0;
    for (u32 pa = RAM_PHYSICAL; pa < mem_end(); pa += MIB) map_section((u32)linear(pa), pa, SECTION_NORMAL);
    map_section(DEVICE_UART, platform.uart, SECTION_DEVICE);
    map_section(DEVICE_GICD, platform.gicd, SECTION_DEVICE);
    map_section(DEVICE_GICC, platform.gicc, SECTION_DEVICE);
    map_image();
    ttbr0_32_write(physical(no_space) | TTBR_WALK);
    ttbcr_write(TTBCR_N);
    publish();
}

u32 mem_end(void) { return RAM_PHYSICAL + (platform.ram_size < LINEAR_SIZE ? platform.ram_size : LINEAR_SIZE); }

void mem_add(u32 start, u32 end) {
    area[areas].at = start;
    area[areas++].end = end;
}

void* mem_take(u32 size, u32 align) {
    for (u32 i = 0; i < areas; i++) {
        u32 start = ALIGN_UP(area[i].at, align);
        if (start < area[i].at || start > area[i].end || size > area[i].end - start) continue;
        area[i].at = start + size;
        memset(linear(start), 0, size);
        return linear(start);
    }
    return NULL;
}

// SPDX-License-Identifier: Apache-2.0
#include "memory/pool.h"
#include "cp15.h"

#define CACHE_LINE 64u
#define RANGES_MAX 20

struct free_page {
    struct free_page* next;
};

struct range {
    u32 start, end;
};

static struct free_page* free_pages;
static struct range ranges[RANGES_MAX];  // of pages that were never used
static u32 range_count;

// Clean to the point of coherency as well: a guest may look at the page with its caches off.
static void scrub(void* page) {
    for (u64* line = page; (u32)line < (u32)page + PAGE_SIZE; line += CACHE_LINE / sizeof(*line)) {
        line[0] = line[1] = line[2] = line[3] = line[4] = line[5] = line[6] = line[7] = 0;
        dccmvac((u32)line);
    }
}

void pool_give(void* page) {
    struct free_page* p = page;
    scrub(page);
    p->next = free_pages;
    free_pages = p;
}

void pool_add(u32 start, u32 end) {
    struct range range = {ALIGN_UP(start, PAGE_SIZE), ALIGN_DOWN(end, PAGE_SIZE)};
    if (range.start < range.end && range_count < RANGES_MAX) ranges[range_count++] = range;
}

// From the top of a range down: pages that were made ready are then handed out in ascending order.
static void* take_raw(void) {
    for (u32 i = 0; i < range_count; i++)
        if (ranges[i].start < ranges[i].end) return (void*)(ranges[i].end -= PAGE_SIZE);
    return NULL;
}

void pool_make_ready(u32 pages) {
    for (void* page; pages && (page = take_raw()); pages--) pool_give(page);
    dsb();
}

__attribute__((noinline)) static void* take_unready(void) {
    void* page = take_raw();
    if (!page) return NULL;
    scrub(page);
    dsb();
    return page;
}

void* pool_take(void) {
    struct free_page* p = free_pages;
    if (unlikely(!p)) return take_unready();
    free_pages = p->next;
    p->next = NULL;
    dccmvac((u32)p);
    return p;
}

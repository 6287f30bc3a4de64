// SPDX-License-Identifier: Apache-2.0
#include "pool.h"
#include "cp15.h"
#include "string.h"

#define CACHE_LINE 64u

struct free_page {
    struct free_page* next;
};

static struct free_page* free_pages;

// Clean to the point of coherency as well: a guest may look at the page with its caches off.
static void scrub(void* page) {
    memset(page, 0, PAGE_SIZE);
    for (u32 line = (u32)page; line < (u32)page + PAGE_SIZE; line += CACHE_LINE) dccmvac(line);
}

void pool_give(void* page) {
    struct free_page* p = page;
    scrub(page);
    p->next = free_pages;
    free_pages = p;
}

u32 pool_add(u32 start, u32 end, u32 limit) {
    u32 added = 0;
    start = ALIGN_UP(start, PAGE_SIZE);
    // From the top down: pages are then handed out in ascending order.
    for (u32 page = ALIGN_DOWN(end, PAGE_SIZE); page > start && added < limit; added++) {
        page -= PAGE_SIZE;
        pool_give((void*)page);
    }
    dsb();
    return added;
}

void* pool_take(void) {
    struct free_page* p = free_pages;
    if (unlikely(!p)) return NULL;
    free_pages = p->next;
    p->next = NULL;
    dccmvac((u32)p);
    return p;
}

// SPDX-License-Identifier: Apache-2.0
#include "kernel.h"

struct free_page {
    struct free_page* next;
};

static struct free_page* free_list;
static u32 free_count;
static u8 references[RAM_SIZE / PAGE_SIZE];

static u8* count_of(u32 page) { return &references[(page - RAM_BASE) >> PAGE_SHIFT]; }

void page_init(u32 start, u32 end) {
    for (u32 page = end; page > start;) {
        page -= PAGE_SIZE;
        *count_of(page) = 1;
        page_put(page);
    }
}

void* page_take(void) {
    struct free_page* page = free_list;
    if (unlikely(!page)) return NULL;
    free_list = page->next;
    free_count--;
    *count_of((u32)page) = 1;
    return page;
}

void page_ref(u32 page) { ++*count_of(page); }

void page_put(u32 page) {
    u8* count = count_of(page);
    if (*count == 0) panic("a page was freed twice");
    if (--*count) return;
    struct free_page* f = (struct free_page*)page;
    f->next = free_list;
    free_list = f;
    free_count++;
}

u32 page_references(u32 page) { return *count_of(page); }
u32 page_free_count(void) { return free_count; }

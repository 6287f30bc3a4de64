// SPDX-License-Identifier: Apache-2.0
#include "batch.h"
#include "hal.h"
#include "kernel.h"

static struct {
    struct batch_entry list[BATCH_MAX];
    u32 count, space;
    bool failed;
} batch;

static void send(void) {
    if (batch.count && !batch_send(batch.space, batch.list, batch.count)) batch.failed = true;
    batch.count = 0;
}

void hal_map_begin(struct space* space) {
    batch.count = 0;
    batch.space = space->number;
    batch.failed = false;
}

void hal_map_page(u32 va, u32 frame, u32 rights) {
    u32 page = rights ? frame | rights : 0;
    if (batch.count) {
        struct batch_entry* last = &batch.list[batch.count - 1];
        u32 size = last->pages * PAGE_SIZE;
        bool same_kind = (last->page != 0) == (page != 0);
        if (same_kind && va == last->va + size && (!page || page == last->page + size)) {
            last->pages++;
            return;
        }
        if (batch.count == BATCH_MAX || !same_kind) send();
    }
    batch.list[batch.count++] = (struct batch_entry){va, page, 1};
}

bool hal_map_end(void) {
    send();
    return !batch.failed;
}

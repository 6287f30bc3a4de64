// SPDX-License-Identifier: Apache-2.0
#include "channels.h"
#include "mem.h"
#include "space.h"

static struct para_channel channels[CHANNEL_MAX];
static u32 count;

const struct para_channel* channel_at(u32 channel) { return channel < count ? &channels[channel] : NULL; }

// A page for both ends, at the same address for both.
bool channel_create(const struct para_channel* channel) {
    u8* page = mem_take(PAGE_SIZE, PAGE_SIZE);
    u32 va = PARA_CHANNEL_PAGES + count * PAGE_SIZE;
    channels[count++] = *channel;
    return page && channel->a < vm_count && channel->b < vm_count && channel->a != channel->b &&
           space_map_fixed(&vms[channel->a], va, physical(page), false) &&
           space_map_fixed(&vms[channel->b], va, physical(page), false);
}

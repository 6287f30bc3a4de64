// SPDX-License-Identifier: Apache-2.0
#include "devices/device.h"

static u32 lane_mask(const struct access* access) { return access->size == 4 ? ~0u : (1u << 8 * access->size) - 1; }

u32 access_extract(const struct access* access, u32 reg) { return reg >> 8 * (access->offset & 3) & lane_mask(access); }

u32 access_merge(const struct access* access, u32 reg) {
    u32 shift = 8 * (access->offset & 3), mask = lane_mask(access) << shift;
    return (reg & ~mask) | (access->value << shift & mask);
}

struct device* vm_device_at(struct vm* vm, u32 ipa) {
    for (u32 i = 0; i < vm->device_count; i++)
        if (ipa - vm->device[i].ipa < PAGE_SIZE) return &vm->device[i];
    return NULL;
}

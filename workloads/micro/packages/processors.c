// SPDX-License-Identifier: Apache-2.0
#include "vm_image.h"

VM_IMAGE(guest, "processors.img");
VM_IMAGE(beside, "beside.img");

#define DEVICES \
    { {.kind = VM_DEVICE_UART, .ipa = GUEST_UART}, {.kind = VM_DEVICE_COUNTER, .ipa = GUEST_COUNTER}, }

VM_TABLE = {
    VM_TABLE_HEAD,
    .tick_hz = 1000,
    .vm_count = 2,
    .vm =
        {
            {
                .name = "pair",
                VM_IMAGE_FIELDS(guest),
                .ram_size = 2 << 20,
                .processors = 2,
                .device = DEVICES,
            },
            {
                .name = "beside",
                VM_IMAGE_FIELDS(beside),
                .ram_size = 2 << 20,
                .device = DEVICES,
            },
        },
};

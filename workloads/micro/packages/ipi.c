// SPDX-License-Identifier: Apache-2.0
#include "vm_image.h"

VM_IMAGE(guest, "ipi.img");

VM_TABLE = {
    VM_TABLE_HEAD,
    .tick_hz = 0,
    .vm_count = 1,
    .vm =
        {
            {
                .name = "pair",
                VM_IMAGE_FIELDS(guest),
                .ram_size = 2 << 20,
                .processors = 2,
                .device = {{.kind = VM_DEVICE_UART, .ipa = GUEST_UART}},
            },
        },
};

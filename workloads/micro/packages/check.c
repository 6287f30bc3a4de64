// SPDX-License-Identifier: Apache-2.0
#include "vm_image.h"

VM_IMAGE(guest, "check.img");

VM_TABLE = {
    VM_TABLE_HEAD,
    .tick_hz = 0,
    .vm_count = 1,
    .vm = {{
        .name = "check",
        VM_IMAGE_FIELDS(guest),
        .ram_size = 4 << 20,
        .device =
            {
                {.kind = VM_DEVICE_UART, .ipa = GUEST_UART},
                {.kind = VM_DEVICE_COUNTER, .ipa = GUEST_COUNTER, .irq = GUEST_DOORBELL_IRQ},
                {.kind = VM_DEVICE_COUNTER, .ipa = GUEST_COUNTER_DECODED, .flags = VM_DEVICE_DECODE},
            },
    }},
};

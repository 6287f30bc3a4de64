// SPDX-License-Identifier: Apache-2.0
#include "vm_image.h"

VM_IMAGE(attacker, "attacker.img");
VM_IMAGE(heartbeat, "heartbeat.img");
VM_IMAGE(bystander, "bystander.img");

#define DEVICES                                                                        \
    {                                                                                  \
        {.kind = VM_DEVICE_UART, .ipa = GUEST_UART}, {                                 \
            .kind = VM_DEVICE_COUNTER, .ipa = GUEST_COUNTER, .irq = GUEST_DOORBELL_IRQ \
        }                                                                              \
    }

VM_TABLE = {
    VM_TABLE_HEAD,
    .tick_hz = 1000,
    .vm_count = 3,
    .vm =
        {
            {.name = "attacker", VM_IMAGE_FIELDS(attacker), .ram_size = 2 << 20, .device = DEVICES},
            {.name = "heartbeat", VM_IMAGE_FIELDS(heartbeat), .ram_size = 2 << 20, .device = DEVICES},
            {.name = "bystander", VM_IMAGE_FIELDS(bystander), .ram_size = 2 << 20, .device = DEVICES},
        },
};

// SPDX-License-Identifier: Apache-2.0
#include "para_image.h"

VM_IMAGE(attacker, "para-attacker.img");
VM_IMAGE(heartbeat, "para-heartbeat.img");
VM_IMAGE(bystander, "para-bystander.img");

VM_TABLE = {
    VM_TABLE_HEAD,
    .tick_hz = 1000,
    .channel_count = 2,
    .channel = {{0, 1}, {1, 2}},
    .vm_count = 3,
    .vm =
        {
            {.name = "attacker", VM_IMAGE_FIELDS(attacker)},
            {.name = "heartbeat", VM_IMAGE_FIELDS(heartbeat)},
            {.name = "bystander", VM_IMAGE_FIELDS(bystander)},
        },
};

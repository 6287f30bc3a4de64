// SPDX-License-Identifier: Apache-2.0
#include "vm_image.h"

VM_IMAGE(guest, "tick.img");

#define MACHINE(machine_name)                                                             \
    {                                                                                     \
        .name = machine_name, VM_IMAGE_FIELDS(guest), .ram_size = 2 << 20,                \
        .device = {                                                                       \
            {.kind = VM_DEVICE_UART, .ipa = GUEST_UART},                                  \
            {.kind = VM_DEVICE_COUNTER, .ipa = GUEST_COUNTER, .irq = GUEST_DOORBELL_IRQ}, \
        },                                                                                \
    }

VM_TABLE = {
    VM_TABLE_HEAD,
    .tick_hz = 1000,
    .vm_count = 2,
    .vm = {MACHINE("red"), MACHINE("blue")},
};

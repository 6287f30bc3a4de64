// SPDX-License-Identifier: Apache-2.0
#include "para_devices.h"
#include "para_image.h"

VM_IMAGE(client, "para-device-shared.img");
VM_IMAGE(driver, "para-device-driver.img");

VM_TABLE = {
    VM_TABLE_HEAD,
    .channel_count = 1,
    .channel = {{0, 1}},
    .vm_count = 2,
    .vm =
        {
            {.name = "client", VM_IMAGE_FIELDS(client)},
            {
                .name = "driver",
                VM_IMAGE_FIELDS(driver),
                .passthrough = {{.va = UART_WINDOW, .pa = UART_PHYSICAL, .size = PAGE_SIZE}},
            },
        },
};

// SPDX-License-Identifier: Apache-2.0
#include "para_devices.h"
#include "para_image.h"

VM_IMAGE(guest, "para-device-owned.img");

VM_TABLE = {
    VM_TABLE_HEAD,
    .vm_count = 1,
    .vm = {{
        .name = "device-owned",
        VM_IMAGE_FIELDS(guest),
        .passthrough = {{.va = UART_WINDOW, .pa = UART_PHYSICAL, .size = PAGE_SIZE}},
    }},
};

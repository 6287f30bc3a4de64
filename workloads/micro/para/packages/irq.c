// SPDX-License-Identifier: Apache-2.0
#include "para_image.h"

VM_IMAGE(guest, "para-irq.img");

VM_TABLE = {
    VM_TABLE_HEAD,
    .vm_count = 1,
    .vm = {{.name = "irq", VM_IMAGE_FIELDS(guest)}},
};

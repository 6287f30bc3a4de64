// SPDX-License-Identifier: Apache-2.0
#include "para_image.h"

VM_IMAGE(guest, "para-world-switch-fp.img");

VM_TABLE = {
    VM_TABLE_HEAD,
    .vm_count = 2,
    .vm = {{.name = "red", VM_IMAGE_FIELDS(guest)}, {.name = "blue", VM_IMAGE_FIELDS(guest)}},
};

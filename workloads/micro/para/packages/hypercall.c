// SPDX-License-Identifier: Apache-2.0
#include "para_image.h"

VM_IMAGE(guest, "para-hypercall.img");

VM_TABLE = {
    VM_TABLE_HEAD,
    .vm_count = 1,
    .vm = {{.name = "hypercall", VM_IMAGE_FIELDS(guest)}},
};

// SPDX-License-Identifier: Apache-2.0
#include "para_image.h"

VM_IMAGE(guest, "para-page-fault.img");

VM_TABLE = {
    VM_TABLE_HEAD,
    .vm_count = 1,
    .vm = {{.name = "page-fault", VM_IMAGE_FIELDS(guest)}},
};

// SPDX-License-Identifier: Apache-2.0
#include "para_image.h"

VM_IMAGE(guest, "para-syscall.img");

VM_TABLE = {
    VM_TABLE_HEAD,
    .vm_count = 1,
    .vm = {{.name = "syscall", VM_IMAGE_FIELDS(guest)}},
};

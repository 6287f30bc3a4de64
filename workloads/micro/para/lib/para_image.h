// SPDX-License-Identifier: Apache-2.0
// For the description tables in packages/.
#pragma once
#include "api.h"
#include "package_image.h"
#include "vm_package.h"

#define VM_TABLE const struct para_package package_table __attribute__((section(".package")))
#define VM_TABLE_HEAD .magic = PARA_PACKAGE_MAGIC, .version = PARA_PACKAGE_VERSION, .size = (u32)vm_package_size

// What every micro guest has: its image, 2 MiB, a few spaces and tables.
#define VM_IMAGE_FIELDS(symbol)                                                                    \
    .image_offset = (u32)symbol, .image_size = (u32)symbol##_size, .image_gpa = PARA_RAM + 0x8000, \
    .entry = PARA_RAM + 0x8000, .ram_size = 2 << 20, .spaces = 4, .tables = 16

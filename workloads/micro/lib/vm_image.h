// SPDX-License-Identifier: Apache-2.0
// For the description tables in packages/: a guest image as part of the blob, and its place in it.
#pragma once
#include "guest.h"
#include "machine/vm_package.h"
#include "package_image.h"

#define VM_TABLE const struct vm_package package_table __attribute__((section(".package")))
#define VM_TABLE_HEAD .magic = VM_PACKAGE_MAGIC, .version = VM_PACKAGE_VERSION, .size = (u32)vm_package_size

// Where every micro guest's image goes in its memory.
#define VM_IMAGE_FIELDS(symbol)                                                                     \
    .image_offset = (u32)symbol, .image_size = (u32)symbol##_size, .image_ipa = GUEST_RAM + 0x8000, \
    .entry_ipa = GUEST_RAM + 0x8000, .ram_ipa = GUEST_RAM

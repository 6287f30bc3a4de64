// SPDX-License-Identifier: Apache-2.0
// For the description tables in packages/: a guest image as part of the blob, and its place in it.
#pragma once
#include "guest.h"
#include "machine/vm_package.h"

#define VM_IMAGE(symbol, file)                 \
    asm(".section .images, \"a\", %progbits\n" \
        ".balign 4096\n" #symbol               \
        ":\n"                                  \
        ".incbin \"" file                      \
        "\"\n"                                 \
        ".global " #symbol ", " #symbol        \
        "_size\n"                              \
        ".set " #symbol "_size, . - " #symbol  \
        "\n"                                   \
        ".previous\n");                        \
    extern const u8 symbol[], symbol##_size[]

#define VM_TABLE const struct vm_package package_table __attribute__((section(".package")))
extern const u8 vm_package_size[];
#define VM_TABLE_HEAD .magic = VM_PACKAGE_MAGIC, .version = VM_PACKAGE_VERSION, .size = (u32)vm_package_size

// Where every micro guest's image goes in its memory.
#define VM_IMAGE_FIELDS(symbol)                                                                     \
    .image_offset = (u32)symbol, .image_size = (u32)symbol##_size, .image_ipa = GUEST_RAM + 0x8000, \
    .entry_ipa = GUEST_RAM + 0x8000, .ram_ipa = GUEST_RAM

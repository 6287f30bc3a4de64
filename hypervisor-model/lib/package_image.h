// SPDX-License-Identifier: Apache-2.0
// A guest's image as part of a package's blob, and the blob's size.
#pragma once
#include "types.h"

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

extern const u8 vm_package_size[];

// SPDX-License-Identifier: Apache-2.0
// minios as a machine of `para`. One first-level table entry each is all its spaces use.
#pragma once
#include "para_image.h"

#define MINIOS_MACHINE(symbol)                                                                                       \
    {                                                                                                                \
        .name = "minios", .image_offset = (u32)symbol, .image_size = (u32)symbol##_size,                             \
        .image_gpa = PARA_RAM + 0x8000, .entry = PARA_RAM + 0x8000, .ram_size = 8 << 20, .spaces = 32, .tables = 40, \
    }

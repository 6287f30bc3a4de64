// SPDX-License-Identifier: Apache-2.0
// The machine whose guest is a trace: as much memory as a recorded machine may have used.
#include "para_image.h"

VM_IMAGE(port, "para-trace-port.img");

VM_TABLE = {VM_TABLE_HEAD, .vm_count = 1,
            .vm = {{.name = "trace",
                    .image_offset = (u32)port,
                    .image_size = (u32)port_size,
                    .image_gpa = PARA_RAM + 0x8000,
                    .entry = PARA_RAM + 0x8000,
                    .ram_size = 128 << 20,
                    .spaces = 200,
                    .tables = 4096}}};

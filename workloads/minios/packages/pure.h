// SPDX-License-Identifier: Apache-2.0
// minios as a machine of `pure`: the same image that runs without a hypervisor.
#pragma once
#include "vm_image.h"

#define MINIOS_MACHINE(symbol)                                          \
    {                                                                   \
        .name = "minios", VM_IMAGE_FIELDS(symbol), .ram_size = 8 << 20, \
        .device = {{.kind = VM_DEVICE_UART, .ipa = GUEST_UART}},        \
    }

// SPDX-License-Identifier: Apache-2.0
#include "pl011.h"
#include "cp15.h"

void pl011_putc(uintptr_t base, char c) {
    while (mmio_read32(base + PL011_FR) & PL011_FR_TXFF)
        ;
    mmio_write32(base + PL011_DR, (u8)c);
}

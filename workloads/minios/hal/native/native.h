// SPDX-License-Identifier: Apache-2.0
// The machine: `virt`'s memory map. Device registers appear in the kernel's half.
#pragma once
#include "types.h"

#define DEVICES 0xf8000000u  // shows physical 0x08000000..0x09ffffff
#define DEVICES_PHYSICAL 0x08000000u
#define DEVICES_SIZE 0x02000000u
#define DEVICE(pa) (DEVICES + ((pa)-DEVICES_PHYSICAL))
#define GICD DEVICE(0x08000000u)
#define GICC DEVICE(0x08010000u)
#define UART DEVICE(0x09000000u)
#define VIRTUAL_TIMER_IRQ 27u

void native_mmu_enable(void);
void native_irq(void);

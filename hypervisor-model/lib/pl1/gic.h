// SPDX-License-Identifier: Apache-2.0
// The physical interrupt controller, one interrupt group, one processor.
#pragma once
#include "cp15.h"
#include "gicv2.h"
#include "types.h"

#define GIC_SPI_FIRST 32

// Where its registers are.
extern struct gic { u32 distributor, cpu; } gic;

void gic_init(void);  // every interrupt disabled, forgotten, of one priority, for the first processor
void gic_enable(u32 irq, bool on);
static inline u32 gic_accept(void) { return mmio_read32(gic.cpu + GICC_IAR); }
static inline void gic_end(u32 iar) { mmio_write32(gic.cpu + GICC_EOIR, iar); }

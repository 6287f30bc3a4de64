// SPDX-License-Identifier: Apache-2.0
// GICv2 register offsets and fields, ARM IHI 0048B chapters 4 and 5.
#pragma once

// Distributor
#define GICD_CTLR 0x000
#define GICD_TYPER 0x004
#define GICD_IIDR 0x008
#define GICD_IGROUPR 0x080
#define GICD_ISENABLER 0x100
#define GICD_ICENABLER 0x180
#define GICD_ISPENDR 0x200
#define GICD_ICPENDR 0x280
#define GICD_ISACTIVER 0x300
#define GICD_ICACTIVER 0x380
#define GICD_IPRIORITYR 0x400
#define GICD_ITARGETSR 0x800
#define GICD_ICFGR 0xc00
#define GICD_SGIR 0xf00
#define GICD_SGIR_TARGETS_SHIFT 16
#define GICD_CPENDSGIR 0xf10
#define GICD_SPENDSGIR 0xf20

// CPU interface; the virtual CPU interface has the same layout
#define GICC_CTLR 0x00
#define GICC_PMR 0x04
#define GICC_BPR 0x08
#define GICC_IAR 0x0c
#define GICC_EOIR 0x10
#define GICC_RPR 0x14
#define GICC_HPPIR 0x18
#define GICC_APR 0xd0
#define GICC_IIDR 0xfc
#define GICC_DIR 0x1000
#define GICC_CTLR_ENABLE (1u << 0)
#define GICC_CTLR_EOIMODE_NS (1u << 9)
#define GIC_ID_MASK 0x3ffu
#define GIC_SPURIOUS 1020u

// Virtual interface control
#define GICH_HCR 0x00
#define GICH_VTR 0x04
#define GICH_VMCR 0x08
#define GICH_MISR 0x10
#define GICH_EISR0 0x20
#define GICH_ELRSR0 0x30
#define GICH_APR 0xf0
#define GICH_LR0 0x100
#define GICH_HCR_EN (1u << 0)
#define GICH_HCR_UIE (1u << 1)
#define GICH_VTR_LISTREGS 0x3fu

#define LR_VIRQ_MASK 0x3ffu
#define LR_PIRQ_SHIFT 10
#define LR_CPUID_SHIFT 10
#define LR_EOI (1u << 19)  // maintenance interrupt at the end of a software interrupt
#define LR_PRIO_SHIFT 23
#define LR_PENDING (1u << 28)
#define LR_ACTIVE (1u << 29)
#define LR_GROUP1 (1u << 30)
#define LR_HW (1u << 31)

// Interrupt numbers the architecture's own devices use on `virt`-like machines when the DTB does not say otherwise
#define PPI(n) (16 + (n))
#define SPI(n) (32 + (n))

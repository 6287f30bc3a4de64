/* SPDX-License-Identifier: Apache-2.0 */
/* Where a program at PL1 sees the machine: numbers that C, assembly and the linker script have to agree on. Each
   program's layout.h includes this and adds TTBCR_N (TTBR0 has the lowest 4 GiB >> N), AFTER_BOOT and PL1_NAME. */
#pragma once

/* Physical memory appears here, up to LINEAR_SIZE of it; the image is linked for it. */
#define RAM_PHYSICAL 0x40000000
#define LINEAR 0xe0000000
#define LINEAR_SIZE 0x1e000000
#define LINEAR_OFFSET 0xa0000000
/* One section for each register block, after the memory. */
#define DEVICE_UART 0xfe000000
#define DEVICE_GICD 0xfe100000
#define DEVICE_GICC 0xfe200000

/* The domain of the program's own pages, which are for PL1 alone: always open. */
#define DOMAIN_PL1 0

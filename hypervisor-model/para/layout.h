/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that C, assembly and the linker script have to agree on. */
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

/* Domains: the microvisor's pages are for PL1 alone and always open; the guest kernel's are shut while its user runs. */
#define DOMAIN_MICROVISOR 0
#define DOMAIN_USER 1
#define DOMAIN_KERNEL 2
#define DACR_USER 0x05
#define DACR_KERNEL 0x15
#define DACR_KERNEL_OPEN 0x30

/* struct vcpu, from its end: SP_svc points there while a guest runs, and the shared page begins there. */
#define VCPU_SIZE 112
#define VCPU_DEADLINE (-96)
#define VCPU_SPACE (-84)
#define VCPU_SPACE_COUNT (-80)
#define VCPU_SPACES (-76)
#define VCPU_R (-72)
#define VCPU_SP (-20)
#define VCPU_LR (-16)
#define VCPU_ON_SVC (-12)
#define VCPU_PC (-8)
#define VCPU_PSR (-4)

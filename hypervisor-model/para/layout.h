/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that C and assembly have to agree on. */
#pragma once
#include "map.h"

#define TTBCR_N 2
#define AFTER_BOOT guest_resume
#define PL1_NAME "para"

/* Domains: the guest kernel's pages are shut while its user runs. */
#define DOMAIN_USER 1
#define DOMAIN_KERNEL 2
#define DACR_USER 0x05
#define DACR_KERNEL 0x15
#define DACR_KERNEL_OPEN 0x30

/* struct vcpu, from its end: SP_svc points there while a guest runs, and the shared page begins there. */
#define VCPU_SIZE 120
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

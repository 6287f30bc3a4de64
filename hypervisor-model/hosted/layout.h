/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that C and assembly of the host kernel have to agree on. */
#pragma once
#include "map.h"

#define TTBCR_N 1 /* tasks and guests have the first 2 GiB */
#define AFTER_BOOT host_resume
#define PL1_NAME "host"

/* The host's one file, the guest's memory with its image at the start: loaded here, never given to anybody else. */
#define FILE_OFFSET 0x04000000
#define FILE_SIZE 0x00800000

/* Domains: a guest kernel's pages are shut while its user runs. */
#define DOMAIN_USER 1
#define DOMAIN_GUEST_KERNEL 2
#define DACR_TASK 0x05
#define DACR_GUEST_USER 0x05
#define DACR_GUEST_KERNEL 0x15

/* struct host_frame: r0-r12, sp, lr, pc, psr. SP_svc points behind that of whoever runs. */
#define FRAME_SIZE 68

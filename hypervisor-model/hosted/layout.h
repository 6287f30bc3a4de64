/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that C, assembly and the linker script of the host kernel have to agree on. */
#pragma once

/* Physical memory appears here, up to LINEAR_SIZE of it; the image is linked for it. */
#define RAM_PHYSICAL 0x40000000
#define LINEAR 0xe0000000
#define LINEAR_SIZE 0x1e000000
#define LINEAR_OFFSET 0xa0000000
#define DEVICE_UART 0xfe000000
#define FDT_DEFAULT RAM_PHYSICAL
/* The host's one file, the guest's memory with its image at the start: loaded here, never given to anybody else. */
#define FILE_OFFSET 0x04000000
#define FILE_SIZE 0x00200000

/* Domains: the host's pages are for PL1 alone; a guest kernel's are shut while its user runs. */
#define DOMAIN_HOST 0
#define DOMAIN_USER 1
#define DOMAIN_GUEST_KERNEL 2
#define DACR_TASK 0x05
#define DACR_GUEST_USER 0x05
#define DACR_GUEST_KERNEL 0x15

/* struct host_frame: r0-r12, sp, lr, pc, psr. SP_svc points behind that of whoever runs. */
#define FRAME_SIZE 68

#define TRAP_SVC 1
#define TRAP_UNDEFINED 2
#define TRAP_PREFETCH 3
#define TRAP_DATA 4

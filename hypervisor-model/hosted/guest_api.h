/* SPDX-License-Identifier: Apache-2.0 */
/* What the hypervisor offers its guest's kernel. Both halves of the guest run in User mode. As on a processor in
   Supervisor mode, the kernel's sp and lr are not its user's: a trap of the user goes to the kernel's vector with
   r0-r12 as they were, sp as set by GUEST_VECTORS and lr = the kind of trap (TRAP_*). A hypercall is SVC with the
   number in lr, arguments in r0-r2, result in r0; lr is lost. */
#pragma once

#define GUEST_RAM 0x10000000 /* the guest's memory, seen by its kernel; the image lies at its start */
#define GUEST_RAM_SIZE 0x00200000

#define GUEST_NULL 0
#define GUEST_RETURN 1     /* to the user, as it was but for r0-r12 */
#define GUEST_USER 2       /* (pc, sp): what GUEST_RETURN goes to from now on */
#define GUEST_VECTORS 3    /* (trap vector, kernel sp at a trap) */
#define GUEST_MAP 4        /* (user va, address in GUEST_RAM | GUEST_WRITE | GUEST_EXEC, pages) */
#define GUEST_WRITE_TEXT 5 /* (text, bytes): to the console */
#define GUEST_OFF 6

#define GUEST_WRITE 1
#define GUEST_EXEC 2

#define GUEST_OK 0
#define GUEST_UNKNOWN (-1)
#define GUEST_INVALID (-2)

/* The first words of an image: magic, entry, bytes. */
#define GUEST_MAGIC 0x54534748

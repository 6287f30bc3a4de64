/* SPDX-License-Identifier: Apache-2.0 */
/* What the hypervisor offers its guest's kernel. Both halves of the guest run in User mode. As on a processor in
   Supervisor mode, the kernel's sp and lr are not its user's: a trap of the user puts those into struct guest_cpu and
   goes to the kernel's vector with r0-r12 as they were, sp = guest_cpu.kernel_sp and lr = the kind of trap (TRAP_*). A
   hypercall is SVC with the number in lr, arguments in r0-r2, result in r0; lr is lost. The timer's interrupt is a trap
   of the user too: while the kernel runs it waits. */
#pragma once
#include "trap.h"

#define GUEST_RAM 0x40000000 /* the guest's memory, seen by its kernel in every space; the image lies at its start */
#define GUEST_RAM_SIZE 0x00800000
#define GUEST_USER_END GUEST_RAM

#define GUEST_NULL 0
#define GUEST_RETURN 1     /* to the user, as guest_cpu and r0-r12 have it */
#define GUEST_VECTORS 2    /* (trap vector, struct guest_cpu*) */
#define GUEST_WRITE_TEXT 3 /* (text, bytes): to the console */
#define GUEST_OFF 4
#define GUEST_TIMER 5         /* (low, high): an interrupt from that virtual count on, once; ~0: never */
#define GUEST_CACHE_SYNC 6    /* (address, bytes): what was written there may be executed, wherever it is mapped */
#define GUEST_SPACE_CREATE 7  /* (): an address space without user's pages; the guest starts in space 0 */
#define GUEST_SPACE_DESTROY 8 /* (space): neither 0 nor the current one */
#define GUEST_SPACE_SWITCH 9  /* (space): from now on */
#define GUEST_MAP 10          /* (space, struct guest_map*, entries): user's pages; up to the first bad entry */

#define GUEST_BATCH_MAX 64
#define GUEST_READ 1
#define GUEST_WRITE 2
#define GUEST_EXEC 4
#define GUEST_RIGHTS 7

#define GUEST_OK 0
#define GUEST_UNKNOWN (-1)
#define GUEST_INVALID (-2)
#define GUEST_NO_MEMORY (-3)

/* The first words of an image: magic, entry, bytes. */
#define GUEST_MAGIC 0x54534748

/* struct guest_cpu */
#define GUEST_CPU_KERNEL_SP 0
#define GUEST_CPU_STATUS 20
#define GUEST_CPU_ADDRESS 24

#ifndef __ASSEMBLER__
#include "types.h"

struct guest_cpu {
    u32 kernel_sp;
    u32 sp, lr, pc, psr;  // the user's
    u32 status, address;  // of an abort: fault status and fault address register
};
_Static_assert(offsetof(struct guest_cpu, status) == GUEST_CPU_STATUS && sizeof(struct guest_cpu) == 28, "guest_cpu");

struct guest_map {
    u32 va, page, pages;  // page: address in GUEST_RAM | GUEST_READ | ...; no right: the pages are taken away
};
#endif

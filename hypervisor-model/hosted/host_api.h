/* SPDX-License-Identifier: Apache-2.0 */
/* What the host kernel offers its tasks. SVC with the number in r7, arguments in r0-r3, result in r0; all other
   registers stay. Negative results are errors. */
#pragma once

#define HOST_NULL 0
#define HOST_WRITE 1 /* (text, bytes): to the console */
#define HOST_EXIT 2  /* (code) */
#define HOST_YIELD 3
#define HOST_MAP_FILE 4      /* (va): the file, readable and writable, to one task only; its size */
#define HOST_TIMER 5         /* (low, high): from that virtual count on an interrupt is due, once; ~0: never */
#define HOST_CACHE_SYNC 6    /* (va, bytes): what was written there may be executed, wherever it is mapped */
#define HOST_SPACE_CREATE 7  /* (base): an address space with the kernel pages of another; HOST_NO_SPACE: empty */
#define HOST_SPACE_DESTROY 8 /* (space): nobody's base */
#define HOST_SPACE_MAP 9     /* (space, struct host_map*, entries): the task's own pages; up to the first bad entry */
#define HOST_VCPU_CREATE 10  /* (struct host_run*, a page of the task): a processor */
#define HOST_VCPU_RUN 11     /* (vcpu): returns when the guest traps, or an interrupt comes */
#define HOST_CALLS 12

#define HOST_NO_SPACE 0xffffffff
#define HOST_BATCH_MAX 64

#define HOST_RIGHT_READ 1
#define HOST_RIGHT_WRITE 2
#define HOST_RIGHT_EXEC 4
#define HOST_RIGHT_KERNEL 8 /* for host_run.kernel != 0 only; made in a base before others have it, for all of them */
#define HOST_RIGHTS 15

#define HOST_OK 0
#define HOST_UNKNOWN (-1)
#define HOST_INVALID (-2)
#define HOST_NO_MEMORY (-3)

#define HOST_USER_END 0x80000000
#define HOST_WRITE_MAX 0x10000

#ifndef __ASSEMBLER__
#include "trap.h"
#include "types.h"

struct host_frame {
    u32 r[13], sp, lr, pc, psr;
};

struct host_map {
    u32 va, own, pages;  // own: the task's own address | HOST_RIGHT_*; no right: the pages are taken away
};

// A virtual processor as its task sees it. The host reads frame, space and kernel at HOST_VCPU_RUN and writes the rest
// and the frame when that returns; pc is the address behind an SVC, and otherwise of the instruction that trapped or,
// with an interrupt, is the next.
struct host_run {
    struct host_frame frame;
    u32 space;            // where it runs
    u32 kernel;           // pages of HOST_RIGHT_KERNEL are there
    u32 trap;             // TRAP_*
    u32 status, address;  // of an abort: fault status and fault address register
    u32 tpidrurw;         // the thread register that User mode writes
};

// How the image of a task starts; addresses are the task's.
#define TASK_MAGIC 0x4b534154u
struct task_image {
    u32 magic, base, entry;
    u32 text_end, rodata_end, data_end, end, stack;
};
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What the host kernel offers its tasks. SVC with the number in r7, arguments in r0-r3, result in r0; all other
   registers stay. Negative results are errors. */
#pragma once

#define HOST_NULL 0
#define HOST_WRITE 1 /* (text, bytes): to the console */
#define HOST_EXIT 2  /* (code) */
#define HOST_YIELD 3
#define HOST_MAP_FILE 4 /* (va): the file, readable and writable, to one task only; its size */
#define HOST_VCPU_CREATE \
    5                   /* (struct host_run*, a page of the task): a processor with an empty address space; a handle */
#define HOST_VCPU_MAP 6 /* (vcpu, guest va, own va | rights, pages): the task's own pages into that space */
#define HOST_VCPU_RUN 7 /* (vcpu): returns when the guest traps */
#define HOST_CALLS 8

#define HOST_RIGHT_WRITE 1
#define HOST_RIGHT_EXEC 2
#define HOST_RIGHT_KERNEL 4 /* the page is for host_run.kernel != 0 only */
#define HOST_RIGHTS 7

#define HOST_OK 0
#define HOST_UNKNOWN (-1)
#define HOST_INVALID (-2)
#define HOST_NO_MEMORY (-3)

#define HOST_USER_END 0x40000000 /* tasks and guests have the first GiB */
#define HOST_WRITE_MAX 0x10000

#ifndef __ASSEMBLER__
#include "types.h"

struct host_frame {
    u32 r[13], sp, lr, pc, psr;
};

// A virtual processor as its task sees it. The host reads frame and kernel at HOST_VCPU_RUN and writes all but kernel
// when that returns; pc is the address behind an SVC and that of any other instruction that trapped.
struct host_run {
    struct host_frame frame;
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

/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel needs of the machine it runs on. Three makers: native/ (the processor itself, or a virtual machine
   that looks like one), para/ and hosted/ (hypercalls to either hypervisor). The kernel runs with interrupts masked
   throughout, and takes them in user mode only: so it is never entered from itself. */
#pragma once

/* struct trapframe, at the top of the kernel stack of each process while the kernel runs for it */
#define FRAME_SP 52
#define FRAME_PC 64 /* pc and psr at the very top, where SRS puts them */
#define FRAME_PSR 68
#define FRAME_SIZE 72

#define FAULT_UNDEFINED 1
#define FAULT_PREFETCH 2
#define FAULT_DATA 3

#ifndef __ASSEMBLER__
#include "hal_arch.h" /* struct space; hal_frame_load(), hal_frame_store() */
#include "types.h"

struct trapframe {
    u32 r[13], sp, lr, unused, pc, psr;
};
_Static_assert(offsetof(struct trapframe, sp) == FRAME_SP && offsetof(struct trapframe, pc) == FRAME_PC, "frame");
_Static_assert(offsetof(struct trapframe, psr) == FRAME_PSR && sizeof(struct trapframe) == FRAME_SIZE, "frame");

#define RAM_BASE 0x40000000u
#define RAM_SIZE (8u << 20) /* of which the image takes the first part */

void hal_init(void);
void hal_console(const char* text, u32 size);
void hal_off(void) NORETURN;

u64 hal_time(void);
u32 hal_time_frequency(void);
void hal_timer_set(u64 deadline); /* an interrupt then, once */

/* Address spaces: the user's pages. `slot` (0..) differs between spaces that exist at the same time. */
bool hal_space_create(struct space* space, u32 slot);
void hal_space_destroy(struct space* space); /* not the current one */
/* Whose pages are addressed, and where the kernel's stack begins at the next entry from user mode. */
void hal_space_enter(const struct space* space, u32 stack_top);

/* Changes of one space's map: begin, any number of pages, end. rights 0 takes the page away. */
#define MAP_READ 1u
#define MAP_WRITE 2u
#define MAP_EXEC 4u
void hal_map_begin(struct space* space);
void hal_map_page(u32 va, u32 frame, u32 rights);
bool hal_map_end(void); /* false: not all could be done */

void hal_cache_sync(u32 start, u32 size); /* written instructions, by their kernel address, may be executed */

/* Kernel threads: switch.S */
void hal_switch(u32* save_sp, u32 sp);

/* entry.S: leave the kernel by the frame; the first step of a new process, by hal_switch. */
void hal_enter_user(struct trapframe* frame) NORETURN;
void hal_fork_return(void);

/* What the HAL calls */
void kernel_main(void) NORETURN;
void trap_tick(void);
void trap_fault(u32 kind, u32 status, u32 address);
void trap_kernel_fault(u32 kind, u32 pc, u32 address) NORETURN;
void trap_work(void); /* something waits to be done before user mode: see struct proc.work */
#endif

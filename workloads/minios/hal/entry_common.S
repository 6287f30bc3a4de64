/* SPDX-License-Identifier: Apache-2.0 */
/* What the ways into the kernel and back have in common. */
#include "abi.h"
#include "asm.S"
#include "hal.h"

@ At the start. r0 stays.
        .macro  clear_bss
        clear_words minios_bss_start, minios_bss_end, r1, r2, r3
        .endm

@ sp = frame, r0-r3 and r7 as the user's: its result into the frame.
        .macro  system_call
        cmp     r7, #SYS_COUNT
        mvnhs   r0, #(ENOSYS - 1)
        bhs     1f
        address ip, syscall_table
        ldr     ip, [ip, r7, lsl #2]
        blx     ip
1:      str     r0, [sp]
        .endm

@ Before user mode goes on: what waits to be done.
        .macro  waiting_work
        address r1, current
        ldr     r1, [r1]
        ldr     r1, [r1]                @ struct proc.work
        cmp     r1, #0
        blne    trap_work
        .endm

@ SPDX-License-Identifier: Apache-2.0
@ First instructions of the machine's second processor: r0 = struct other_start, whose fields are the same as the first
@ processor's registers, but for the stacks.
#include "psr.h"
        .arch armv7ve
        .syntax unified
        .arm
        .text
        .global processors_other_start
        .type processors_other_start, %function
processors_other_start:
        cpsid   aif, #MODE_SVC
        ldmia   r0, {r1-r6}             @ stack, interrupts' stack, VBAR, TTBR0, DACR, SCTLR
        mov     sp, r1
        cps     #MODE_IRQ
        mov     sp, r2
        cps     #MODE_SVC
        mcr     p15, 0, r3, c12, c0, 0  @ VBAR
        mcr     p15, 0, r4, c2, c0, 0   @ TTBR0
        mcr     p15, 0, r5, c3, c0, 0   @ DACR
        isb
        mcr     p15, 0, r6, c1, c0, 0   @ SCTLR: translation is flat
        isb
        b       processors_other_main
        .size processors_other_start, . - processors_other_start

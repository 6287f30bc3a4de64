@ SPDX-License-Identifier: Apache-2.0
@ First instructions after the boot loader: r2 = device tree, or 0 when the loader passes nothing.
#include "psr.h"
        .arch armv7ve
        .arch_extension virt
        .syntax unified
        .arm

        .section .text.start, "ax", %progbits
        .global hyp_start
        .type hyp_start, %function
hyp_start:
        cpsid   aif
        mrc     p15, 0, r4, c0, c0, 5   @ MPIDR: only the first processor goes on
        ands    r4, r4, #0xff
        bne     hyp_park
        movw    r0, #:lower16:hyp_bss_start
        movt    r0, #:upper16:hyp_bss_start
        movw    r1, #:lower16:hyp_bss_end
        movt    r1, #:upper16:hyp_bss_end
        mov     r4, #0
        mov     r5, #0
1:      cmp     r0, r1
        strdlo  r4, r5, [r0], #8
        blo     1b
        movw    sp, #:lower16:hyp_stack_top
        movt    sp, #:upper16:hyp_stack_top
        mrs     r1, cpsr
        and     r1, r1, #PSR_MODE
        mov     r0, r2
        cmp     r1, #MODE_HYP
        bne     1f
        movw    r3, #:lower16:hyp_vectors
        movt    r3, #:upper16:hyp_vectors
        mcr     p15, 4, r3, c12, c0, 0  @ HVBAR
1:      bl      boot                    @ boot(device tree, mode)
        .size hyp_start, . - hyp_start

        .global hyp_park
        .type hyp_park, %function
hyp_park:
        wfi
        b       hyp_park
        .size hyp_park, . - hyp_park

        .section .bss.stack, "aw", %nobits
        .balign 4096
        .space 4096
        .global hyp_stack_top
hyp_stack_top:

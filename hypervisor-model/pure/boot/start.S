@ SPDX-License-Identifier: Apache-2.0
@ First instructions after the boot loader: r2 = device tree, or 0 when the loader passes nothing. And those of a
@ processor that PSCI starts: r0 = its struct cpu.
#include "psr.h"
#include "vcpu/vcpu_layout.h"
        .arch armv7ve
        .arch_extension virt
        .syntax unified
        .arm

        .macro  set_vectors
        movw    r3, #:lower16:hyp_vectors
        movt    r3, #:upper16:hyp_vectors
        mcr     p15, 4, r3, c12, c0, 0  @ HVBAR
        .endm

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
        movw    sp, #:lower16:(cpus + CPU_STACK_TOP)
        movt    sp, #:upper16:(cpus + CPU_STACK_TOP)
        mrs     r1, cpsr
        and     r1, r1, #PSR_MODE
        mov     r0, r2
        cmp     r1, #MODE_HYP
        bne     1f
        set_vectors
1:      bl      boot                    @ boot(device tree, mode)
        .size hyp_start, . - hyp_start

        .global hyp_start_other
        .type hyp_start_other, %function
hyp_start_other:
        cpsid   aif
        movw    r1, #CPU_STACK_TOP
        add     sp, r0, r1
        set_vectors
        mov     r4, r0
        bl      hyp_mmu_on
        mov     r0, r4
        b       boot_other
        .size hyp_start_other, . - hyp_start_other

        .global hyp_park
        .type hyp_park, %function
hyp_park:
        wfi
        b       hyp_park
        .size hyp_park, . - hyp_park

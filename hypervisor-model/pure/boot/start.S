@ SPDX-License-Identifier: Apache-2.0
@ First instructions after the boot loader: r2 = device tree, or 0 when the loader passes nothing.
#include "boot/vectors.S"
#include "psr.h"
#include "machine/vcpu_layout.h"

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

        .global hyp_park
        .type hyp_park, %function
hyp_park:
        wfi
        b       hyp_park
        .size hyp_park, . - hyp_park

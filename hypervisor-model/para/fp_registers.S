@ SPDX-License-Identifier: Apache-2.0
@ fp_save(state), fp_restore(state): 32 double registers and FPSCR.
#include "asm.S"
        .fpu    neon

        .text
        function fp_save
        vstmia  r0!, {d0-d15}
        vstmia  r0!, {d16-d31}
        vmrs    r1, fpscr
        str     r1, [r0]
        bx      lr
        endfunction fp_save

        function fp_restore
        vldmia  r0!, {d0-d15}
        vldmia  r0!, {d16-d31}
        ldr     r1, [r0]
        vmsr    fpscr, r1
        bx      lr
        endfunction fp_restore

@ SPDX-License-Identifier: Apache-2.0
@ First instructions of a processor that PSCI starts: r0 = its struct cpu.
#include "boot/vectors.S"
#include "machine/vcpu_layout.h"

        .section .text.start, "ax", %progbits
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

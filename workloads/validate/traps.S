@ SPDX-License-Identifier: Apache-2.0
@ Vectors whose undefined-instruction handler reads the cycle counter for its caller, as Windows on Arm's does: the
@ opcode is looked at, the counter's upper word kept in memory is put beside it.
#include "asm.S"
        .arch armv7ve
        .arch_extension sec

        .text
        .balign 32
        function validate_vectors
        b       speed_off
        b       undefined
        b       speed_off
        b       speed_off
        b       speed_off
        b       speed_off
        b       speed_off
        b       speed_off
        endfunction validate_vectors

        function undefined
        ldr     r2, [lr, #-4]
        cmp     r2, r3                  @ the opcode that stands for it
        bne     speed_off
        mrc     p15, 0, r0, c9, c13, 0  @ PMCCNTR
        ldr     r1, [r1]
        movs    pc, lr
        endfunction undefined

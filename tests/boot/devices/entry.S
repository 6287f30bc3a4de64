@ SPDX-License-Identifier: Apache-2.0
@ Performs one access to the bus and says whether it was answered.
        .syntax unified
        .arch   armv7ve
        .arch_extension sec
        .arm

        .section .text.start, "ax"
        .global _start
_start: ldr     sp, =stack_top
        ldr     r0, =vectors
        mcr     p15, 4, r0, c12, c0, 0          @ HVBAR
        bl      main
        ldr     r0, =0x84000008                 @ PSCI SYSTEM_OFF
        smc     #0
1:      b       1b

        .balign 32
vectors:
        .rept   4
        b       .
        .endr
        b       data_abort
        .rept   3
        b       .
        .endr

@ int access(u32 operation, u32 address, u32 *value): 0 when nobody answers. An abort returns as if from here.
        .global access
access: adr     r3, operations
        ldr     pc, [r3, r0, lsl #2]
operations:
        .word   read8, read16, read32, write8, write16, write32
read8:  ldrb    r3, [r1]
        b       done
read16: ldrh    r3, [r1]
        b       done
read32: ldr     r3, [r1]
done:   str     r3, [r2]
        mov     r0, #1
        bx      lr
write8: ldr     r3, [r2]
        strb    r3, [r1]
        b       good
write16:
        ldr     r3, [r2]
        strh    r3, [r1]
        b       good
write32:
        ldr     r3, [r2]
        str     r3, [r1]
good:   mov     r0, #1
        bx      lr
data_abort:
        mov     r0, #0
        msr     elr_hyp, lr
        eret

        .bss
        .balign 8
        .space  4096
stack_top:

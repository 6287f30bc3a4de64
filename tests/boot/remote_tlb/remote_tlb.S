@ SPDX-License-Identifier: Apache-2.0
@ Broadcast TLB maintenance names the virtual machine of the processor that asks, whatever the others run just then
@ (ARM DDI 0406C §B3.10.5). Processor 1 loads a word as virtual machine 1, goes to machine 2, and processor 0 gives
@ machine 1 another page. Back in machine 1, processor 1 must load the other page's word.
        .syntax unified
        .arch   armv7ve
        .arch_extension sec
        .arm

        .equ    shared, 0x40200000              @ as the virtual machine sees it
        .equ    before, 0x40400000              @ where it lies at first
        .equ    after,  0x40600000
        .equ    block,  0x7fd                   @ stage-2 block: normal memory, read and write, AF

        .section .text.start, "ax"
        .global _start
_start: ldr     r0, =before
        mov     r1, #'A'
        str     r1, [r0]
        ldr     r0, =after
        mov     r1, #'B'
        str     r1, [r0]
        ldr     r0, =level1
        ldr     r1, =level2 + 3
        str     r1, [r0, #8]                    @ the second gigabyte
        ldr     r0, =level2
        ldr     r1, =0x40000000 + block
        str     r1, [r0]
        ldr     r1, =before + block
        str     r1, [r0, #8]
        mov     r1, #1
        bl      use_machine
        ldr     r0, =0x84000003                 @ PSCI CPU_ON
        mov     r1, #1
        ldr     r2, =second
        smc     #0
        mov     r0, #1
        bl      await
        ldr     r0, =level2                     @ processor 1 runs machine 2 now
        ldr     r1, =after + block
        str     r1, [r0, #8]
        dsb
        mcr     p15, 0, r0, c8, c3, 0           @ TLBIALLIS
        dsb
        mov     r0, #2
        bl      report
1:      b       1b                              @ processor 1 turns the machine off

second: ldr     r0, =vectors
        mcr     p15, 4, r0, c12, c0, 0          @ HVBAR
        mov     r1, #1
        bl      use_machine
        bl      load_as_guest
        bl      show
        mov     r1, #2
        bl      use_machine
        mov     r0, #1
        bl      report
        mov     r0, #2
        bl      await
        mov     r1, #1
        bl      use_machine
        bl      load_as_guest
        bl      show
        mov     r0, #'\n'
        bl      show
        ldr     r0, =0x84000008                 @ PSCI SYSTEM_OFF
        smc     #0

@ r1: number of the virtual machine that stage 2 is for from now on
use_machine:
        ldr     r0, =level1
        lsl     r1, r1, #16
        mcrr    p15, 6, r0, r1, c2              @ VTTBR
        ldr     r0, =0x80003540                 @ 32-bit addresses, from level 1
        mcr     p15, 4, r0, c2, c1, 2           @ VTCR
        isb
        bx      lr

@ The word at `shared`, loaded at PL1 under stage 2, in r0
load_as_guest:
        mov     r4, lr
        mov     r0, #1
        mcr     p15, 4, r0, c1, c1, 0           @ HCR.VM
        ldr     r0, =guest
        msr     elr_hyp, r0
        mov     r0, #0x1d3
        msr     spsr_cxsf, r0
        eret
guest:  ldr     r0, =shared
        ldr     r0, [r0]
        hvc     #0
back:   mov     r1, #0
        mcr     p15, 4, r1, c1, c1, 0
        isb
        bx      r4

show:   ldr     r1, =0x09000000                 @ PL011
        str     r0, [r1]
        bx      lr

report: ldr     r1, =progress
        str     r0, [r1]
        dsb
        bx      lr

await:  ldr     r1, =progress
        ldr     r1, [r1]
        cmp     r1, r0
        bne     await
        bx      lr

        .balign 32
vectors:
        .rept   5
        b       .
        .endr
        b       back                            @ HVC
        .rept   2
        b       .
        .endr
        .ltorg

        .data
        .balign 4096
level1: .space  4096
level2: .space  4096
progress:
        .word   0

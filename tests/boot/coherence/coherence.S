@ SPDX-License-Identifier: Apache-2.0
@ What one of two processors writes reaches the other's instruction fetch and exclusive monitor.
@
@ Code: processor 1 has executed a function when processor 0 changes it, a hundred times, with the maintenance of
@ ARM DDI 0406C §A3.5.4. Processor 1 adds up what the function returns.
@ Counter: both add to one word without taking turns, the load and the store exclusive in blocks of their own.
@ The console shows the sum of 1 to 100, and what both have counted.
        .syntax unified
        .arch   armv7ve
        .arch_extension sec
        .arm

        .equ    changes, 100
        .equ    additions, 300000

        .section .text.start, "ax"
        .global _start
_start: ldr     r9, =shared
        ldr     r0, =0x84000003                 @ PSCI CPU_ON
        mov     r1, #1
        ldr     r2, =second
        smc     #0

        ldr     r4, =changes
change: ldr     r0, [r9]
        tst     r0, #1
        beq     change
        dmb
        ldr     r0, =function
        ldr     r1, [r0]
        add     r1, r1, #1                      @ MOV r0, #n becomes MOV r0, #n+1
        str     r1, [r0]
        mcr     p15, 0, r0, c7, c11, 1          @ DCCMVAU
        dsb
        mcr     p15, 0, r0, c7, c5, 1           @ ICIMVAU
        mcr     p15, 0, r0, c7, c5, 6           @ BPIALL
        dsb
        isb
        bl      next_turn
        subs    r4, r4, #1
        bne     change
        bl      count
1:      ldr     r0, [r9, #8]                    @ the other one has counted
        cmp     r0, #0
        beq     1b
        dmb
        ldr     r0, [r9, #12]
        bl      print
        ldr     r0, [r9, #4]
        bl      print
        ldr     r0, =0x84000008                 @ PSCI SYSTEM_OFF
        smc     #0

second: ldr     r9, =shared
        mov     r5, #0                          @ the sum
        ldr     r4, =changes
        bl      function
2:      bl      next_turn
3:      ldr     r0, [r9]
        tst     r0, #1
        bne     3b
        dmb
        isb
        bl      function
        add     r5, r5, r0
        subs    r4, r4, #1
        bne     2b
        str     r5, [r9, #12]
        bl      count
        dmb
        mov     r0, #1
        str     r0, [r9, #8]
        dsb
4:      b       4b                              @ processor 0 turns the machine off

@ The turn is a word: odd when processor 0 is to change the function, even when processor 1 is to call it.
next_turn:
        dmb
        ldr     r0, [r9]
        add     r0, r0, #1
        str     r0, [r9]
        dsb
        bx      lr

count:  ldr     r2, =additions
        add     r3, r9, #4
5:      ldrex   r0, [r3]
        b       6f
6:      add     r0, r0, #1
        strex   r1, r0, [r3]
        cmp     r1, #0
        bne     5b
        subs    r2, r2, #1
        bne     5b
        bx      lr

print:  ldr     r1, =0x09000000                 @ PL011
        mov     r2, #8
7:      mov     r0, r0, ror #28
        and     r3, r0, #15
        cmp     r3, #10
        addlt   r3, r3, #'0'
        addge   r3, r3, #'a' - 10
        strb    r3, [r1]
        subs    r2, r2, #1
        bne     7b
        mov     r3, #'\n'
        strb    r3, [r1]
        bx      lr
        .ltorg

        .balign 4096
function:
        mov     r0, #0
        bx      lr

        .data
        .balign 64
shared: .word   0, 0, 0, 0                      @ turn, counter, processor 1 has counted, sum

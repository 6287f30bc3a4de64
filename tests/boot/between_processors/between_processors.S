@ SPDX-License-Identifier: Apache-2.0
@ Two processors play ping-pong, in a number of ways: processor 0 asks, processor 1 answers. Between a DBG #3 and a
@ DBG #4 of processor 0 lies one question and its answer. r0 to r3 at DBG #6 name the way. Between two of them processor
@ 0 has other things to do, for a time that is not the same twice.
        .syntax unified
        .arch   armv7ve
        .arm

        .equ    rounds, 64
        .equ    question, 1                     @ software interrupts
        .equ    answer, 2
        .equ    gicd, 0x08000000
        .equ    gicc, 0x08010000

        .section .text.start, "ax"
        .global _start
_start: ldr     r0, =0x84000003                 @ PSCI CPU_ON
        mov     r1, #1
        ldr     r2, =second
        hvc     #0
        ldr     r9, =shared
        ldr     r12, =0x1234567
        mov     r11, #0
        bl      interrupts_on
        dbg     #1

        .macro  way name, ask
        ldr     r8, =\name
        ldm     r8, {r0-r3}
        dbg     #6
        mov     r10, #rounds
1:      bl      something_else
        bl      \ask
        subs    r10, r10, #1
        bne     1b
        dbg     #7
        .endm

        way     polled, ask_polled
        way     event, ask_event
        way     lock, ask_lock
        way     sleeper, ask_sleeper
        way     busy, ask_busy
        dbg     #2
        ldr     r0, =0x84000008                 @ PSCI SYSTEM_OFF
        hvc     #0

something_else:
        add     r12, r12, r12, lsl #2
        add     r12, r12, #77
        ubfx    r0, r12, #12, #13
        add     r0, r0, #2000
2:      subs    r0, r0, #1
        bne     2b
        bx      lr

@ --- a word that the other one looks at all the time
ask_polled:
        add     r11, r11, #1
        dbg     #3
        dmb
        str     r11, [r9]
3:      ldr     r0, [r9, #64]
        cmp     r0, r11
        bne     3b
        dbg     #4
        bx      lr

answer_polled:
4:      ldr     r0, [r9]
        cmp     r0, r11
        beq     4b
        mov     r11, r0
        dmb
        str     r0, [r9, #64]
        bx      lr

@ --- the same, the one who waits sleeping
ask_event:
        add     r11, r11, #1
        dbg     #3
        dmb
        str     r11, [r9]
        dsb
        sev
5:      ldr     r0, [r9, #64]
        cmp     r0, r11
        wfene
        bne     5b
        dbg     #4
        bx      lr

answer_event:
6:      ldr     r0, [r9]
        cmp     r0, r11
        wfeeq
        beq     6b
        mov     r11, r0
        dmb
        str     r0, [r9, #64]
        dsb
        sev
        bx      lr

@ --- two locks: each of them opens the one and takes the other
        .macro  take lock
        add     r6, r9, \lock
7:      ldrex   r0, [r6]
        cmp     r0, #0
        strexeq r0, r9, [r6]
        cmpeq   r0, #0
        bne     7b
        dmb
        .endm
        .macro  open lock
        dmb
        mov     r0, #0
        str     r0, [r9, \lock]
        .endm

ask_lock:
        dbg     #3
        open    #128
        take    #192
        dbg     #4
        bx      lr

answer_lock:
        take    #128
        open    #192
        bx      lr

@ --- interrupts, answered by their handlers: processor 1 sleeps
ask_sleeper:
        mov     r7, #0
        dbg     #3
        ldr     r0, =1 << 17 | question
        ldr     r1, =gicd
        str     r0, [r1, #0xf00]
8:      cpsid   i
        cmp     r7, #0
        wfieq
        cpsie   i
        beq     8b
        dbg     #4
        bx      lr

@ --- both have other things to do
ask_busy:
        mov     r7, #0
        dbg     #3
        ldr     r0, =1 << 17 | question
        ldr     r1, =gicd
        str     r0, [r1, #0xf00]
9:      add     r2, r2, #1
        cmp     r7, #0
        beq     9b
        dbg     #4
        bx      lr

interrupt:                                      @ r7 tells what has come; the answer goes the other way
        push    {r0-r3}
        ldr     r1, =gicc
        ldr     r7, [r1, #12]
        str     r7, [r1, #16]
        and     r0, r7, #15
        cmp     r0, #question
        ldreq   r0, =1 << 16 | answer
        ldreq   r1, =gicd
        streq   r0, [r1, #0xf00]
        pop     {r0-r3}
        subs    pc, lr, #4

interrupts_on:
        ldr     r0, =vectors
        mcr     p15, 0, r0, c12, c0, 0          @ VBAR
        mrc     p15, 0, r0, c1, c0, 0
        orr     r0, r0, #1 << 12
        mcr     p15, 0, r0, c1, c0, 0           @ SCTLR.I: code from the cache
        isb
        ldr     sp, =stack_0
        mrc     p15, 0, r1, c0, c0, 5           @ MPIDR
        tst     r1, #1
        ldrne   sp, =stack_1
        mov     r2, sp
        cps     #0x12                           @ IRQ mode
        sub     sp, r2, #512
        cps     #0x13
        ldr     r0, =gicd
        mov     r1, #1
        str     r1, [r0]
        ldr     r1, =0xffff
        str     r1, [r0, #0x100]
        ldr     r0, =gicc
        mov     r1, #0xff
        str     r1, [r0, #4]
        mov     r1, #1
        str     r1, [r0]
        cpsie   i
        bx      lr

second: ldr     r9, =shared
        mov     r11, #0
        bl      interrupts_on

        .macro  answers answer
        mov     r10, #rounds
1:      bl      \answer
        subs    r10, r10, #1
        bne     1b
        .endm

        answers answer_polled
        answers answer_event
        answers answer_lock
        mov     r10, #rounds
        mov     r8, #0
2:      cpsid   i                               @ asleep between the questions
        mov     r7, #0
        wfi
        cpsie   i
        isb
        subs    r10, r10, #1
        bne     2b
3:      add     r8, r8, #1                      @ busy
        eor     r3, r8, r8, lsl #3
        b       3b

        .balign 32
vectors:
        b       .
        b       .
        b       .
        b       .
        b       .
        b       .
        b       interrupt
        b       .
        .ltorg

        .data
        .balign 64
shared: .space  128                             @ question, answer
        .word   1                               @ locks: both taken
        .space  60
        .word   1
        .space  60
polled: .asciz  "polled"
        .balign 16
event:  .asciz  "event"
        .balign 16
lock:   .asciz  "lock"
        .balign 16
sleeper:
        .asciz  "sleeper"
        .balign 16
busy:   .asciz  "busy"
        .balign 16
        .space  1024
stack_0:
        .space  1024
stack_1:

@ SPDX-License-Identifier: Apache-2.0
@ A hypervisor with two threads of its own, which give way to each other by HVC in Hyp mode. Each counts LOOPS down
@ before it gives way, TURNS times; then the first enters a guest, which calls three times. With ONE_STACK both use one
@ stack pointer; with ONE_WAY the second never gives way, but enters the guest itself.
        .arch armv7ve
        .arch_extension virt
        .arch_extension sec
        .syntax unified
        .arm
#ifndef TURNS
#define TURNS 5
#define LOOPS 10000
#endif
        .section .text.start, "ax"
        .global _start
_start: ldr     r0, =vectors
        mcr     p15, 4, r0, c12, c0, 0          @ HVBAR
        isb
        ldr     sp, =first_stack
        ldr     r4, =TURNS
1:      bl      work
        hvc     #0
        subs    r4, r4, #1
        bne     1b
        b       enter

second: ldr     r4, =TURNS
1:      bl      work
#ifdef ONE_WAY
        b       enter
#endif
        hvc     #0
        b       1b

work:   ldr     r1, =LOOPS
1:      subs    r1, r1, #1
        bne     1b
        bx      lr

enter:  ldr     r0, =0x1d3
        msr     SPSR_cxsf, r0
        ldr     r0, =guest
        msr     ELR_hyp, r0
        eret

guest:  mov     r0, #7
        hvc     #0
        hvc     #0
        mov     r0, #1
        hvc     #0

        .align  5
vectors: b      .
        b       .
        b       change                          @ HVC from Hyp mode
        b       .
        b       .
        cmp     r0, #1                          @ a call of the guest
        eretne
        ldr     r0, =0x84000008                 @ PSCI SYSTEM_OFF
        smc     #0

@ The other thread's place and stack are in memory; this one's take their place.
change: ldr     r2, =other
        mrs     r3, ELR_hyp
        ldr     r5, [r2]
        str     r3, [r2]
        msr     ELR_hyp, r5
        ldr     r5, [r2, #4]
        str     sp, [r2, #4]
#ifndef ONE_STACK
        mov     sp, r5
#endif
        ldr     r5, [r2, #8]                    @ and its counter
        str     r4, [r2, #8]
        mov     r4, r5
        eret
        .ltorg

        .data
other:  .word   second, second_stack, 0
        .space  256
first_stack:
        .space  256
second_stack:

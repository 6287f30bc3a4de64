@ SPDX-License-Identifier: Apache-2.0
@ Two processors take turns two thousand times: they wait for each other by WFE and SEV, add to a counter by exclusive
@ accesses, and every 64th turn sleep by WFI until their timer's interrupt. DBG #1 is half way. The console shows the
@ counter, which does not depend on time, and a sum of what the clock showed at every turn, which does.
    .arch armv7-a
    .arch_extension virt
    .arch_extension sec
    .arm

    .equ rounds, 2000
    .equ uart, 0x09000000
    .equ gicd, 0x08000000
    .equ gicc, 0x08010000
    .equ timer_interrupt, 30            @ CNTP: PPI 14

    .globl _start
_start:
    ldr     r0, =0x84000003             @ PSCI CPU_ON
    mov     r1, #1
    adr     r2, second
    mov     r3, #0
    smc     #0
    mov     r11, #0
    b       play
second:
    mov     r11, #1

play:                                   @ r11: this processor, r10: rounds, r9: shared words, r8: sum of the clock
    ldr     r9, =shared
    mov     r10, #0
    mov     r8, #0
    ldr     r0, =gicd
    mov     r1, #1
    str     r1, [r0]
    mov     r1, #1 << timer_interrupt
    str     r1, [r0, #0x100]
    ldr     r7, =gicc
    mov     r1, #0xff
    str     r1, [r7, #4]
    mov     r1, #1
    str     r1, [r7]

round:
    ldr     r0, [r9]                    @ the turn
    and     r1, r0, #1
    cmp     r1, r11
    wfene
    bne     round
    add     r12, r9, #4
1:  ldrex   r1, [r12]
    add     r1, r1, r11, lsl #4
    add     r1, r1, #3
    strex   r2, r1, [r12]
    cmp     r2, #0
    bne     1b
    mrrc    p15, 0, r1, r2, c14         @ CNTPCT
    add     r8, r8, r1
    eor     r8, r8, r8, ror #7
    tst     r10, #63
    bleq    sleep
    ldr     r1, =rounds / 2
    cmp     r10, r1
    bne     2f
    cmp     r11, #0
    bne     2f
    dbg     #1
2:  dmb
    ldr     r0, [r9]
    add     r0, r0, #1
    str     r0, [r9]
    dsb
    sev
    add     r10, r10, #1
    ldr     r1, =rounds
    cmp     r10, r1
    blt     round

    add     r1, r9, #8                  @ the sums, one word each
    str     r8, [r1, r11, lsl #2]
    dmb
    add     r1, r9, #16
    mov     r0, #1
    str     r0, [r1, r11, lsl #2]
    dsb
    sev
    cmp     r11, #0
    bne     off
3:  ldr     r0, [r9, #20]               @ the other one is through
    cmp     r0, #0
    wfeeq
    beq     3b
    ldr     r0, [r9, #4]
    bl      print
    ldr     r0, [r9, #8]
    ldr     r1, [r9, #12]
    add     r0, r0, r1
    bl      print
    ldr     r0, =0x84000008             @ SYSTEM_OFF
    smc     #0
off:
    ldr     r0, =0x84000002             @ CPU_OFF
    smc     #0

sleep:                                  @ until 5 us have passed
    ldr     r1, =312
    mcr     p15, 0, r1, c14, c2, 0      @ CNTP_TVAL
    mov     r1, #1
    mcr     p15, 0, r1, c14, c2, 1      @ CNTP_CTL
    isb
    wfi
    ldr     r1, [r7, #12]               @ GICC_IAR
    mov     r2, #0
    mcr     p15, 0, r2, c14, c2, 1
    isb
    str     r1, [r7, #16]               @ GICC_EOIR
    bx      lr

print:                                  @ r0 in hexadecimal, and a line feed
    ldr     r1, =uart
    mov     r2, #8
4:  mov     r0, r0, ror #28
    and     r3, r0, #15
    cmp     r3, #10
    addlt   r3, r3, #'0'
    addge   r3, r3, #'a' - 10
    strb    r3, [r1]
    subs    r2, r2, #1
    bne     4b
    mov     r3, #'\n'
    strb    r3, [r1]
    bx      lr

    .ltorg
    .align  3
shared:
    .space  32

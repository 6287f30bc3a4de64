@ SPDX-License-Identifier: Apache-2.0
@ Starts in Hyp mode. at_pl1() runs a function as a guest of it; HVC #1 is a call that the hypervisor spends
@ 100,000 instructions on. What is UNDEFINED or trapped is noted and stepped over.
        .syntax unified
        .arch   armv7ve
        .arch_extension sec
        .arm
        .section .text.start, "ax"
        .global _start
_start: ldr     sp, =hyp_stack
        ldr     r0, =hyp_vectors
        mcr     p15, 4, r0, c12, c0, 0          @ HVBAR
        ldr     r0, =pl1_vectors
        mcr     p15, 0, r0, c12, c0, 0          @ VBAR
        bl      main
        ldr     r0, =0x84000008                 @ PSCI SYSTEM_OFF
        smc     #0

        .global at_pl1
at_pl1: push    {r4-r11, lr}                    @ r0: function, r1: SPSR
        ldr     r2, =hyp_sp
        str     sp, [r2]
        msr     elr_hyp, r0
        msr     spsr_cxsf, r1
        ldr     r2, =leave
        msr     lr_svc, r2
        ldr     r2, =svc_stack
        msr     sp_svc, r2
        ldr     r2, =irq_stack
        msr     sp_irq, r2
        eret
leave:  hvc     #0xff

        .align  5
hyp_vectors:
        b       .
        b       stepped                         @ UNDEFINED in Hyp mode
        b       .
        b       .
        b       .
        b       trap
        b       .
        b       .

trap:   push    {r0, r1}
        mrc     p15, 4, r0, c5, c2, 0           @ HSR
        lsr     r1, r0, #26
        cmp     r1, #0x12                       @ HVC
        bne     2f
        uxtb    r0, r0
        cmp     r0, #0xff
        beq     3f
        ldr     r0, =50000
1:      subs    r0, r0, #1
        bne     1b
        pop     {r0, r1}
        eret
2:      pop     {r0, r1}
stepped:
        push    {r0, r1}
        mrc     p15, 4, r0, c5, c2, 0
        ldr     r1, =last_hsr
        str     r0, [r1]
        mrs     r0, elr_hyp
        add     r0, r0, #4
        msr     elr_hyp, r0
        pop     {r0, r1}
        eret
3:      ldr     r2, =hyp_sp
        ldr     sp, [r2]
        pop     {r4-r11, pc}

        .align  5
pl1_vectors:
        b       .
        b       .
        b       .
        b       .
        b       .
        b       .
        sub     lr, lr, #4
        push    {r0-r3, r12, lr}
        bl      interrupt
        ldm     sp!, {r0-r3, r12, pc}^

        .bss
        .align  4
hyp_sp: .space  16
        .global last_hsr
last_hsr:
        .space  4
        .align  12
        .space  4096
hyp_stack:
        .space  4096
svc_stack:
        .space  4096
irq_stack:

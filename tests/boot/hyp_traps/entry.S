@ SPDX-License-Identifier: Apache-2.0
@ Runs one instruction sequence after another below (or in) Hyp mode and keeps what came of it.
        .syntax unified
        .arch   armv7ve
        .arch_extension sec
        .fpu    neon-vfpv4
        .arm

        .section .text.start, "ax"
        .global _start
_start: ldr     sp, =stack_top
        ldr     r0, =hyp_vectors
        mcr     p15, 4, r0, c12, c0, 0          @ HVBAR
        ldr     r0, =pl1_vectors
        mcr     p15, 0, r0, c12, c0, 0          @ VBAR
        bl      main
        ldr     r0, =0x84000008                 @ PSCI SYSTEM_OFF
        smc     #0
1:      b       1b

        .balign 32
hyp_vectors:
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        b       hyp_\n
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
hyp_\n: push    {r0, r1}
        mov     r1, #\n
        b       hyp_common
        .endr

@ An exception of a PL1 mode is handed on, with its vector's number.
        .balign 32
pl1_vectors:
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        hvc     #(0xf00 + \n)
        .endr

        .macro  keep offset
        str     r1, [r0, #\offset]
        .endm

hyp_common:
        ldr     r0, =result
        keep    0
        mrc     p15, 4, r1, c5, c2, 0           @ HSR
        keep    4
        mrs     r1, elr_hyp
        keep    8
        mrs     r1, spsr
        keep    12
        mrc     p15, 4, r1, c6, c0, 0           @ HDFAR
        keep    16
        mrc     p15, 4, r1, c6, c0, 4           @ HPFAR
        keep    20
        mrs     r1, lr_und
        keep    24
        mrs     r1, spsr_und
        keep    28
        mrs     r1, lr_abt
        keep    32
        mrs     r1, spsr_abt
        keep    36
        mrs     r1, lr_svc
        keep    40
        mrs     r1, spsr_svc
        keep    44
        mrc     p15, 0, r1, c5, c0, 0           @ DFSR
        keep    48
        mrc     p15, 0, r1, c6, c0, 0           @ DFAR
        keep    52
        mrc     p15, 0, r1, c5, c0, 1           @ IFSR
        keep    56
        str     r2, [r0, #60]
        str     r3, [r0, #64]
        ldr     r0, =saved_sp
        ldr     sp, [r0]
        mov     r1, #0
        mcr     p15, 4, r1, c1, c1, 0           @ HCR
        mcr     p15, 4, r1, c1, c1, 3           @ HSTR
        mcr     p15, 4, r1, c1, c1, 2           @ HCPTR
        mov     r1, #6
        mcr     p15, 4, r1, c1, c1, 1           @ HDCR
        mov     r1, #3
        mcr     p15, 4, r1, c14, c1, 0          @ CNTHCTL
        isb
        pop     {r4-r11, pc}

@ run_case(const struct setup *): does not return by itself; the next exception into Hyp mode ends it
        .global run_case
run_case:
        push    {r4-r11, lr}
        ldr     r1, =saved_sp
        str     sp, [r1]
        ldr     r1, =0x00f00000
        mcr     p15, 0, r1, c1, c0, 2           @ CPACR: floating point for all
        isb
        mov     r1, #0x40000000
        vmsr    fpexc, r1
        ldr     r1, [r0, #8]
        mcr     p15, 4, r1, c1, c1, 0
        ldr     r1, [r0, #12]
        mcr     p15, 4, r1, c1, c1, 3
        ldr     r1, [r0, #16]
        mcr     p15, 4, r1, c1, c1, 2
        ldr     r1, [r0, #20]
        mcr     p15, 4, r1, c1, c1, 1
        ldr     r1, [r0, #24]
        mcr     p15, 4, r1, c14, c1, 0
        isb
        ldr     r1, [r0, #4]
        msr     spsr_cxsf, r1
        ldr     r1, [r0, #0]
        msr     elr_hyp, r1
        ldr     r1, =0x11110000
        msr     lr_und, r1
        msr     lr_abt, r1
        msr     lr_svc, r1
        mov     r1, #0x1d3
        msr     spsr_und, r1
        msr     spsr_abt, r1
        msr     spsr_svc, r1
        ldr     r1, =guest_stack
        msr     sp_svc, r1
        msr     sp_usr, r1
        mov     r0, #0
        mov     r1, #1
        mov     r2, #0x22
        mov     r3, #0x33
        ldr     r4, =0x80001000                 @ nothing there at stage 2
        mov     r5, #0
        mov     r6, #0x66
        ldr     r7, =guest_stack
        mov     r8, #0x88
        mov     r9, #0x99
        eret

        .bss
        .balign 4096
        .global stage2
stage2: .space  4096
        .space  8192
stack_top:
        .space  2048
guest_stack:
        .space  2048
saved_sp:
        .word   0
        .global result
result: .space  128

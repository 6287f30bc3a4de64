@ SPDX-License-Identifier: Apache-2.0
@ A hypervisor of two exits. HVC adds one to r0; a load the syndrome describes from the unmapped device reads
@ 0x0ffd + its offset. Anything else stops the machine.
        .arch armv7ve
        .arch_extension virt
        .syntax unified
        .arm
        .text
        .balign 32
        .global exits_hyp_vectors
        .type exits_hyp_vectors, %function
exits_hyp_vectors:
        b       speed_off
        b       speed_off
        b       speed_off
        b       speed_off
        b       speed_off
        b       exits_hyp_trap
        b       speed_off
        b       speed_off
        .size exits_hyp_vectors, . - exits_hyp_vectors

        .global exits_hyp_trap
        .type exits_hyp_trap, %function
exits_hyp_trap:
        push    {r0-r12, lr}
        mrc     p15, 4, r1, c5, c2, 0           @ HSR
        lsr     r2, r1, #26
        cmp     r2, #0x12
        bne     1f
        add     r0, r0, #1
        str     r0, [sp]
        pop     {r0-r12, lr}
        eret
1:      cmp     r2, #0x24
        bne     speed_off
        tst     r1, #(1 << 24)                  @ ISV
        beq     speed_off
        mrc     p15, 4, r3, c6, c0, 0           @ HDFAR
        ubfx    r3, r3, #0, #12
        movw    r4, #0x0ffd
        add     r3, r3, r4
        ubfx    r2, r1, #16, #4                 @ SRT
        str     r3, [sp, r2, lsl #2]
        mrs     r4, elr_hyp
        add     r4, r4, #4
        msr     elr_hyp, r4
        pop     {r0-r12, lr}
        eret
        .size exits_hyp_trap, . - exits_hyp_trap

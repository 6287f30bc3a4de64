@ SPDX-License-Identifier: Apache-2.0
@ First instructions of a program at PL1: r2 = device tree, or 0. The .boot part runs at its physical address with
@ translation off, makes the first tables and jumps to where the rest is linked.
#include "asm.S"
#include "layout.h"
#include "psci.h"
#include "psr.h"
        .arch_extension sec

#define SECTION_NORMAL_PL1 0x140e       /* TEX 001, C, B; AP 01; domain 0 */
#define TTBR_WALK 0x09                  /* inner and outer cacheable */
#define SCTLR_SET 0x1805                /* I, Z, C, M */
#define SCTLR_CLEAR 0x30000002          /* TEX remap, access flag, alignment checks: off */
#define FIRST_MIB 16

        .section .boot, "ax", %progbits
        function pl1_start
        mrs     r4, cpsr
        and     r4, r4, #PSR_MODE
        cmp     r4, #MODE_HYP
        beq     not_for_hyp
        cpsid   aif, #MODE_SVC
        mrc     p15, 0, r4, c0, c0, 5   @ MPIDR: only the first processor goes on
        ands    r4, r4, #0xff
1:      wfine
        bne     1b
        ldr     r0, =image_bss_start - LINEAR_OFFSET
        ldr     r1, =image_bss_end - LINEAR_OFFSET
        mov     r4, #0
        mov     r5, #0
1:      cmp     r0, r1
        strdlo  r4, r5, [r0], #8
        blo     1b

        ldr     r0, =pl1_table - LINEAR_OFFSET
        ldr     r1, =SECTION_NORMAL_PL1
        ldr     r3, =RAM_PHYSICAL
        orr     r1, r1, r3
        add     r4, r0, #(LINEAR >> 18)
        mov     r5, #FIRST_MIB
1:      str     r1, [r4], #4
        add     r1, r1, #0x100000
        subs    r5, r5, #1
        bne     1b
        adr     r1, pl1_start          @ this section where it lies, until the jump
        lsr     r1, r1, #20
        lsl     r4, r1, #20
        ldr     r5, =SECTION_NORMAL_PL1
        orr     r4, r4, r5
        str     r4, [r0, r1, lsl #2]

        mov     r1, #0
        mcr     p15, 0, r1, c2, c0, 2   @ TTBCR: TTBR0 for everything
        mcr     p15, 0, r1, c13, c0, 1  @ CONTEXTIDR
        orr     r0, r0, #TTBR_WALK
        mcr     p15, 0, r0, c2, c0, 0   @ TTBR0
        mcr     p15, 0, r0, c2, c0, 1   @ TTBR1
        mov     r1, #1
        mcr     p15, 0, r1, c3, c0, 0   @ DACR
        dsb
        mcr     p15, 0, r1, c8, c7, 0   @ TLBIALL
        mcr     p15, 0, r1, c7, c5, 0   @ ICIALLU
        mcr     p15, 0, r1, c7, c5, 6   @ BPIALL
        dsb
        isb
        mrc     p15, 0, r1, c1, c0, 0   @ SCTLR
        ldr     r3, =SCTLR_CLEAR
        bic     r1, r1, r3
        ldr     r3, =SCTLR_SET
        orr     r1, r1, r3
        mcr     p15, 0, r1, c1, c0, 0
        isb
        ldr     pc, =pl1_high
not_for_hyp:                            @ another machine's program: no way to say so, the console is not known yet
        ldr     r0, =PSCI_SYSTEM_OFF
        smc     #0
        b       .
        .ltorg
        endfunction pl1_start

        .text
        function pl1_high
        ldr     sp, =pl1_stack_top
        ldr     r0, =pl1_vectors
        mcr     p15, 0, r0, c12, c0, 0  @ VBAR
        mov     r0, r2
        bl      boot                    @ boot(device tree)
        b       AFTER_BOOT
        .ltorg
        endfunction pl1_high

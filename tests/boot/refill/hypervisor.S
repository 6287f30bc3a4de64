@ SPDX-License-Identifier: Apache-2.0
@ A hypervisor that displaces what its guest has: by HVC #1 it goes through LINES lines of its own memory, STRIDE bytes
@ apart. By HVC #0 it touches nothing. After each call the guest goes through GUEST_LINES lines, of as many pages as
@ GUEST_STRIDE makes them.
#include "../hypervisor.inc"

        .macro  walk lines, stride              @ from r4 on
        value   r5, \lines
        value   r6, \stride
1:      ldr     r7, [r4]
        add     r4, r4, r6
        subs    r5, r5, #1
        bne     1b
        .endm

        .global _start
_start: address r0, hyp_vectors
        mcr     p15, 4, r0, c12, c0, 0          @ HVBAR
        value   r0, ATTRIBUTES
        mcr     p15, 4, r0, c10, c2, 0          @ HMAIR0
        address r0, table
        mov     r1, #0
        mcrr    p15, 4, r0, r1, c2              @ HTTBR
        value   r0, 0x80800000|WALKS
        mcr     p15, 4, r0, c2, c0, 2           @ HTCR
        isb
        value   r0, 0x30c51835                  @ I, C, M
        mcr     p15, 4, r0, c1, c0, 0           @ HSCTLR
        isb
        address r0, stage2
        movt    r1, #1                          @ VMID 1
        mcrr    p15, 6, r0, r1, c2              @ VTTBR
        value   r0, 0x80000040|WALKS
        mcr     p15, 4, r0, c2, c1, 2           @ VTCR
        mov     r0, #1                          @ VM
        mcr     p15, 4, r0, c1, c1, 0           @ HCR
        isb
        mov     r0, #0x1d3
        msr     SPSR_cxsf, r0
        address r0, guest
        msr     ELR_hyp, r0
        eret

@ --- the hypervisor: r4 to r7 are its own in an exit

        .balign 32
hyp_vectors:
        .rept   5
        b       .
        .endr
        b       trap
        b       .
        b       .
trap:   mrc     p15, 4, r4, c5, c2, 0           @ HSR: HVC's immediate
        uxth    r4, r4
        cmp     r4, #2
        beq     off
        cmp     r4, #1
        bne     out
        address r4, hyp_memory
        walk    LINES, STRIDE
out:    eret
off:    value   r0, 0x84000008                  @ PSCI SYSTEM_OFF
        smc     #0

@ --- its guest

guest:  value   r0, ATTRIBUTES
        mcr     p15, 0, r0, c10, c2, 0          @ MAIR0
        value   r0, 0x80000000|WALKS
        mcr     p15, 0, r0, c2, c0, 2           @ TTBCR: EAE
        address r0, table
        mov     r1, #0
        mcrr    p15, 0, r0, r1, c2              @ TTBR0
        isb
        mrc     p15, 0, r0, c1, c0, 0
        orr     r0, r0, #0x1000                 @ I
        orr     r0, r0, #5                      @ C, M
        mcr     p15, 0, r0, c1, c0, 0
        isb
        mov     r9, #ROUNDS
        dbg     #1
3:      hvc     #0
        address r4, guest_memory
        walk    GUEST_LINES, GUEST_STRIDE
        hvc     #1
        address r4, guest_memory
        walk    GUEST_LINES, GUEST_STRIDE
        subs    r9, r9, #1
        bne     3b
        dbg     #2
        hvc     #2

@ --- gigabytes: of Hyp mode and the guest, and of stage 2

        .balign 32
table:  .quad   0x0040000000000445              @ devices
        .quad   0x0000000040000741              @ memory
        .quad   0, 0
stage2: .quad   0
        .quad   0x00000000400007fd
        .quad   0, 0

        .bss
        .balign 4096
guest_memory:
        .space  GUEST_LINES * GUEST_STRIDE
        .balign 4096
hyp_memory:
        .space  LINES * STRIDE

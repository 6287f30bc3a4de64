@ SPDX-License-Identifier: Apache-2.0
@ A small hypervisor and its guest: stage 2, ROUNDS hypercalls and ROUNDS loads of a device that is emulated. As it
@ stands it has none of the faults that `vtoll advise` finds; each macro of test_advise.py gives it one.
#include "../hypervisor.inc"
        .fpu neon-vfpv4
#ifndef ROUNDS
#define ROUNDS 100
#endif
#ifndef PAGES
#define PAGES 0
#endif
#define GICD 0x08000000
#define GICH 0x08030000
#define UART 0x09000000

        .section .text.start, "ax"
        .global _start
_start: address sp, hyp_stack
        address r0, hyp_vectors
        mcr     p15, 4, r0, c12, c0, 0          @ HVBAR
        mov     r0, #0
        mcr     p15, 4, r0, c1, c1, 2           @ HCPTR: nothing traps
        mov     r0, #0x00f00000
        mcr     p15, 0, r0, c1, c0, 2           @ CPACR
        isb
        mov     r0, #0x40000000
        vmsr    fpexc, r0
        value   r0, ATTRIBUTES
        mcr     p15, 4, r0, c10, c2, 0          @ HMAIR0
        address r0, table
        mov     r1, #0
        mcrr    p15, 4, r0, r1, c2              @ HTTBR
#ifdef HYP_WALKS_UNCACHED
        value   r0, 0x80800000
#else
        value   r0, 0x80800000|WALKS
#endif
        mcr     p15, 4, r0, c2, c0, 2           @ HTCR
        isb
#ifndef HYP_MMU_OFF
        value   r0, 0x30c50831                  @ M
#ifndef HYP_DATA_CACHE_OFF
        orr     r0, r0, #4                      @ C
#endif
#ifndef HYP_CODE_CACHE_OFF
        orr     r0, r0, #0x1000                 @ I
#endif
        mcr     p15, 4, r0, c1, c0, 0           @ HSCTLR
        isb
#endif
        address r0, stage2_pages                @ 2048 of memory, by level 3
        value   r2, 0x400007ff
        mov     r3, #0
        movw    r4, #2048
1:      strd    r2, r3, [r0], #8
        add     r2, r2, #4096
        subs    r4, r4, #1
        bne     1b
        address r0, stage2_tables               @ four tables, by level 2
        address r2, stage2_pages
        orr     r2, r2, #3
        mov     r4, #4
1:      strd    r2, r3, [r0], #8
        add     r2, r2, #4096
        subs    r4, r4, #1
        bne     1b
        address r0, stage2
        address r2, stage2_tables
        orr     r2, r2, #3
        strd    r2, r3, [r0, #8]
        mov     r1, #0
        movt    r1, #1                          @ VMID 1
        mcrr    p15, 6, r0, r1, c2              @ VTTBR
#ifdef STAGE2_WALKS_UNCACHED
        value   r0, 0x80000040
#else
        value   r0, 0x80000040|WALKS
#endif
        mcr     p15, 4, r0, c2, c1, 2           @ VTCR
        mov     r0, #0x01                       @ VM
#ifdef TRAPPED_SLEEP
        orr     r0, r0, #1 << 13                @ TWI
#endif
#ifdef TRAPPED_IDENTITY
        orr     r0, r0, #1 << 18                @ TID3
#endif
#ifdef TRAPPED_ACTLR
        orr     r0, r0, #1 << 21                @ TAC
#endif
#ifdef TRAPPED_SET_WAY
        orr     r0, r0, #1 << 22                @ TSW
#endif
#ifdef TRAPPED_MAINTENANCE
        orr     r0, r0, #1 << 25                @ TTLB
#endif
#ifdef TRAPPED_TRANSLATION
        orr     r0, r0, #1 << 26                @ TVM
#endif
#if !defined(TRAPPED_SLEEP) && !defined(ASLEEP_FOR_EVER) && !defined(NO_HANDLER) && !defined(BRANCH_TO_SELF)
        orr     r0, r0, #1 << 4                 @ IMO
        orr     r0, r0, #1 << 7                 @ VI: a virtual interrupt waits, so that WFI goes on
#endif
        mcr     p15, 4, r0, c1, c1, 0           @ HCR
        isb
#ifdef NEVER_LEFT_HYP
        b       off
#endif
        mov     r0, #0x1d3
        msr     SPSR_cxsf, r0
        address r0, guest
        msr     ELR_hyp, r0
        eret

@ --- the hypervisor

        .balign 32
hyp_vectors:
        b       .
        b       .
        b       .
        b       .
        b       .
        b       trap
        b       .
        b       .

trap:   push    {r0-r3, r12, lr}
#ifdef GUEST_REGISTERS
        bl      save_registers
#endif
#ifdef FP_REGISTERS
        address r12, fp_registers
        vstmia  r12!, {d0-d15}
        vstmia  r12, {d16-d31}
#endif
#ifdef LIST_REGISTERS
        value   r12, GICH
        mov     r0, #0
        .set    offset, 0x100
        .rept   4
        ldr     r1, [r12, #offset]
        str     r1, [r12, #offset]
        .set    offset, offset + 4
        .endr
#endif
#ifdef DEVICE_READS
        value   r12, GICD
        ldr     r0, [r12, #4]                   @ GICD_TYPER
        value   r12, GICH
        ldr     r0, [r12, #4]                   @ GICH_VTR
#endif
#ifdef TLB_OF_ALL_MACHINES
        mcr     p15, 4, r0, c8, c7, 4           @ TLBIALLNSNH
        dsb
        isb
#endif
#ifdef TLB_OF_HYP_MODE
        mcr     p15, 4, r0, c8, c7, 0           @ TLBIALLH
        dsb
        isb
#endif
#ifdef CODE_SPREAD
        bl      long_way
#endif
        address r12, counter
#ifdef HYP_MEMORY_UNCACHED
        add     r12, r12, #0x40000000           @ the same memory, mapped otherwise
#endif
        ldr     r0, [r12]
        add     r0, r0, #1
        str     r0, [r12]
        ldr     r0, [r12, #8]
#if defined(MISALIGNED) || defined(TWO_PAGES)
        address r12, page
#ifdef TWO_PAGES
        movw    r0, #0xffc
        add     r12, r12, r0
#endif
        .rept   8
        ldr     r0, [r12, #2]
        .endr
#endif
        mrc     p15, 4, r0, c5, c2, 0           @ HSR
        lsr     r1, r0, #26
        cmp     r1, #0x12                       @ HVC
        beq     call
        cmp     r1, #0x24                       @ Data Abort: the load of the device is done for the guest
        mrs     r1, ELR_hyp                     @ all else is stepped over
        add     r1, r1, #4
        msr     ELR_hyp, r1
        moveq   r1, #0x90
        streq   r1, [sp]
        b       out
call:   ldr     r1, [sp]
        cmp     r1, #9
        beq     off
out:
#ifdef TLB_OF_MACHINE
        mcr     p15, 0, r0, c8, c7, 0           @ TLBIALL
        dsb
        isb
#endif
#ifdef FP_REGISTERS
        address r12, fp_registers
        vldmia  r12!, {d0-d15}
        vldmia  r12, {d16-d31}
#endif
#ifdef GUEST_REGISTERS
        bl      restore_registers
#endif
        pop     {r0-r3, r12, lr}
        eret

off:    value   r0, 0x84000008                  @ PSCI SYSTEM_OFF
        smc     #0

        .macro  each_register what
        \what   0, c1, c0, 0                    @ SCTLR
        \what   0, c2, c0, 2                    @ TTBCR
        \what   0, c3, c0, 0                    @ DACR
        \what   0, c10, c2, 0                   @ MAIR0
        \what   0, c10, c2, 1                   @ MAIR1
        \what   0, c12, c0, 0                   @ VBAR
        \what   0, c13, c0, 1                   @ CONTEXTIDR
        \what   0, c13, c0, 2                   @ TPIDRURW
        \what   0, c13, c0, 3                   @ TPIDRURO
        \what   0, c13, c0, 4                   @ TPIDRPRW
        .endm
        .macro  save opc1, crn, crm, opc2
        mrc     p15, \opc1, r0, \crn, \crm, \opc2
        str     r0, [r12], #4
        .endm
        .macro  restore opc1, crn, crm, opc2
        ldr     r0, [r12], #4
        mcr     p15, \opc1, r0, \crn, \crm, \opc2
        .endm
save_registers:
        address r12, registers
        each_register save
        bx      lr
restore_registers:
        address r12, registers
        each_register restore
        bx      lr

#ifdef CODE_SPREAD
long_way:
        .rept   1024
        b       1f
        .balign 64
1:
        .endr
        bx      lr
        .balign 64
#endif

@ --- its guest

guest:  address sp, guest_stack
        address r0, guest_vectors
        mcr     p15, 0, r0, c12, c0, 0          @ VBAR
        value   r0, ATTRIBUTES
        mcr     p15, 0, r0, c10, c2, 0          @ MAIR0
#ifdef GUEST_WALKS_UNCACHED
        value   r0, 0x80000000
#else
        value   r0, 0x80000000|WALKS
#endif
        mcr     p15, 0, r0, c2, c0, 2           @ TTBCR: EAE
        address r0, table
        mov     r1, #0
        mcrr    p15, 0, r0, r1, c2              @ TTBR0
        isb
#ifndef GUEST_MMU_OFF
        mrc     p15, 0, r0, c1, c0, 0
        orr     r0, r0, #0x1000                 @ I
        orr     r0, r0, #5                      @ C, M
#ifdef GUEST_DATA_CACHE_OFF
        bic     r0, r0, #4
#endif
        mcr     p15, 0, r0, c1, c0, 0
        isb
#endif
#if defined(NO_HANDLER) || defined(FAULT_LOOP)
        udf     #0
#endif
#ifdef BRANCH_TO_SELF
        b       .
#endif
        mov     r4, #ROUNDS
1:      mov     r0, #5
        hvc     #0
        value   r6, UART
#ifdef LOADS_OF_GICD
        value   r6, GICD
#endif
#ifdef EMULATED_GICC
        value   r6, 0x08010000
#endif
#ifdef DECODED_ACCESSES
        ldr     r5, [r6], #4                    @ with write-back: no valid syndrome
#endif
        ldr     r5, [r6]
        mrc     p15, 0, r5, c0, c1, 4           @ ID_MMFR0
        mrc     p15, 0, r5, c1, c0, 1           @ ACTLR
        mov     r5, #0
        mcr     p15, 0, r5, c7, c10, 2          @ DCCSW
        mrc     p15, 0, r5, c13, c0, 1
        mcr     p15, 0, r5, c13, c0, 1          @ CONTEXTIDR
        mcr     p15, 0, r4, c8, c7, 1           @ TLBIMVA
        dsb
        wfi
#if PAGES
        address r5, pages
        movw    r6, #PAGES
2:      ldr     r7, [r5]
        add     r5, r5, #4096
        subs    r6, r6, #1
        bne     2b
#endif
#ifdef GUEST_MEMORY_UNCACHED
        address r5, counter
        add     r5, r5, #0x40000000
        .rept   16
        ldr     r7, [r5]
        .endr
#endif
        subs    r4, r4, #1
        bne     1b
        mov     r0, #9
        hvc     #0

        .balign 32
guest_vectors:
        .rept   8
#ifdef FAULT_LOOP
        subs    pc, lr, #4                      @ to the undefined instruction again
#else
        b       .
#endif
        .endr

@ --- tables: gigabytes. Stage 1 is Hyp mode's and the guest's; the third gigabyte is the second one, Non-cacheable.

        .balign 32
table:  .quad   0x0040000000000445              @ devices
        .quad   0x0000000040000741              @ memory
        .quad   0x0040000040000445
        .quad   0

        .data
        .balign 32
stage2: .quad   0, 0, 0, 0                      @ devices are emulated
        .balign 64
counter:
        .space  64
registers:
        .space  64
fp_registers:
        .space  256
        .space  1024
hyp_stack:
        .space  1024
guest_stack:
        .balign 4096
page:   .space  8192
        .bss
        .balign 4096
stage2_pages:
        .space  4 * 4096
stage2_tables:
        .space  4096
pages:  .space  4096 * (PAGES + 1)

/* SPDX-License-Identifier: Apache-2.0 */
/* A Type-II hypervisor's lowvisor, what it has in Hyp mode, and the entries of its host's kernel. As KVM's of Linux 3.9
   to 5.6 the host calls a function of it by its address in r0, and HCR.VM is 0 while the host runs. */
#include "asm.S"
#include "context.S"
#include "psr.h"

/* A stack of this processor's. `number` becomes the processor's. */
        .macro  own_stack end, shift, number
        mrc     p15, 0, \number, c0, c0, 5     @ MPIDR
        and     \number, \number, #3
        address sp, \end
        sub     sp, sp, \number, lsl #\shift
        .endm

        .section .text.start, "ax"
function _start
        own_stack lowvisor_stack_end, 10, r4
        address r0, lowvisor_vectors
        mcr     p15, 4, r0, c12, c0, 0          @ HVBAR
        movw    r0, #0x0040
        movt    r0, #0x8000
        mcr     p15, 4, r0, c2, c1, 2           @ VTCR
        isb
        mov     r0, #(MODE_SVC | PSR_I | PSR_F)
        msr     SPSR_cxsf, r0
        address r0, host_start
        msr     ELR_hyp, r0
        eret
endfunction _start

        .text
        .balign 32
function lowvisor_vectors
        b       .
        b       .
        b       .
        b       .
        b       .
        b       lowvisor_trap
        b       lowvisor_irq
        b       .
endfunction lowvisor_vectors

function lowvisor_trap
        push    {r0, r1}
        mrrc    p15, 6, r0, r1, c2              @ VTTBR.VMID: 0 is the host
        ubfx    r1, r1, #16, #8
        cmp     r1, #0
        mrcne   p15, 4, r1, c5, c2, 0           @ HSR
        bne     lowvisor_leave_guest
        pop     {r0, r1}
        push    {lr}
        mov     lr, r0
        mov     r0, r1
        blx     lr
        pop     {lr}
        eret
endfunction lowvisor_trap

function lowvisor_irq
        push    {r0, r1}
        mvn     r1, #0                          @ no syndrome has this
        b       lowvisor_leave_guest
endfunction lowvisor_irq

/* void vcpu_run(struct context*): until the guest traps or is interrupted. */
function vcpu_run
        push    {r4-r12, lr}
        mrs     r1, SP_usr
        mrs     r2, SP_svc
        mrs     r3, LR_svc
        mrs     r4, SPSR_svc
        mrs     r5, ELR_hyp
        mrs     r6, SPSR
        mrc     p15, 0, r7, c12, c0, 0          @ VBAR
        push    {r1-r7}
        mcr     p15, 4, r0, c13, c0, 2          @ HTPIDR
        load_context
        eret
endfunction vcpu_run

function lowvisor_leave_guest
        mrc     p15, 4, r0, c13, c0, 2
        str     r1, [r0, #CONTEXT_EXIT]
        mrc     p15, 4, r1, c6, c0, 4
        str     r1, [r0, #CONTEXT_HPFAR]
        save_context
        mov     r1, #0
        mcr     p15, 4, r1, c1, c1, 0           @ HCR
        mov     r2, #0
        mcrr    p15, 6, r1, r2, c2              @ VTTBR
        mrc     p15, 0, r1, c0, c0, 5
        mcr     p15, 4, r1, c0, c0, 5           @ VMPIDR: the host has the processor's own
        isb
        pop     {r1-r7}
        msr     SP_usr, r1
        msr     SP_svc, r2
        msr     LR_svc, r3
        msr     SPSR_svc, r4
        msr     ELR_hyp, r5
        msr     SPSR_cxsf, r6
        mcr     p15, 0, r7, c12, c0, 0
        isb
        pop     {r4-r12, pc}
endfunction lowvisor_leave_guest

/* void flush_vmid(struct context*): forgets what the guest's tables said before. */
function flush_vmid
        ldrd    r2, r3, [r0, #CONTEXT_VTTBR]
        mcrr    p15, 6, r2, r3, c2
        isb
        mcr     p15, 0, r0, c8, c7, 0           @ TLBIALL
        dsb
        mov     r2, #0
        mov     r3, #0
        mcrr    p15, 6, r2, r3, c2
        isb
        bx      lr
endfunction flush_vmid

function host_start
        own_stack host_stack_end, 10, r4
        cps     #MODE_IRQ
        own_stack host_irq_stack_end, 8, r4
        cps     #MODE_SVC
        address r0, host_vectors
        mcr     p15, 0, r0, c12, c0, 0
        isb
        mov     r0, r4
        bl      host_main
        b       .
endfunction host_start

/* void call_hyp(function, argument) */
function call_hyp
        hvc     #0
        bx      lr
endfunction call_hyp

/* void host_run_user(function, stack, argument): for ever. */
function host_run_user
        cps     #MODE_SYS
        mov     sp, r1
        cps     #MODE_SVC
        mov     r1, #MODE_USR
        msr     spsr_cxsf, r1
        mov     lr, r0
        mov     r0, r2
        movs    pc, lr
endfunction host_run_user

/* u32 host_call(argument, number) */
function host_call
        push    {r7, lr}
        mov     r7, r1
        svc     #0
        pop     {r7, pc}
endfunction host_call

function host_svc
        push    {r1-r3, r12, lr}
        mrs     r1, spsr
        push    {r1, r2, r3}
        mov     r1, r7
        bl      host_syscall
        pop     {r1, r2, r3}
        msr     spsr_cxsf, r1
        ldm     sp!, {r1-r3, r12, pc}^
endfunction host_svc

function host_irq
        sub     lr, lr, #4
        push    {r0-r3, r12, lr}
        bl      host_interrupt
        ldm     sp!, {r0-r3, r12, pc}^
endfunction host_irq

        .balign 32
function host_vectors
        b       .
        b       .
        b       host_svc
        b       .
        b       .
        b       .
        b       host_irq
        b       .
endfunction host_vectors

        .bss
        .balign 8
        .space  2 * 1024
lowvisor_stack_end:
        .space  2 * 1024
host_stack_end:
        .space  2 * 256
host_irq_stack_end:

@ SPDX-License-Identifier: Apache-2.0
@ The way into and out of the microvisor, and what is fast.
@
@ While a guest runs, SP_svc points at its shared page; right below lies its struct vcpu. SVCs arrive in Supervisor mode
@ with that pointer, the other exceptions move there by SRS and CPS: so every entry finds its state without a load, and
@ LR_svc is the one free register that fast paths live with. What an SVC means depends on which half of the machine ran:
@ vcpu.on_svc says where to go, and the vector itself jumps there.
@
@ Interrupts stay masked in the microvisor. C runs on one stack, from its top each time; nothing of it survives an entry.
#include "api.h"
#include "asm.S"
#include "from_user.S"
#include "layout.h"
#include "psr.h"

        .section .text.entry, "ax", %progbits
        .balign 32
        function pl1_vectors
        b       .                       @ 00 reset: not used
        b       fault_undefined         @ 04
        ldr     pc, [sp, #VCPU_ON_SVC]  @ 08 svc_syscall or svc_hypercall
        b       fault_prefetch          @ 0c
        b       fault_data              @ 10
        b       .                       @ 14 not used
        b       irq_entry               @ 18
        b       irq_entry               @ 1c one interrupt group: FIQ is not used
        endfunction pl1_vectors

@ From here on the guest kernel runs: its domain, its meaning of SVC, its stack. Changes lr.
        .macro  open_kernel
        mov     lr, #1
        str     lr, [sp, #PARA_MASKED]
        mov     lr, #DACR_KERNEL
        mcr     p15, 0, lr, c3, c0, 0
        address lr, svc_hypercall
        str     lr, [sp, #VCPU_ON_SVC]
        add     lr, sp, #PARA_KERNEL_SP
        ldmia   lr, {sp}^
        .endm

@ To an entry of the guest kernel. The return from the exception is what makes the new domains count.
        .macro  enter_kernel entry
        msr     spsr_cxsf, #MODE_USR
        ldr     lr, [sp, #(PARA_ENTRY + 4 * \entry)]
        movs    pc, lr
        .endm

@ Bits of a guest's program status that are not its own: mode, masks, Jazelle.
        .macro  sanitize psr
        bic     \psr, \psr, #PSR_J
        bic     \psr, \psr, #(PSR_A | PSR_I | PSR_F)
        bic     \psr, \psr, #0xf
        orr     \psr, \psr, #MODE_USR
        .endm

@ Guest system call: the user's banked registers go to the shared page, all others stay where they are.
        function svc_syscall
        str     lr, [sp, #PARA_USER_PC]
        stmia   sp, {sp, lr}^           @ user.sp, user.lr
        mrs     lr, spsr
        str     lr, [sp, #PARA_USER_PSR]
        open_kernel
        enter_kernel PARA_ENTRY_SYSCALL
        endfunction svc_syscall

        function svc_hypercall
        cmp     ip, #5
        ldrlo   pc, [pc, ip, lsl #2]
        b       hypercall_slow
        .word   hypercall_null
        .word   return_user
        .word   return_kernel
        .word   hypercall_deliver
        .word   space_switch
        endfunction svc_hypercall

        function hypercall_null
        mov     r0, #0
        movs    pc, lr
        endfunction hypercall_null

        function return_user
        ldmia   sp, {sp, lr}^           @ user.sp, user.lr
        ldr     ip, [sp, #PARA_USER_PSR]
        sanitize ip
        msr     spsr_cxsf, ip
        ldr     ip, [sp, #PARA_PENDING]
        ldr     lr, [sp, #PARA_ENABLED]
        tst     ip, lr
        bne     return_user_irq
        mov     ip, #0
        str     ip, [sp, #PARA_MASKED]
        mov     ip, #DACR_USER
        mcr     p15, 0, ip, c3, c0, 0
        address ip, svc_syscall
        str     ip, [sp, #VCPU_ON_SVC]
        ldr     lr, [sp, #PARA_USER_PC]
        ldr     ip, [sp, #PARA_USER_IP]
        movs    pc, lr
        endfunction return_user

@ pending & enabled -> delivered. Changes ip, lr.
        .macro  take_pending
        ldr     ip, [sp, #PARA_PENDING]
        ldr     lr, [sp, #PARA_ENABLED]
        and     lr, lr, ip
        bic     ip, ip, lr
        str     lr, [sp, #PARA_DELIVERED]
        str     ip, [sp, #PARA_PENDING]
        .endm

@ An interrupt waits for the user that was to be returned to: its frame is in place already.
        function return_user_irq
        take_pending
        mov     ip, #1
        str     ip, [sp, #PARA_MASKED]
        add     ip, sp, #PARA_KERNEL_SP
        ldmia   ip, {sp}^
        ldr     ip, [sp, #PARA_USER_IP]
        enter_kernel PARA_ENTRY_USER_IRQ
        endfunction return_user_irq

        function return_kernel
        add     ip, sp, #PARA_KFRAME_SP
        ldmia   ip, {sp, lr}^
        ldr     ip, [sp, #PARA_KFRAME_PSR]
        and     lr, ip, #PSR_I
        str     lr, [sp, #PARA_MASKED]
        sanitize ip
        msr     spsr_cxsf, ip
        cmp     lr, #0
        bne     1f
        ldr     ip, [sp, #PARA_PENDING]
        ldr     lr, [sp, #PARA_ENABLED]
        tst     ip, lr
        bne     return_kernel_irq
1:      ldr     lr, [sp, #PARA_KFRAME_PC]
        ldr     ip, [sp, #PARA_KFRAME_IP]
        movs    pc, lr
        endfunction return_kernel

        function return_kernel_irq
        take_pending
        mov     ip, #1
        str     ip, [sp, #PARA_MASKED]
        ldr     ip, [sp, #PARA_KFRAME_IP]
        enter_kernel PARA_ENTRY_KERNEL_IRQ
        endfunction return_kernel_irq

        function hypercall_deliver
        mov     r0, #0
        ldr     r1, [sp, #PARA_PENDING]
        ldr     r2, [sp, #PARA_ENABLED]
        ldr     r3, [sp, #PARA_MASKED]
        ands    r2, r2, r1
        beq     1f
        cmp     r3, #0
        bne     1f
        bic     r1, r1, r2
        str     r1, [sp, #PARA_PENDING]
        str     r2, [sp, #PARA_DELIVERED]
        mrs     r1, spsr
        orr     r1, r1, #(MODE_SVC & 0xf)
        str     r1, [sp, #PARA_KFRAME_PSR]
        str     lr, [sp, #PARA_KFRAME_PC]
        add     lr, sp, #PARA_KFRAME_SP
        stmia   lr, {sp, lr}^
        mov     lr, #1
        str     lr, [sp, #PARA_MASKED]
        enter_kernel PARA_ENTRY_KERNEL_IRQ
1:      movs    pc, lr
        endfunction hypercall_deliver

@ space_switch(space). ASID 0 belongs to nobody: what is fetched while tables and ASID do not match is nobody's
@ (ARM DDI 0406C B3.10.4).
        function space_switch
        ldr     r1, [sp, #VCPU_SPACE_COUNT]
        ldr     r2, [sp, #VCPU_SPACES]
        cmp     r0, r1
        bhs     1f
        add     r2, r2, r0, lsl #3
        ldrd    r2, r3, [r2]            @ TTBR0, ASID
        cmp     r2, #0
        beq     1f
        str     r0, [sp, #VCPU_SPACE]
        mov     r0, #0
        mcr     p15, 0, r0, c13, c0, 1  @ CONTEXTIDR
        isb
        mcr     p15, 0, r2, c2, c0, 0   @ TTBR0
        isb
        mcr     p15, 0, r3, c13, c0, 1
        movs    pc, lr
1:      mvn     r0, #1                  @ PARA_INVALID
        movs    pc, lr
        endfunction space_switch

@ All registers into struct vcpu, where C finds and may exchange them. SRS has put pc and psr there.
        .macro  save_all
        sub     lr, sp, #(-VCPU_R)
        stmia   lr, {r0-lr}^
        .endm
        .macro  microvisor_stack
        address sp, pl1_stack_top
        .endm

@ The other hypercalls: handler(vcpu, r0, r1, r2), its result to the caller, whoever runs by then.
        function hypercall_slow
        srsdb   sp, #MODE_SVC
        save_all
        mov     r3, r2
        mov     r2, r1
        mov     r1, r0
        mov     r4, sp
        microvisor_stack
        cmp     ip, #PARA_HYPERCALLS
        mvnhs   r0, #0                  @ PARA_UNKNOWN
        bhs     1f
        address r5, hypercall_table
        ldr     r5, [r5, ip, lsl #2]
        sub     r0, r4, #VCPU_SIZE
        blx     r5
1:      str     r0, [r4, #VCPU_R]
        endfunction hypercall_slow

@ To whoever is current, by way of its interrupt entry when something waits.
        function guest_resume
        address r0, current_page
        ldr     sp, [r0]
        ldr     r0, [sp, #PARA_PENDING]
        ldr     r1, [sp, #PARA_ENABLED]
        ldr     r2, [sp, #PARA_MASKED]
        ands    r1, r1, r0
        beq     restore_all
        cmp     r2, #0
        beq     irq_deliver
        endfunction guest_resume

        function restore_all
        sub     lr, sp, #(-VCPU_R)
        ldmia   lr, {r0-lr}^
        rfedb   sp
        endfunction restore_all

@ Physical interrupt. The current machine's timer is delivered here, anything else by C.
        function irq_entry
        sub     lr, lr, #4
        srsdb   sp, #MODE_SVC
        cps     #MODE_SVC
        save_all
        clrex
        address r4, irq_fast
        ldmia   r4, {r4, r5}            @ the controller's CPU interface, number of the guests' timer interrupt
        ldr     r0, [r4, #0x0c]         @ GICC_IAR
        cmp     r0, r5
        bne     irq_slow
        mov     r1, #0
        mcr     p15, 0, r1, c14, c3, 1  @ CNTV_CTL: off, which also lowers the interrupt
        mvn     r2, #0
        mvn     r3, #0
        strd    r2, r3, [sp, #VCPU_DEADLINE]
        isb
        str     r0, [r4, #0x10]         @ GICC_EOIR
        ldr     r0, [sp, #PARA_PENDING]
        ldr     r1, [sp, #PARA_ENABLED]
        ldr     r2, [sp, #PARA_MASKED]
        orr     r0, r0, #(1 << PARA_VIRQ_TIMER)
        str     r0, [sp, #PARA_PENDING]
        ands    r1, r1, r0
        beq     restore_all
        cmp     r2, #0
        bne     restore_all
        endfunction irq_entry

@ r0 = pending, r1 = those of it to deliver; everything else saved.
        function irq_deliver
        bic     r0, r0, r1
        str     r0, [sp, #PARA_PENDING]
        str     r1, [sp, #PARA_DELIVERED]
        mov     r8, #(PARA_ENTRY + 4 * PARA_ENTRY_USER_IRQ)
        endfunction irq_deliver

@ r8 = where the shared page has the user's entry; everything else saved. Upcall by the half that was interrupted.
        function upcall
        mrc     p15, 0, r0, c3, c0, 0   @ DACR
        add     r1, sp, #VCPU_SP
        ldmia   r1, {r1-r5}             @ sp, lr, on_svc, pc, psr
        tst     r0, #DACR_KERNEL_OPEN
        bne     1f
        mov     r3, r4
        mov     r4, r5
        stmia   sp, {r1-r4}             @ user.sp, lr, pc, psr
        open_kernel
        b       2f
1:      add     r8, r8, #(4 * (PARA_ENTRY_KERNEL_IRQ - PARA_ENTRY_USER_IRQ))
        ldr     r0, [sp, #PARA_MASKED]
        mov     r3, r4
        orr     r4, r5, #(MODE_SVC & 0xf)
        cmp     r0, #0
        orrne   r4, r4, #PSR_I
        add     r0, sp, #PARA_KFRAME_SP
        stmia   r0, {r1-r4}
        mov     r0, #1
        str     r0, [sp, #PARA_MASKED]
2:      ldr     r0, [sp, r8]
        cmp     r0, #0
        beq     no_entry
        msr     spsr_cxsf, #MODE_USR
        sub     lr, sp, #(-VCPU_R)
        str     r0, [sp, #VCPU_PC]
        ldmia   lr, {r0-r12}
        ldr     lr, [sp, #VCPU_PC]
        movs    pc, lr
        endfunction upcall

        function irq_slow
        microvisor_stack
        bl      irq_handle              @ irq_handle(IAR)
        b       guest_resume
        endfunction irq_slow

@ Faults of guests.
        function fault_data
        from_user TRAP_DATA, 8
        mrc     p15, 0, lr, c5, c0, 0   @ DFSR
        str     lr, [sp, #PARA_FAULT_STATUS_AT]
        mrc     p15, 0, lr, c6, c0, 0   @ DFAR
        str     lr, [sp, #PARA_FAULT_ADDRESS_AT]
        mov     lr, #PARA_FAULT_DATA
        endfunction fault_data

@ lr = kind; pc and psr of the fault are in struct vcpu, r0-r12 and the user's sp and lr in the processor.
        function fault_upcall
        str     lr, [sp, #PARA_FAULT_KIND_AT]
        mrc     p15, 0, lr, c3, c0, 0   @ DACR
        tst     lr, #DACR_KERNEL_OPEN
        bne     fault_upcall_kernel
        ldr     lr, [sp, #VCPU_PC]
        str     lr, [sp, #PARA_USER_PC]
        ldr     lr, [sp, #VCPU_PSR]
        str     lr, [sp, #PARA_USER_PSR]
        stmia   sp, {sp, lr}^
        open_kernel
        enter_kernel PARA_ENTRY_USER_FAULT
        endfunction fault_upcall

@ A guest kernel that faults where it has no entry for it would do so for ever: such a machine is stopped.
        function fault_upcall_kernel
        ldr     lr, [sp, #(PARA_ENTRY + 4 * PARA_ENTRY_KERNEL_FAULT)]
        cmp     lr, #0
        beq     1f
        ldr     lr, [sp, #VCPU_PC]
        str     lr, [sp, #PARA_KFRAME_PC]
        ldr     lr, [sp, #PARA_MASKED]
        cmp     lr, #0
        ldr     lr, [sp, #VCPU_PSR]
        orr     lr, lr, #(MODE_SVC & 0xf)
        orrne   lr, lr, #PSR_I
        str     lr, [sp, #PARA_KFRAME_PSR]
        add     lr, sp, #PARA_KFRAME_SP
        stmia   lr, {sp, lr}^
        mov     lr, #1
        str     lr, [sp, #PARA_MASKED]
        enter_kernel PARA_ENTRY_KERNEL_FAULT
1:      save_all
        b       no_entry
        endfunction fault_upcall_kernel

        function fault_prefetch
        from_user TRAP_PREFETCH, 4
        mrc     p15, 0, lr, c5, c0, 1   @ IFSR
        str     lr, [sp, #PARA_FAULT_STATUS_AT]
        mrc     p15, 0, lr, c6, c0, 2   @ IFAR
        str     lr, [sp, #PARA_FAULT_ADDRESS_AT]
        mov     lr, #PARA_FAULT_PREFETCH
        b       fault_upcall
        endfunction fault_prefetch

@ Undefined: a first use of the VFP registers since another machine had them, or the guest's own affair.
        function fault_undefined
        from_user TRAP_UNDEFINED, undefined
        save_all
        mov     r4, sp
        microvisor_stack
        bl      fp_take                 @ true: run the instruction again
        mov     sp, r4
        cmp     r0, #0
        bne     restore_all
        mov     r1, #0
        mov     r0, #PARA_FAULT_UNDEFINED
        str     r0, [sp, #PARA_FAULT_KIND_AT]
        str     r1, [sp, #PARA_FAULT_STATUS_AT]
        str     r1, [sp, #PARA_FAULT_ADDRESS_AT]
        mov     r8, #(PARA_ENTRY + 4 * PARA_ENTRY_USER_FAULT)
        b       upcall
        endfunction fault_undefined

        function no_entry
        sub     r0, sp, #VCPU_SIZE
        microvisor_stack
        bl      vm_no_entry             @ vm_no_entry(vcpu)
        b       guest_resume
        endfunction no_entry

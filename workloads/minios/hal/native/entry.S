@ SPDX-License-Identifier: Apache-2.0
@ Start, exception vectors, the way into the kernel and back.
@
@ While a user program runs, SP_svc is the top of its process's kernel stack. Every entry moves to Supervisor mode and
@ writes a struct trapframe there. Exceptions in the kernel itself are its end.
#include "entry_common.S"
#include "psr.h"

        .section .text.start, "ax", %progbits
        function minios_start
        cpsid   aif, #MODE_SVC
        address sp, boot_stack_top
        clear_bss
        address r0, minios_vectors
        mcr     p15, 0, r0, c12, c0, 0  @ VBAR
        bl      native_mmu_enable
        b       kernel_main
        endfunction minios_start

        .text
        .balign 32
        function minios_vectors
        b       .
        b       entry_undefined
        b       entry_syscall
        b       entry_prefetch
        b       entry_data
        b       .
        b       entry_irq
        b       .
        endfunction minios_vectors

        function entry_syscall
        sub     sp, sp, #FRAME_SIZE
        stmia   sp, {r0-lr}^
        mrs     ip, spsr
        str     lr, [sp, #FRAME_PC]
        str     ip, [sp, #FRAME_PSR]
        system_call
        endfunction entry_syscall

@ sp = frame
        function user_return
        waiting_work
        ldmia   sp, {r0-lr}^
        nop                             @ no banked register right behind LDM to the user's
        add     sp, sp, #FRAME_PC
        rfeia   sp!
        endfunction user_return

        .macro  user_entry name, offset
        function \name
        sub     lr, lr, #\offset
        srsdb   sp!, #MODE_SVC
        cps     #MODE_SVC
        sub     sp, sp, #FRAME_PC
        stmia   sp, {r0-lr}^
        ldr     r1, [sp, #FRAME_PSR]
        tst     r1, #0xf                @ User mode is the only one with these bits clear
        .endm

        user_entry entry_irq, 4
        mov     r0, #0
        bne     kernel_fault
        bl      native_irq
        b       user_return
        endfunction entry_irq

        .macro  fault name, offset, kind, status, address
        user_entry \name, \offset
        mov     r0, #\kind
        mrc     p15, 0, r1, c5, c0, \status
        mrc     p15, 0, r2, c6, c0, \address
        bne     kernel_fault
        bl      trap_fault
        b       user_return
        endfunction \name
        .endm
        fault   entry_undefined, 4, FAULT_UNDEFINED, 1, 2
        fault   entry_prefetch, 4, FAULT_PREFETCH, 1, 2
        fault   entry_data, 8, FAULT_DATA, 0, 0

        function kernel_fault
        ldr     r1, [sp, #FRAME_PC]
        b       trap_kernel_fault
        endfunction kernel_fault

@ hal_switch has popped the new process's stack to its frame.
        function hal_fork_return
        b       user_return
        endfunction hal_fork_return

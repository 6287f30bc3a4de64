@ SPDX-License-Identifier: Apache-2.0
@ Start, exception vectors, the way into the kernel and back.
@
@ While a user program runs, SP_svc is the top of its process's kernel stack. Every entry moves to Supervisor mode and
@ writes a struct trapframe there. Exceptions in the kernel itself are its end.
#include "abi.h"
#include "hal.h"
#include "psr.h"
        .arch armv7-a
        .syntax unified
        .arm

        .macro function name
        .global \name
        .type \name, %function
\name:
        .endm
        .macro address reg, symbol
        movw    \reg, #:lower16:\symbol
        movt    \reg, #:upper16:\symbol
        .endm

        .section .text.start, "ax", %progbits
        function minios_start
        cpsid   aif, #MODE_SVC
        address sp, boot_stack_top
        address r0, minios_bss_start
        address r1, minios_bss_end
        mov     r2, #0
1:      cmp     r0, r1
        strlo   r2, [r0], #4
        blo     1b
        address r0, minios_vectors
        mcr     p15, 0, r0, c12, c0, 0  @ VBAR
        bl      native_mmu_enable
        b       kernel_main
        .size minios_start, . - minios_start

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
        .size minios_vectors, . - minios_vectors

        function entry_syscall
        sub     sp, sp, #FRAME_SIZE
        stmia   sp, {r0-lr}^
        mrs     ip, spsr
        str     lr, [sp, #FRAME_PC]
        str     ip, [sp, #FRAME_PSR]
        cmp     r7, #SYS_COUNT
        mvnhs   r0, #(ENOSYS - 1)
        bhs     1f
        address ip, syscall_table
        ldr     ip, [ip, r7, lsl #2]
        blx     ip
1:      str     r0, [sp]
        .size entry_syscall, . - entry_syscall

@ sp = frame
        function user_return
        address r1, current
        ldr     r1, [r1]
        ldr     r1, [r1]                @ struct proc.work
        cmp     r1, #0
        blne    trap_work
        ldmia   sp, {r0-lr}^
        nop                             @ no banked register right behind LDM to the user's
        add     sp, sp, #FRAME_PC
        rfeia   sp!
        .size user_return, . - user_return

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
        .size entry_irq, . - entry_irq

        .macro  fault name, offset, kind, status, address
        user_entry \name, \offset
        mov     r0, #\kind
        mrc     p15, 0, r1, c5, c0, \status
        mrc     p15, 0, r2, c6, c0, \address
        bne     kernel_fault
        bl      trap_fault
        b       user_return
        .size \name, . - \name
        .endm
        fault   entry_undefined, 4, FAULT_UNDEFINED, 1, 2
        fault   entry_prefetch, 4, FAULT_PREFETCH, 1, 2
        fault   entry_data, 8, FAULT_DATA, 0, 0

        function kernel_fault
        ldr     r1, [sp, #FRAME_PC]
        b       trap_kernel_fault
        .size kernel_fault, . - kernel_fault

        function hal_enter_user
        mov     sp, r0
        b       user_return
        .size hal_enter_user, . - hal_enter_user

@ hal_switch has popped the new process's stack to its frame.
        function hal_fork_return
        b       user_return
        .size hal_fork_return, . - hal_fork_return

        .section .bss.stacks, "aw", %nobits
        .balign 4096
        .space  4096
boot_stack_top:

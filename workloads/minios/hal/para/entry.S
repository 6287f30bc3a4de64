@ SPDX-License-Identifier: Apache-2.0
@ Start, the upcalls from user mode, the way back.
@
@ An upcall comes with the user's r0-r12 and sp at the top of the process's kernel stack; the rest of the user's
@ registers is in the shared page (api.h), and in the struct trapframe only after hal_frame_load().
#include "abi.h"
#include "api.h"
#include "hal.h"
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
        address sp, boot_stack_top
        address r1, minios_bss_start
        address r2, minios_bss_end
        mov     r3, #0
1:      cmp     r1, r2
        strlo   r3, [r1], #4
        blo     1b
        add     r4, r0, #PARA_ENTRY
        address r5, entry_syscall
        address r6, entry_fault
        address r7, entry_irq
        address r8, entry_kernel_fault
        mov     r9, #0                  @ interrupts stay masked in the kernel
        stmia   r4, {r5-r9}
        b       kernel_main
        .size minios_start, . - minios_start

        .text
        function entry_syscall
        sub     sp, sp, #FRAME_SIZE
        stmia   sp, {r0-r12}
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
        address lr, PARA_VCPU
        ldmia   sp, {r0-ip}
        str     ip, [lr, #PARA_USER_IP]
        mov     ip, #PARA_RETURN_USER
        svc     #0
        .size user_return, . - user_return

        function entry_irq
        sub     sp, sp, #FRAME_SIZE
        stmia   sp, {r0-r12}
        bl      para_irq
        b       user_return
        .size entry_irq, . - entry_irq

        function entry_fault
        sub     sp, sp, #FRAME_SIZE
        stmia   sp, {r0-r12}
        address lr, PARA_VCPU
        ldr     r0, [lr, #PARA_FAULT_KIND_AT]
        ldr     r1, [lr, #PARA_FAULT_STATUS_AT]
        ldr     r2, [lr, #PARA_FAULT_ADDRESS_AT]
        bl      trap_fault
        b       user_return
        .size entry_fault, . - entry_fault

        function entry_kernel_fault
        address lr, PARA_VCPU
        ldr     r0, [lr, #PARA_FAULT_KIND_AT]
        ldr     r1, [lr, #PARA_KFRAME_PC]
        ldr     r2, [lr, #PARA_FAULT_ADDRESS_AT]
        b       trap_kernel_fault
        .size entry_kernel_fault, . - entry_kernel_fault

        function hal_enter_user
        mov     sp, r0
        b       user_return
        .size hal_enter_user, . - hal_enter_user

@ hal_switch has popped the new process's stack to its frame, of which the shared page knows nothing yet.
        function hal_fork_return
        mov     r0, sp
        bl      hal_frame_store
        b       user_return
        .size hal_fork_return, . - hal_fork_return

        .section .bss.stacks, "aw", %nobits
        .balign 4096
        .space  4096
boot_stack_top:

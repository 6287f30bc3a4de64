@ SPDX-License-Identifier: Apache-2.0
@ Start, the upcalls from user mode, the way back.
@
@ An upcall comes with the user's r0-r12 and sp at the top of the process's kernel stack; the rest of the user's
@ registers is in the shared page (api.h), and in the struct trapframe only after hal_frame_load().
#include "api.h"
#include "entry_common.S"

        .section .text.start, "ax", %progbits
        function minios_start
        address sp, boot_stack_top
        clear_bss
        add     r4, r0, #PARA_ENTRY
        address r5, entry_syscall
        address r6, entry_fault
        address r7, entry_irq
        address r8, entry_kernel_fault
        mov     r9, #0                  @ interrupts stay masked in the kernel
        stmia   r4, {r5-r9}
        b       kernel_main
        endfunction minios_start

        .text
        function entry_syscall
        sub     sp, sp, #FRAME_SIZE
        stmia   sp, {r0-r12}
        system_call
        endfunction entry_syscall

@ sp = frame
        function user_return
        waiting_work
        address lr, PARA_VCPU
        ldmia   sp, {r0-ip}
        str     ip, [lr, #PARA_USER_IP]
        mov     ip, #PARA_RETURN_USER
        svc     #0
        endfunction user_return

        function entry_irq
        sub     sp, sp, #FRAME_SIZE
        stmia   sp, {r0-r12}
        bl      para_irq
        b       user_return
        endfunction entry_irq

        function entry_fault
        sub     sp, sp, #FRAME_SIZE
        stmia   sp, {r0-r12}
        address lr, PARA_VCPU
        ldr     r0, [lr, #PARA_FAULT_KIND_AT]
        ldr     r1, [lr, #PARA_FAULT_STATUS_AT]
        ldr     r2, [lr, #PARA_FAULT_ADDRESS_AT]
        bl      trap_fault
        b       user_return
        endfunction entry_fault

        function entry_kernel_fault
        address lr, PARA_VCPU
        ldr     r0, [lr, #PARA_FAULT_KIND_AT]
        ldr     r1, [lr, #PARA_KFRAME_PC]
        ldr     r2, [lr, #PARA_FAULT_ADDRESS_AT]
        b       trap_kernel_fault
        endfunction entry_kernel_fault

@ hal_switch has popped the new process's stack to its frame, of which the shared page knows nothing yet.
        function hal_fork_return
        mov     r0, sp
        bl      hal_frame_store
        b       user_return
        endfunction hal_fork_return

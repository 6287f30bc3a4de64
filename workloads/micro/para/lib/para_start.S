@ SPDX-License-Identifier: Apache-2.0
@ Entry, upcalls and user program of the guest kernel.
#include "api.h"
#include "asm.S"
#include "psr.h"
#include "guest_syscalls.S"

        .macro hypercall number
        mov     ip, #\number
        svc     #0
        .endm

        .section .text.start, "ax", %progbits
        function guest_start
        address sp, guest_stack_top
        clear_words guest_bss_start, guest_bss_end, r1, r2, r3
        add     r4, r0, #PARA_ENTRY
        address r5, guest_syscall
        address r6, guest_user_fault
        address r7, guest_user_irq
        address r8, guest_kernel_fault
        address r9, guest_kernel_irq
        stmia   r4, {r5-r9}
        address r5, guest_upcall_stack_top
        str     r5, [r0, #PARA_KERNEL_SP]
        bl      guest_main
        b       guest_off
        endfunction guest_start

        .text
@ System call: number in r7, arguments in r0..r3, result in r0.
        function guest_syscall
        address lr, PARA_VCPU
        str     ip, [lr, #PARA_USER_IP]
        push    {r1-r3}
        guest_system_call
        pop     {r1-r3}
        hypercall PARA_RETURN_USER
        endfunction guest_syscall

        .macro  user_upcall name
        address lr, PARA_VCPU
        str     ip, [lr, #PARA_USER_IP]
        push    {r0-r3}
        bl      \name
        pop     {r0-r3}
        hypercall PARA_RETURN_USER
        .endm

        function guest_user_fault
        user_upcall guest_user_faulted
        endfunction guest_user_fault

        function guest_user_irq
        user_upcall guest_interrupted
        endfunction guest_user_irq

@ From the kernel itself: the frame goes to the stack, so that what the handler does may be interrupted or fault again.
        .macro  kernel_upcall name
        push    {r0-r3, ip}
        address lr, PARA_VCPU
        add     lr, lr, #PARA_KFRAME_SP
        ldmia   lr, {r0-r3}             @ sp, lr, pc, psr
        push    {r0-r3}
        mov     r0, sp
        bl      \name                   @ may change pc
        pop     {r0-r3}
        address ip, PARA_VCPU
        add     ip, ip, #PARA_KFRAME_SP
        stmia   ip, {r0-r3}
        ldr     lr, [sp, #16]
        str     lr, [ip, #(PARA_KFRAME_IP - PARA_KFRAME_SP)]
        pop     {r0-r3, ip}
        hypercall PARA_RETURN_KERNEL
        .endm

        function guest_kernel_fault
        kernel_upcall guest_kernel_faulted
        endfunction guest_kernel_fault

        function guest_kernel_irq
        kernel_upcall guest_interrupted
        endfunction guest_kernel_irq

@ guest_enter_user(entry, stack): the kernel waits on its stack until the user's exit.
        function guest_enter_user
        guest_wait_for_exit
        address r3, PARA_VCPU
        mov     ip, #MODE_USR
        mov     lr, #0
        str     r1, [r3]                @ user.sp
        str     lr, [r3, #4]
        str     r0, [r3, #PARA_USER_PC]
        str     ip, [r3, #PARA_USER_PSR]
        hypercall PARA_RETURN_USER
        endfunction guest_enter_user

        guest_syscalls

        .section .bss.stacks, "aw", %nobits
        .balign 4096
        .space  4096
guest_stack_top:
        .space  4096
guest_upcall_stack_top:
guest_waiting_sp:
        .space  4

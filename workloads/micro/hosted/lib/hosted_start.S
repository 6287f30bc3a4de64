@ SPDX-License-Identifier: Apache-2.0
@ Head, entry, trap vector and user program of the guest kernel.
#include "asm.h"
#include "guest_api.h"
        .macro hypercall number
        mov     lr, #\number
        svc     #0
        .endm

        .section .head, "ax", %progbits
        .word   GUEST_MAGIC, guest_start, guest_size

        .text
        function guest_start
        address sp, guest_stack_top
        address r0, guest_trap
        address r1, guest_cpu
        address r2, guest_trap_stack_top
        str     r2, [r1, #GUEST_CPU_KERNEL_SP]
        hypercall GUEST_VECTORS
        bl      guest_main
        hypercall GUEST_OFF
        endfunction guest_start

@ Of the user. System call: number in r7, arguments in r0..r3, result in r0.
        function guest_trap
        cmp     lr, #TRAP_SVC
        bne     guest_user_fault
        push    {r1-r3, ip}
        cmp     r7, #2
        mvnhs   r0, #0
        bhs     1f
        address ip, guest_syscall_table
        ldr     ip, [ip, r7, lsl #2]
        blx     ip
1:      pop     {r1-r3, ip}
        hypercall GUEST_RETURN
        endfunction guest_trap

@ hypercall(r0, r1, r2, number)
        function hypercall
        push    {lr}
        mov     lr, r3
        svc     #0
        pop     {pc}
        endfunction hypercall

@ guest_enter_user(): the kernel waits on its stack until the user's exit or fault.
        function guest_enter_user
        push    {r4-r11, lr}
        address r2, guest_waiting_sp
        str     sp, [r2]
        hypercall GUEST_RETURN
        endfunction guest_enter_user

        function guest_user_fault
        mov     r0, lr
        neg     r0, r0
        endfunction guest_user_fault

        function guest_syscall_exit
        address r1, guest_waiting_sp
        ldr     sp, [r1]
        pop     {r4-r11, pc}
        endfunction guest_syscall_exit

        function guest_syscall_null
        mov     r0, #0
        bx      lr
        endfunction guest_syscall_null

        .section .rodata.syscalls, "a", %progbits
        .balign 4
guest_syscall_table:
        .word   guest_syscall_null
        .word   guest_syscall_exit

        .section .bss.stacks, "aw", %nobits
        .balign 4096
        .space  4096
guest_stack_top:
        .space  4096
guest_trap_stack_top:
guest_waiting_sp:
        .space  4

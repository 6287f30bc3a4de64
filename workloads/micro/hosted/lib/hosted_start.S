@ SPDX-License-Identifier: Apache-2.0
@ Head, entry, trap vector and user program of the guest kernel.
#include "asm.S"
#include "guest_api.h"
#include "guest_hypercall.S"
#include "guest_syscalls.S"

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
        guest_system_call
        pop     {r1-r3, ip}
        hypercall GUEST_RETURN
        endfunction guest_trap

        hypercall_function

@ guest_enter_user(): the kernel waits on its stack until the user's exit or fault.
        function guest_enter_user
        guest_wait_for_exit
        hypercall GUEST_RETURN
        endfunction guest_enter_user

        function guest_user_fault
        mov     r0, lr
        neg     r0, r0
        endfunction guest_user_fault

        guest_syscalls

        .section .bss.stacks, "aw", %nobits
        .balign 4096
        .space  4096
guest_stack_top:
        .space  4096
guest_trap_stack_top:
guest_waiting_sp:
        .space  4

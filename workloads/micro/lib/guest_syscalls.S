@ SPDX-License-Identifier: Apache-2.0
@ To be included. The system calls of a micro guest: number in r7, arguments in r0..r3, result in r0.

        .macro  guest_system_call
        cmp     r7, #2                  @ SYSCALL_COUNT
        mvnhs   r0, #0
        bhs     1f
        address ip, guest_syscall_table
        ldr     ip, [ip, r7, lsl #2]
        blx     ip
1:
        .endm

@ At guest_enter_user() the kernel's registers went to its stack, and it waits there until the user's exit.
        .macro  guest_wait_for_exit
        push    {r4-r11, lr}
        address r2, guest_waiting_sp
        str     sp, [r2]
        .endm

        .macro  guest_syscalls
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
        .endm

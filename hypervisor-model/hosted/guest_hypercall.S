@ SPDX-License-Identifier: Apache-2.0
@ To be included by a guest's kernel: its hypercalls.
        .macro  hypercall number
        mov     lr, #\number
        svc     #0
        .endm

@ hypercall(r0, r1, r2, number)
        .macro  hypercall_function
        function hypercall
        push    {lr}
        mov     lr, r3
        svc     #0
        pop     {pc}
        endfunction hypercall
        .endm

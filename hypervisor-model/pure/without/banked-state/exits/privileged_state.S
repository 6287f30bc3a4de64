@ SPDX-License-Identifier: Apache-2.0
@ To be included. It goes to memory at each exit and comes back at each entry.
        .macro  privileged_out          @ r0: struct vcpu
        mov     r4, r0
        bl      state_save
        mov     r0, r4
        .endm
        .macro  privileged_in           @ on the stack's top
        ldr     r0, [sp, #(CPU_RUNNING - CPU_STACK_TOP)]
        bl      state_restore
        .endm

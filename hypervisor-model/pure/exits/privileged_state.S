@ SPDX-License-Identifier: Apache-2.0
@ To be included. What an exit and an entry do about the guest's privileged state: it stays in the hardware.
        .macro  privileged_out          @ r0: struct vcpu
        .endm
        .macro  privileged_in           @ on the stack's top
        .endm

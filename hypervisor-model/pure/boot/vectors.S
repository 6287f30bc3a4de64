@ SPDX-License-Identifier: Apache-2.0
@ To be included.
        .arch armv7ve
        .arch_extension virt
        .syntax unified
        .arm

        .macro  set_vectors
        movw    r3, #:lower16:hyp_vectors
        movt    r3, #:upper16:hyp_vectors
        mcr     p15, 4, r3, c12, c0, 0  @ HVBAR
        .endm

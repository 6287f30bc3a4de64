@ SPDX-License-Identifier: Apache-2.0
@ A hypervisor that returns from every call at once.
        .arch armv7ve
        .arch_extension virt
        .syntax unified
        .arm
        .text
        .balign 32
        .global validate_hyp_vectors
        .type validate_hyp_vectors, %function
validate_hyp_vectors:
        b       speed_off
        b       speed_off
        b       speed_off
        b       speed_off
        b       speed_off
        eret
        b       speed_off
        b       speed_off
        .size validate_hyp_vectors, . - validate_hyp_vectors

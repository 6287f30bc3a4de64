@ SPDX-License-Identifier: Apache-2.0
@ The program's stack, and its first-level table.
        .section .bss.stack, "aw", %nobits
        .balign 4096
        .space 4096
        .global pl1_stack_top
pl1_stack_top:
        .balign 16384
        .global pl1_table
pl1_table:
        .space 16384

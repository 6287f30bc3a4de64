@ SPDX-License-Identifier: Apache-2.0
#include "abi.h"
        .arch armv7-a
        .syntax unified
        .arm
        .section .text.start, "ax", %progbits
        .global _start
        .type _start, %function
@ r0 = argc, r1 = argv
_start:
        bl      main
        bl      finish
        .size _start, . - _start

        .text
        .global sigreturn
        .type sigreturn, %function
sigreturn:
        mov     r7, #SYS_sigreturn
        svc     #0
        .size sigreturn, . - sigreturn

@ SPDX-License-Identifier: Apache-2.0
@ A fault of the program itself: pl1_panic(trap, pc, psr).
#include "asm.S"
#include "psr.h"

        .text
        function pl1_fault
        mov     r1, lr
        mov     r2, sp
        cps     #MODE_SVC
        ldr     sp, =pl1_stack_top
        b       pl1_panic
        .ltorg
        endfunction pl1_fault

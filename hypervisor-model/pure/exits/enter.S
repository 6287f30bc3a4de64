@ SPDX-License-Identifier: Apache-2.0
@ Nobody runs here: choose who does, on an empty stack.
#include "exits/frame.S"

        .section .text.enter, "ax", %progbits
        function hyp_enter_guest
        lsr     r0, sp, #CPU_AREA_SHIFT
        lsl     r0, r0, #CPU_AREA_SHIFT
        movw    r1, #CPU_STACK_TOP
        add     sp, r0, r1
        bl      sched_next
        restore_frame
        endfunction hyp_enter_guest

@ SPDX-License-Identifier: Apache-2.0
@ The way into and out of Hyp mode. While a guest runs, SP_hyp holds its struct vcpu, whose first words are the frame;
@ Hyp mode then runs on one stack per processor, from the top each time: nothing of the hypervisor's own survives
@ between two entries, so a world switch has no kernel stack to change.
#include "exits/frame.S"

        .section .text.entry, "ax", %progbits
        .balign 32
        function hyp_vectors
        b       .                       @ 00 reset: not used
        b       hyp_panic_undefined     @ 04 undefined instruction in Hyp mode
        b       hyp_panic_hvc           @ 08 HVC in Hyp mode
        b       hyp_panic_prefetch      @ 0c prefetch abort in Hyp mode
        b       hyp_panic_data          @ 10 data abort in Hyp mode
        b       hyp_save_trap           @ 14 trap, abort or HVC from a guest
        b       hyp_save_irq            @ 18 physical IRQ
        b       hyp_save_fiq            @ 1c physical FIQ
        endfunction hyp_vectors

@ Cause table indexed by HSR.EC: handler(vcpu, hsr).
        function hyp_save_trap
        save_frame
        endfunction hyp_save_trap
        function hyp_dispatch_trap
        mrc     p15, 4, r1, c5, c2, 0   @ HSR
        address r3, exit_table
        lsr     r2, r1, #26
        ldr     r3, [r3, r2, lsl #2]
        blx     r3
        endfunction hyp_dispatch_trap

        function hyp_restore
        restore_frame
        endfunction hyp_restore

        function hyp_save_irq
        save_frame
        endfunction hyp_save_irq
        function hyp_dispatch_irq
        bl      irq_handle
        b       hyp_restore
        endfunction hyp_dispatch_irq

        function hyp_save_fiq
        save_frame
        endfunction hyp_save_fiq
        function hyp_dispatch_fiq
        bl      irq_handle              @ the interrupt controller has one group here: treat as an interrupt
        b       hyp_restore
        endfunction hyp_dispatch_fiq

@ A fault of the hypervisor itself: say where and stop. hyp_panic(cause, elr, spsr), on the stack it had.
        .macro panic name, cause
        function hyp_panic_\name
        mov     r0, #\cause
        b       hyp_panic_common
        endfunction hyp_panic_\name
        .endm
        panic   undefined, 1
        panic   hvc, 2
        panic   prefetch, 3
        panic   data, 4
        function hyp_panic_common
        mrs     r1, elr_hyp
        mrs     r2, spsr
        b       hyp_panic
        endfunction hyp_panic_common

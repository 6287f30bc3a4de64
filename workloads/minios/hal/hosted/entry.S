@ SPDX-License-Identifier: Apache-2.0
@ Head of the image, start, traps of the user, the way back.
@
@ A trap comes with the user's r0-r12, sp at the top of the process's kernel stack and its kind in lr; the rest of the
@ user's registers is in guest_cpu, and in the struct trapframe only after hal_frame_load().
#include "entry_common.S"
#include "guest_api.h"
#include "guest_hypercall.S"

        .section .head, "a", %progbits
        .word   GUEST_MAGIC, minios_start, minios_file_size


        .section .text.start, "ax", %progbits
        function minios_start
        address sp, boot_stack_top
        clear_bss
        address r0, entry_trap
        address r1, guest_cpu
        hypercall GUEST_VECTORS
        b       kernel_main
        endfunction minios_start

        .text
        function entry_trap
        sub     sp, sp, #FRAME_SIZE
        stmia   sp, {r0-r12}
        cmp     lr, #TRAP_SVC
        bne     entry_other
        system_call
        endfunction entry_trap

@ sp = frame
        function user_return
        waiting_work
        ldmia   sp, {r0-r12}
        hypercall GUEST_RETURN
        endfunction user_return

        function entry_other
        cmp     lr, #TRAP_INTERRUPT
        bne     1f
        bl      trap_tick
        b       user_return
1:      address r3, guest_cpu
        mov     r0, lr
        ldr     r1, [r3, #GUEST_CPU_STATUS]
        ldr     r2, [r3, #GUEST_CPU_ADDRESS]
        bl      trap_fault
        b       user_return
        endfunction entry_other

@ hal_switch has popped the new process's stack to its frame, of which guest_cpu knows nothing yet.
        function hal_fork_return
        mov     r0, sp
        bl      hal_frame_store
        b       user_return
        endfunction hal_fork_return

        hypercall_function

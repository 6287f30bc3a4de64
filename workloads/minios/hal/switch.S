@ SPDX-License-Identifier: Apache-2.0
@ From one stack to another.
#include "asm.S"
        .text
@ hal_switch(u32* save_sp, u32 sp): from one kernel stack to another.
        function hal_switch
        push    {r3-r11, lr}
        str     sp, [r0]
        mov     sp, r1
        pop     {r3-r11, pc}
        endfunction hal_switch

        function hal_enter_user
        mov     sp, r0
        b       user_return
        endfunction hal_enter_user

        .section .bss.stacks, "aw", %nobits
        .balign 4096
        .space  4096
        .global boot_stack_top          @ until the first process
boot_stack_top:

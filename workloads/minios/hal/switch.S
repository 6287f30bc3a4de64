@ SPDX-License-Identifier: Apache-2.0
        .arch armv7-a
        .syntax unified
        .arm
        .text
@ hal_switch(u32* save_sp, u32 sp): from one kernel stack to another.
        .global hal_switch
        .type hal_switch, %function
hal_switch:
        push    {r3-r11, lr}
        str     sp, [r0]
        mov     sp, r1
        pop     {r3-r11, pc}
        .size hal_switch, . - hal_switch

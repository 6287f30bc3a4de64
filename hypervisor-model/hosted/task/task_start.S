@ SPDX-License-Identifier: Apache-2.0
@ Head and entry of a task's image; its host calls.
#include "asm.S"
#include "host_api.h"

        .section .head, "a", %progbits
        .word   0x4b534154              @ TASK_MAGIC
        .word   task_base, task_start, task_text_end, task_rodata_end, task_data_end, task_end, task_stack_top

        .text
        function task_start
        bl      task_main
        mov     r7, #HOST_EXIT
        svc     #0
        endfunction task_start

@ host_call(r0, r1, r2, r3, number)
        function host_call
        push    {r7, lr}
        ldr     r7, [sp, #8]
        svc     #0
        pop     {r7, pc}
        endfunction host_call

@ host_run(vcpu): the same for the call that counts.
        function host_run
        push    {r7, lr}
        mov     r7, #HOST_VCPU_RUN
        svc     #0
        pop     {r7, pc}
        endfunction host_run

        .section .bss.stack, "aw", %nobits
        .balign 4096
        .space  4096
task_stack_top:

@ SPDX-License-Identifier: Apache-2.0
@ Entry, exception vectors and user mode of the guest kernel.
#include "asm.S"
#include "guest_stacks.h"
#include "psr.h"
#include "guest_syscalls.S"
        .arch armv7ve
        .arch_extension virt

        .section .text.start, "ax", %progbits
        function guest_start
        cpsid   aif, #MODE_SVC
        address sp, guest_stack_svc
        cps     #MODE_IRQ
        address sp, guest_stack_irq
        cps     #MODE_ABT
        address sp, guest_stack_abt
        cps     #MODE_UND
        address sp, guest_stack_und
        cps     #MODE_SVC
        clear_words guest_bss_start, guest_bss_end, r0, r1, r2
        address r0, guest_vectors
        mcr     p15, 0, r0, c12, c0, 0  @ VBAR
        bl      guest_mmu_enable
        bl      guest_main
        b       guest_off
        endfunction guest_start

        .text
        .balign 32
        function guest_vectors
        b       .
        b       guest_undefined
        b       guest_svc
        b       guest_prefetch
        b       guest_data
        b       .
        b       guest_irq
        b       .
        endfunction guest_vectors

@ System call: number in r7, arguments in r0..r3, result in r0.
        function guest_svc
        srsdb   sp!, #MODE_SVC
        push    {r1-r3, ip}
        guest_system_call
        pop     {r1-r3, ip}
        rfeia   sp!
        endfunction guest_svc

        function guest_irq
        sub     lr, lr, #4
        srsdb   sp!, #MODE_IRQ
        push    {r0-r3, ip, lr}
        bl      guest_irq_dispatch
        pop     {r0-r3, ip, lr}
        rfeia   sp!
        endfunction guest_irq

@ Faults: record, then step over the instruction or give up. guest_fault_taken(kind, pc) returns where to go on.
        .macro fault name, mode, kind, offset
        function guest_\name
        sub     lr, lr, #\offset
        srsdb   sp!, #\mode
        push    {r0-r3, ip, lr}
        mov     r0, #\kind
        mov     r1, lr
        bl      guest_fault_taken
        str     r0, [sp, #24]
        pop     {r0-r3, ip, lr}
        rfeia   sp!
        .size guest_\name, . - guest_\name
        .endm
        fault   undefined, MODE_UND, 1, 4
        fault   prefetch, MODE_ABT, 2, 4
        fault   data, MODE_ABT, 3, 8

@ guest_run_user(entry): leave the kernel's registers on its stack, go to User mode. System calls push above them.
        function guest_run_user
        push    {r4-r11, lr}
        address r1, guest_waiting_sp
        str     sp, [r1]
        address r2, guest_user_stack_top
        cps     #MODE_SYS
        mov     sp, r2
        cps     #MODE_SVC
        mov     r2, #MODE_USR
        push    {r0, r2}
        rfeia   sp!
        endfunction guest_run_user

        guest_syscalls

        .section .bss.stacks, "aw", %nobits
        .balign 4096
        .space  GUEST_STACK_SIZE
        .global guest_stack_svc
guest_stack_svc:
        .space  1024
guest_stack_irq:
        .space  1024
guest_stack_abt:
        .space  1024
guest_stack_und:
        .space  1024
        .balign 4096
guest_waiting_sp:
        .space  4

        .section .user.data, "aw", %progbits
        .balign 8
        .space  1024
guest_user_stack_top:

@ SPDX-License-Identifier: Apache-2.0
@ Entry in Hyp or Supervisor mode, whichever the machine starts in; the programs run in Supervisor mode.
@ PSCI conduit: a machine that starts in Hyp mode takes SMC, one without Hyp mode takes HVC.
#include "asm.S"
#include "psci.h"
#include "psr.h"
        .arch armv7ve
        .arch_extension virt
        .arch_extension sec

        .section .text.start, "ax", %progbits
        function speed_start
        cpsid   aif
        clear_words speed_bss_start, speed_bss_end, r0, r1, r2
        mrs     r0, cpsr
        and     r0, r0, #PSR_MODE
        cmp     r0, #MODE_HYP
        bne     speed_supervisor
        mov     r1, #1
        address r0, speed_started_in_hyp
        str     r1, [r0]
        address sp, speed_hyp_stack
        bl      speed_hyp_init          @ nothing unless the program has a use for Hyp mode
        mov     r0, #(MODE_SVC | PSR_A | PSR_I | PSR_F)
        msr     spsr_cxsf, r0
        address r0, speed_supervisor
        msr     elr_hyp, r0
        eret
        endfunction speed_start

        function speed_supervisor
        cps     #MODE_ABT
        address sp, speed_abort_stack
        cps     #MODE_UND
        address sp, speed_abort_stack
        cps     #MODE_SYS
        address sp, speed_user_stack
        cps     #MODE_SVC
        address sp, speed_stack
        address r0, speed_vectors
        mcr     p15, 0, r0, c12, c0, 0  @ VBAR
        bl      speed_mmu_enable
        bl      speed_main
        b       speed_off
        endfunction speed_supervisor

        .text
        .weak speed_hyp_init
        .type speed_hyp_init, %function
speed_hyp_init:
        bx      lr
        endfunction speed_hyp_init

        function speed_off
        address r1, speed_started_in_hyp
        ldr     r1, [r1]
        movw    r0, #:lower16:PSCI_SYSTEM_OFF
        movt    r0, #:upper16:PSCI_SYSTEM_OFF
        cmp     r1, #0
        bne     1f
        hvc     #0
1:      smc     #0
2:      wfi
        b       2b
        endfunction speed_off

@ Any exception but a system call is a mistake of the program: stop the machine without its last line.
        .balign 32
        function speed_vectors
        b       speed_off
        b       speed_off
        b       speed_svc
        b       speed_off
        b       speed_off
        b       speed_off
        b       speed_off
        b       speed_off
        endfunction speed_vectors

@ System call: number in r7. 0 adds one to r0; anything else goes back to speed_run_user's caller.
        function speed_svc
        srsdb   sp!, #MODE_SVC
        cmp     r7, #0
        bne     1f
        add     r0, r0, #1
        rfeia   sp!
1:      add     sp, sp, #8
        pop     {r4-r11, pc}
        endfunction speed_svc

@ r0 = result of the user function, left in r0 by its last system call.
        function speed_run_user
        push    {r4-r11, lr}
        mov     r1, #MODE_USR
        push    {r0, r1}
        rfeia   sp!
        endfunction speed_run_user

        .section .bss.stacks, "aw", %nobits
        .balign 4096
        .space  4096
speed_stack:
        .space  4096
speed_user_stack:
        .space  1024
speed_abort_stack:
        .space  1024
speed_hyp_stack:
        .global speed_started_in_hyp
speed_started_in_hyp:
        .space  4

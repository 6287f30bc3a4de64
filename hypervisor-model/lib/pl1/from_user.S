/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions other than SVC, from User mode: pc and psr below SP_svc, the processor in Supervisor mode. */
#pragma once
#include "psr.h"
#include "trap.h"

@ The banked stack pointer is a scratch register. offset: what lr is ahead of the instruction, "undefined" by its state.
        .macro  from_user trap, offset
        mrs     sp, spsr
        tst     sp, #0xf                @ User mode is the only one with these bits clear
        movne   r0, #\trap
        bne     pl1_fault
        .ifc \offset,undefined
        tst     sp, #PSR_T
        subeq   lr, lr, #4
        subne   lr, lr, #2
        .else
        sub     lr, lr, #\offset
        .endif
        srsdb   sp, #MODE_SVC
        cps     #MODE_SVC
        .endm

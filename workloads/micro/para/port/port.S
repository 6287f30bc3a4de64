@ SPDX-License-Identifier: Apache-2.0
@ The guest kernel of a replayed trace (docs/trace-replay.md): it gets ready, then lends its hypercall to the replay, which
@ sets the registers and lets the processor run from port_call. Its entries are never executed: the trace goes on there.
#include "api.h"
        .arch armv7-a
        .syntax unified
        .arm

        .macro address reg, symbol
        movw    \reg, #:lower16:\symbol
        movt    \reg, #:upper16:\symbol
        .endm

        .section .text.start, "ax", %progbits
        .global guest_start
guest_start:
        address r5, port_entry
        mov     r6, r5
        mov     r7, r5
        mov     r8, r5
        mov     r9, r5
        add     r4, r0, #PARA_ENTRY
        stmia   r4, {r5-r9}
        address r5, port_stack_top
        str     r5, [r0, #PARA_KERNEL_SP]
        mov     r5, #(1 << PARA_VIRQ_TIMER)
        str     r5, [r0, #PARA_ENABLED]
        .global port_ready
port_ready:
        b       port_ready
        .global port_call
port_call:
        svc     #0
        .global port_entry
port_entry:
        b       port_entry

        .section .bss.port, "aw", %nobits
        .balign 4096
        .space  4096
port_stack_top:
        .global port_list
port_list:                              @ of PARA_MAP and PARA_UNMAP
        .space  64 * 12

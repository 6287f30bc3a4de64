/* SPDX-License-Identifier: Apache-2.0 */
/* How assembly sources begin: A32 in unified syntax, and what they write functions with. */
#pragma once
        .arch armv7-a
        .syntax unified
        .arm

        .macro  function name
        .global \name
        .type \name, %function
\name:
        .endm

        .macro  endfunction name
        .size \name, . - \name
        .endm

        .macro  address reg, symbol
        movw    \reg, #:lower16:\symbol
        movt    \reg, #:upper16:\symbol
        .endm

/* Words of zero between two symbols. */
        .macro  clear_words from, to, at, end, zero
        address \at, \from
        address \end, \to
        mov     \zero, #0
1:      cmp     \at, \end
        strlo   \zero, [\at], #4
        blo     1b
        .endm

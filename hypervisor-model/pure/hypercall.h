/* SPDX-License-Identifier: Apache-2.0 */
/* The hypercall interface: HVC #0, function in r0, arguments in r1..r3, result in r0. PSCI uses the same call.
   An unknown function returns HYPERCALL_UNKNOWN. Shared with guests. */
#pragma once

#define HYPERCALL_NULL 0     /* nothing; returns 0 */
#define HYPERCALL_YIELD 1    /* let another machine run; returns 0 */
#define HYPERCALL_PUTC 2     /* r1: a character for this machine's console; returns 0 */
#define HYPERCALL_VM_ID 3    /* returns the number of the calling machine */
#define HYPERCALL_VM_COUNT 4 /* returns how many machines were made */
#define HYPERCALL_RAISE 5    /* r1: machine, r2: SPI number; raises it there; returns 0 or HYPERCALL_INVALID */
#define HYPERCALL_COUNT 6

#define HYPERCALL_UNKNOWN (-1)
#define HYPERCALL_INVALID (-2)

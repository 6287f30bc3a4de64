/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of exception that a program in User mode causes, as the hypervisors at PL1 number them. */
#pragma once

#define TRAP_UNDEFINED 1
#define TRAP_PREFETCH 2
#define TRAP_DATA 3
#define TRAP_SVC 4
#define TRAP_INTERRUPT 5

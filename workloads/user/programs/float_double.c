/* SPDX-License-Identifier: Apache-2.0 */
/* Matrices, polynomials, Newton's method and recurrences in double precision. */
#define REAL double
#define BITS(x) bits_of_double(x)
#define ROOT __builtin_sqrt
#define FABS __builtin_fabs
#include "numeric.h"

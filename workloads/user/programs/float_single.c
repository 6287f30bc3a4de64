/* SPDX-License-Identifier: Apache-2.0 */
/* Matrices, polynomials, Newton's method and recurrences in single precision. */
#define REAL float
#define BITS(x) (u64) bits_of_float(x)
#define ROOT __builtin_sqrtf
#define FABS __builtin_fabsf
#include "numeric.h"

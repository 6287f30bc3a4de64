/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic that C defines for every operand: where the result would not be defined, the left operand. */
#pragma once

#define SAFE_DEFINE(result, name, ...) static inline result safe_##name(__VA_ARGS__)

#define SAFE_SIGNED(type, least, most)                                                                              \
    SAFE_DEFINE(type, unary_minus_func_##type##_s, type a) { return a == (least) ? a : (type)-a; }                  \
    SAFE_DEFINE(type, add_func_##type##_s_s, type a, type b) {                                                      \
        type r;                                                                                                     \
        return __builtin_add_overflow(a, b, &r) ? a : r;                                                            \
    }                                                                                                               \
    SAFE_DEFINE(type, sub_func_##type##_s_s, type a, type b) {                                                      \
        type r;                                                                                                     \
        return __builtin_sub_overflow(a, b, &r) ? a : r;                                                            \
    }                                                                                                               \
    SAFE_DEFINE(type, mul_func_##type##_s_s, type a, type b) {                                                      \
        type r;                                                                                                     \
        return __builtin_mul_overflow(a, b, &r) ? a : r;                                                            \
    }                                                                                                               \
    SAFE_DEFINE(type, div_func_##type##_s_s, type a, type b) {                                                      \
        return b == 0 || (a == (least) && b == -1) ? a : (type)(a / b);                                             \
    }                                                                                                               \
    SAFE_DEFINE(type, mod_func_##type##_s_s, type a, type b) {                                                      \
        return b == 0 || (a == (least) && b == -1) ? a : (type)(a % b);                                             \
    }                                                                                                               \
    SAFE_DEFINE(type, lshift_func_##type##_s_s, type a, int n) {                                                    \
        return a < 0 || n < 0 || n >= 32 || a > ((most) >> n) ? a : (type)(a << n);                                 \
    }                                                                                                               \
    SAFE_DEFINE(type, lshift_func_##type##_s_u, type a, unsigned n) {                                               \
        return a < 0 || n >= 32 || a > ((most) >> n) ? a : (type)(a << n);                                          \
    }                                                                                                               \
    SAFE_DEFINE(type, rshift_func_##type##_s_s, type a, int n) {                                                    \
        return a < 0 || n < 0 || n >= 32 ? a : (type)(a >> n);                                                      \
    }                                                                                                               \
    SAFE_DEFINE(type, rshift_func_##type##_s_u, type a, unsigned n) {                                               \
        return a < 0 || n >= 32 ? a : (type)(a >> n);                                                               \
    }

#define SAFE_UNSIGNED(type, most)                                                                                   \
    SAFE_DEFINE(type, unary_minus_func_##type##_u, type a) { return (type)-a; }                                     \
    SAFE_DEFINE(type, add_func_##type##_u_u, type a, type b) { return (type)(a + b); }                              \
    SAFE_DEFINE(type, sub_func_##type##_u_u, type a, type b) { return (type)(a - b); }                              \
    SAFE_DEFINE(type, mul_func_##type##_u_u, type a, type b) { return (type)(1u * a * b); }                         \
    SAFE_DEFINE(type, div_func_##type##_u_u, type a, type b) { return b == 0 ? a : (type)(a / b); }                 \
    SAFE_DEFINE(type, mod_func_##type##_u_u, type a, type b) { return b == 0 ? a : (type)(a % b); }                 \
    SAFE_DEFINE(type, lshift_func_##type##_u_s, type a, int n) {                                                    \
        return n < 0 || n >= 32 || a > ((most) >> n) ? a : (type)(a << n);                                          \
    }                                                                                                               \
    SAFE_DEFINE(type, lshift_func_##type##_u_u, type a, unsigned n) {                                               \
        return n >= 32 || a > ((most) >> n) ? a : (type)(a << n);                                                   \
    }                                                                                                               \
    SAFE_DEFINE(type, rshift_func_##type##_u_s, type a, int n) { return n < 0 || n >= 32 ? a : (type)(a >> n); }    \
    SAFE_DEFINE(type, rshift_func_##type##_u_u, type a, unsigned n) { return n >= 32 ? a : (type)(a >> n); }

#define SAFE_FLOAT(type, fabs, most)                                                                                \
    SAFE_DEFINE(type, add_func_##type##_f_f, type a, type b) {                                                      \
        return fabs(a / 2 + b / 2) > (most) / 2 ? a : a + b;                                                        \
    }                                                                                                               \
    SAFE_DEFINE(type, sub_func_##type##_f_f, type a, type b) {                                                      \
        return fabs(a / 2 - b / 2) > (most) / 2 ? a : a - b;                                                        \
    }                                                                                                               \
    SAFE_DEFINE(type, mul_func_##type##_f_f, type a, type b) {                                                      \
        return fabs(a * (type)0x1p-100 * b) > (most) * (type)0x1p-100 ? a : a * b;                                  \
    }                                                                                                               \
    SAFE_DEFINE(type, div_func_##type##_f_f, type a, type b) {                                                      \
        return fabs(b) < 1 && (b == 0 || fabs(a) > (most) * fabs(b)) ? a : a / b;                                   \
    }

SAFE_SIGNED(int8_t, INT8_MIN, INT8_MAX)
SAFE_SIGNED(int16_t, INT16_MIN, INT16_MAX)
SAFE_SIGNED(int32_t, INT32_MIN, INT32_MAX)
SAFE_SIGNED(int64_t, INT64_MIN, INT64_MAX)
SAFE_UNSIGNED(uint8_t, UINT8_MAX)
SAFE_UNSIGNED(uint16_t, UINT16_MAX)
SAFE_UNSIGNED(uint32_t, UINT32_MAX)
SAFE_UNSIGNED(uint64_t, UINT64_MAX)
SAFE_FLOAT(float, __builtin_fabsf, FLT_MAX)
SAFE_FLOAT(double, __builtin_fabs, DBL_MAX)

SAFE_DEFINE(int32_t, convert_func_float_to_int32_t, float a) {
    return a <= -2147483648.0f || a >= 2147483648.0f ? INT32_MAX : (int32_t)a;
}

// SPDX-License-Identifier: Apache-2.0
// Registers before: r0 = a value, r1 = base in the middle of 32 bytes, r2 = 8, r3 and r4 = values.
#include "check_forms.h"

#define BODY(code)                                                                         \
    register u32 r0 asm("r0") = 0x12f485a6;                                                \
    register u32 r1 asm("r1") = base;                                                      \
    register u32 r2 asm("r2") = 8;                                                         \
    register u32 r3 asm("r3") = 0x91a2b3c4;                                                \
    register u32 r4 asm("r4") = 0x0badf00d;                                                \
    asm volatile(code : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4)::"cc", "memory"); \
    *result = (struct form_result) { r0, r1 - base, r2, r3, r4 }

#define A32(name, code) \
    static void name(u32 base, struct form_result* result) { BODY(code); }
#define T32(name, code) \
    __attribute__((target("thumb"))) static void name(u32 base, struct form_result* result) { BODY(code); }
#include "check_forms.inc"
#undef A32
#undef T32

#define A32(name, code) {"A32 " code, name},
#define T32(name, code) {"T32 " code, name},
const struct form form_table[] = {
#include "check_forms.inc"
};
const u32 form_count = ARRAY_SIZE(form_table);

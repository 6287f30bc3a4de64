// SPDX-License-Identifier: Apache-2.0
// Registers before: r0 = a value, r1 = base in the middle of 32 bytes, r2 = 8, r3 and r4 = values.
#include "check_forms.h"

#define A32_FORMS(X)                                                                                                  \
    X(a1, "ldr r0, [r1]") X(a2, "ldr r0, [r1, #4]") X(a3, "ldr r0, [r1, #-8]") X(a4, "ldr r0, [r1, r2]")               \
    X(a5, "ldr r0, [r1, -r2]") X(a6, "ldr r0, [r1, r2, lsr #1]") X(a7, "ldr r0, [r1, #4]!")                            \
    X(a8, "ldr r0, [r1], #-4") X(a9, "ldr r0, [r1], r2") X(a10, "ldr r0, [r1, -r2]!") X(a11, "str r0, [r1]")           \
    X(a12, "str r0, [r1, #-4]!") X(a13, "str r0, [r1], #8") X(a14, "str r0, [r1, r2]") X(a15, "ldrb r0, [r1, #3]")     \
    X(a16, "ldrb r0, [r1], #1") X(a17, "strb r0, [r1, #5]") X(a18, "strb r0, [r1, #-3]!") X(a19, "ldrh r0, [r1, #2]") \
    X(a20, "ldrh r0, [r1], #2") X(a21, "strh r0, [r1, #-6]") X(a22, "strh r0, [r1, r2]!") X(a23, "ldrsb r0, [r1]")     \
    X(a24, "ldrsb r0, [r1, #1]!") X(a25, "ldrsh r0, [r1]") X(a26, "ldrsh r0, [r1, -r2]") X(a27, "ldrd r2, r3, [r1]")   \
    X(a28, "ldrd r2, r3, [r1, #-8]!") X(a29, "strd r2, r3, [r1]") X(a30, "strd r2, r3, [r1], #8")                      \
    X(a31, "ldm r1, {r0, r2, r3, r4}") X(a32, "ldmia r1!, {r0, r3}") X(a33, "ldmdb r1!, {r0, r2, r4}")                 \
    X(a34, "ldmib r1, {r2, r3}") X(a35, "ldmda r1!, {r3, r4}") X(a36, "stm r1, {r0, r2, r3, r4}")                      \
    X(a37, "stmdb r1!, {r0, r3}") X(a38, "stmib r1!, {r2, r4}") X(a39, "stmda r1, {r0, r4}") X(a40, "ldrt r0, [r1], #4") \
    X(a41, "strbt r0, [r1], #1") X(a42, "ldrht r0, [r1], #2") X(a43, "cmp r1, r1\n ldreq r0, [r1, #4]!")               \
    X(a44, "cmp r1, r1\n ldrne r0, [r1, #4]!")

#define T32_FORMS(X)                                                                                                  \
    X(t1, "ldr r0, [r1, #4]") X(t2, "ldr r0, [r1, r2]") X(t3, "ldrb r0, [r1, #3]") X(t4, "ldrb r0, [r1, r2]")          \
    X(t5, "ldrh r0, [r1, #6]") X(t6, "ldrh r0, [r1, r2]") X(t7, "ldrsb r0, [r1, r2]") X(t8, "ldrsh r0, [r1, r2]")      \
    X(t9, "str r0, [r1, #8]") X(t10, "str r0, [r1, r2]") X(t11, "strb r0, [r1, #7]") X(t12, "strb r0, [r1, r2]")       \
    X(t13, "strh r0, [r1, #2]") X(t14, "strh r0, [r1, r2]") X(t15, "ldmia r1!, {r0, r2, r3}")                          \
    X(t16, "stmia r1!, {r0, r2, r4}") X(t17, "ldr.w r0, [r1, #12]") X(t18, "ldr r0, [r1, #-8]")                        \
    X(t19, "ldr r0, [r1, #4]!") X(t20, "ldr r0, [r1], #-4") X(t21, "ldr.w r0, [r1, r2, lsl #0]")                       \
    X(t22, "ldrb r0, [r1, #-1]") X(t23, "ldrsb.w r0, [r1, #5]") X(t24, "ldrsh r0, [r1, #-2]!")                         \
    X(t25, "ldrh r0, [r1], #2") X(t26, "str r0, [r1, #-4]!") X(t27, "strb r0, [r1], #1") X(t28, "strh.w r0, [r1, #10]") \
    X(t29, "ldrd r4, r0, [r1]") X(t30, "ldrd r2, r3, [r1, #-8]!") X(t31, "strd r3, r0, [r1, #4]")                      \
    X(t32, "strd r0, r2, [r1], #-8") X(t33, "ldmdb r1!, {r0, r2, r4}") X(t34, "stmdb r1!, {r3, r4}")                   \
    X(t35, "ldm.w r1, {r0, r4}") X(t36, "ldrt r0, [r1, #4]") X(t37, "strbt r0, [r1, #1]")                              \
    X(t38, "cmp r1, r1\n itete eq\n ldreq r0, [r1, #4]\n movne r2, #1\n streq r0, [r1, #8]\n movne r3, #2")             \
    X(t39, "cmp r1, r1\n itt ne\n ldrne r0, [r1, #4]\n movne r2, #1")                                                   \
    X(t40, "cmp r1, r1\n ite eq\n ldrdeq r2, r3, [r1], #8\n movne r4, #7")

#define BODY(code)                                                                                                    \
    register u32 r0 asm("r0") = 0x12f485a6;                                                                           \
    register u32 r1 asm("r1") = base;                                                                                 \
    register u32 r2 asm("r2") = 8;                                                                                    \
    register u32 r3 asm("r3") = 0x91a2b3c4;                                                                           \
    register u32 r4 asm("r4") = 0x0badf00d;                                                                           \
    asm volatile(code : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4)::"cc", "memory");                            \
    *result = (struct form_result){r0, r1 - base, r2, r3, r4}

#define A32_FUNCTION(name, code)                                                                                      \
    static void name(u32 base, struct form_result *result) { BODY(code); }
#define T32_FUNCTION(name, code)                                                                                      \
    __attribute__((target("thumb"))) static void name(u32 base, struct form_result *result) { BODY(code); }
A32_FORMS(A32_FUNCTION)
T32_FORMS(T32_FUNCTION)

#define A32_ROW(function, code) {"A32 " code, function},
#define T32_ROW(function, code) {"T32 " code, function},
const struct form form_table[] = {A32_FORMS(A32_ROW) T32_FORMS(T32_ROW)};
const u32 form_count = ARRAY_SIZE(form_table);

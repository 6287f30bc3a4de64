// SPDX-License-Identifier: Apache-2.0
// CP15 and the console.
#pragma once
typedef unsigned u32;

#define READ(op1, crn, crm, op2)                                                                   \
    ({                                                                                             \
        u32 value_;                                                                                \
        asm volatile("mrc p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 : "=r"(value_)::"memory"); \
        value_;                                                                                    \
    })
#define WRITE(op1, crn, crm, op2, value) \
    asm volatile("mcr p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 "\n\tisb" ::"r"((u32)(value)) : "memory")
#define READ64(op1, crm)                                                              \
    ({                                                                                \
        unsigned long long value_;                                                    \
        asm volatile("mrrc p15, " #op1 ", %Q0, %R0, " #crm : "=r"(value_)::"memory"); \
        value_;                                                                       \
    })
#define WRITE64(op1, crm, value) \
    asm volatile("mcrr p15, " #op1 ", %Q0, %R0, " #crm "\n\tisb" ::"r"((unsigned long long)(value)) : "memory")

static void say(const char* name, u32 value) {
    volatile u32* const uart = (volatile u32*)0x09000000;
    while (*name) *uart = *name++;
    *uart = ' ';
    for (int shift = 28; shift >= 0; shift -= 4) *uart = "0123456789abcdef"[value >> shift & 15];
    *uart = '\n';
}

// SPDX-License-Identifier: Apache-2.0
// Every privileged instruction, by the guest kernel and by the guest user: the functions lie in the user's pages, which
// both may execute.
#include "attacks.h"

// Whoever runs it, the function's result is the mode it ends in, unless it faulted.
#define INSTRUCTION(name, code)                                                                         \
    USER_CODE static u32 name(void) {                                                                   \
        u32 r;                                                                                          \
        asm volatile(                                                                                   \
            ".arch armv7-a\n.arch_extension sec\n.arch_extension virt\n.arch_extension mp\n.fpu neon\n" \
            "mov %0, #0\n" code                                                                         \
            "\n"                                                                                        \
            "mrs %0, cpsr\n"                                                                            \
            : "=&r"(r)::"r1", "r2", "r3", "ip", "lr", "cc", "memory");                                  \
        return r & 0x1df;                                                                               \
    }                                                                                                   \
    USER_CODE static u32 user_##name(void) { return syscall1(SYSCALL_EXIT, name()); }
#include "instructions.inc"
#undef INSTRUCTION

typedef u32 (*code)(void);
static u32 by_kernel(u32 address) { return ((code)address)(); }
static u32 by_user(u32 address) { return as_user((code)address, 0); }

#define INSTRUCTION(name, code)                                 \
    {"kernel executes " #name, by_kernel, (u32)name, EXPECTED}, \
        {"user executes " #name, by_user, (u32)user_##name, EXPECTED},

static struct attack table[] = {
#include "instructions.inc"
};

void attack_instructions(void) { ATTACK(table); }

// SPDX-License-Identifier: Apache-2.0
// Privileged instructions of the guest's kernel and of its user. What the kernel may execute is its own business and
// has to be harmless; what it may not is undefined. For its user everything is.
#include "attacks.h"
#include "guest.h"

#define PROLOGUE ".arch armv7ve\n.arch_extension sec\n.arch_extension virt\n.arch_extension mp\n.fpu neon-vfpv4\n"
#define INSTRUCTION(name, outcome, code)                                                      \
    static u32 kernel_##name(u32 r) {                                                         \
        asm volatile(PROLOGUE code : "+&r"(r)::"r1", "r2", "r3", "ip", "lr", "cc", "memory"); \
        return outcome == UNDEFINED ? 0 : r;                                                  \
    }
#define USER_INSTRUCTION(name, code)                                                  \
    USER_CODE static void user_##name##_code(void) {                                  \
        asm volatile(PROLOGUE "mov r2, #0\n" code "\n mov r7, #1\n svc #0" ::         \
                         : "r0", "r1", "r2", "r3", "r7", "ip", "lr", "cc", "memory"); \
    }                                                                                 \
    static u32 user_##name(u32 argument) {                                            \
        guest_run_user(user_##name##_code);                                           \
        return argument;                                                              \
    }
#include "instructions.inc"
#undef INSTRUCTION
#undef USER_INSTRUCTION

#define INSTRUCTION(name, outcome, code) {"kernel executes " #name, kernel_##name, 0, outcome},
#define USER_INSTRUCTION(name, code) {"user executes " #name, user_##name, 0, UNDEFINED},
static const struct attack table[] = {
#include "instructions.inc"
};

void attack_instructions(void) { ATTACK(table); }

// SPDX-License-Identifier: Apache-2.0
// Single banked registers by number. MRS/MSR (banked) name their register in the encoding, hence one case for each.
#include "psr.h"
#include "vcpu/banked.h"

// clang-format off
#define EACH_BANKED(X) \
    X(MODE_USR, 13, SP_usr) \
    X(MODE_SYS, 13, SP_usr) \
    X(MODE_SVC, 13, SP_svc) \
    X(MODE_SVC, 14, LR_svc) \
    X(MODE_ABT, 13, SP_abt) \
    X(MODE_ABT, 14, LR_abt) \
    X(MODE_UND, 13, SP_und) \
    X(MODE_UND, 14, LR_und) \
    X(MODE_IRQ, 13, SP_irq) \
    X(MODE_IRQ, 14, LR_irq) \
    X(MODE_FIQ, 13, SP_fiq) \
    X(MODE_FIQ, 14, LR_fiq) \
    X(MODE_FIQ, 8, R8_fiq) \
    X(MODE_FIQ, 9, R9_fiq) \
    X(MODE_FIQ, 10, R10_fiq) \
    X(MODE_FIQ, 11, R11_fiq) \
    X(MODE_FIQ, 12, R12_fiq)
// clang-format on

#define KEY(mode, number) ((mode) << 4 | (number))

u32 banked_reg_read(u32 mode, u32 number) {
    u32 value = 0;
    switch (KEY(mode, number)) {
#define READ(mode, number, name) \
    case KEY(mode, number): asm volatile("mrs %0, " #name : "=r"(value)); break;
        EACH_BANKED(READ)
#undef READ
    default: break;
    }
    return value;
}

void banked_reg_write(u32 mode, u32 number, u32 value) {
    switch (KEY(mode, number)) {
#define WRITE(mode, number, name) \
    case KEY(mode, number): asm volatile("msr " #name ", %0" ::"r"(value)); break;
        EACH_BANKED(WRITE)
#undef WRITE
    default: break;
    }
}

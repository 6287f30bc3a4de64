/* SPDX-License-Identifier: Apache-2.0 */
/* A flat map of the program's three megabyte ranges: the stub, text (read only), data (never executed). */
#include <stdint.h>

#define SECTION 0x2u
#define SECTION_XN (1u << 4)
#define SECTION_NORMAL (1u << 12 | 3u << 2)  // write-back, write-allocate
#define SECTION_KERNEL (1u << 10)
#define SECTION_USER_RO (2u << 10)
#define SECTION_USER_RW (3u << 10)
#define TTBR_WALK_WB (1u << 6 | 1u << 3)
#define SCTLR_ON (1u << 0 | 1u << 2 | 1u << 11 | 1u << 12)

extern uint8_t bare_begin[], user_text_begin[], user_data_begin[], user_end[];

static uint32_t level1[4096] __attribute__((aligned(16384), section(".bare.bss")));

void bare_mmu_enable(void);
void bare_mmu_enable(void) {
    for (uint32_t va = (uint32_t)bare_begin; va < (uint32_t)user_end; va += 1u << 20) {
        uint32_t access = va < (uint32_t)user_text_begin   ? SECTION_KERNEL
                          : va < (uint32_t)user_data_begin ? SECTION_USER_RO
                                                           : SECTION_USER_RW | SECTION_XN;
        level1[va >> 20] = va | SECTION | SECTION_NORMAL | access;
    }
    uint32_t table = (uint32_t)level1 | TTBR_WALK_WB, sctlr;
    __asm__ volatile("mcr p15, 0, %0, c2, c0, 2\n\t"     // TTBCR
                     "mcr p15, 0, %1, c2, c0, 0\n\t"     // TTBR0
                     "mcr p15, 0, %2, c3, c0, 0\n\t"     // DACR
                     "dsb\n\t"
                     "mcr p15, 0, %0, c8, c7, 0\n\t"     // TLBIALL
                     "mcr p15, 0, %0, c7, c5, 0\n\t"     // ICIALLU
                     "dsb\n\tisb" : : "r"(0), "r"(table), "r"(1) : "memory");
    __asm__ volatile("mrc p15, 0, %0, c1, c0, 0" : "=r"(sctlr));
    __asm__ volatile("mcr p15, 0, %0, c1, c0, 0\n\tisb" : : "r"(sctlr | SCTLR_ON) : "memory");
}

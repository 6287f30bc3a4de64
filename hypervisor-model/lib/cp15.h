// SPDX-License-Identifier: Apache-2.0
// Accessors for coprocessor 14/15 registers. CP15_REG(name, ...) makes name_read() and name_write(); the operands are
// those of MRC/MCR (opc1, CRn, CRm, opc2) and MRRC/MCRR (opc1, CRm), ARM DDI 0406C B3.17.
#pragma once
#include "types.h"

#define CP15_REG(name, opc1, crn, crm, opc2)                                                    \
    static inline u32 name##_read(void) {                                                       \
        u32 v;                                                                                  \
        asm volatile("mrc p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2 : "=r"(v));           \
        return v;                                                                               \
    }                                                                                           \
    static inline void name##_write(u32 v) {                                                    \
        asm volatile("mcr p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2 ::"r"(v) : "memory"); \
    }

#define CP15_REG64(name, opc1, crm)                                     \
    static inline u64 name##_read(void) {                               \
        u64 v;                                                          \
        asm volatile("mrrc p15, " #opc1 ", %Q0, %R0, " #crm : "=r"(v)); \
        return v;                                                       \
    }                                                                   \
    static inline void name##_write(u64 v) { asm volatile("mcrr p15, " #opc1 ", %Q0, %R0, " #crm ::"r"(v) : "memory"); }

#define CP15_OP(name, opc1, crn, crm, opc2)                                                     \
    static inline void name(u32 v) {                                                            \
        asm volatile("mcr p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2 ::"r"(v) : "memory"); \
    }

// Identification
CP15_REG(midr, 0, c0, c0, 0)
CP15_REG(mpidr, 0, c0, c0, 5)
CP15_REG(csselr, 2, c0, c0, 0)

// PL1 system control and translation
CP15_REG(sctlr, 0, c1, c0, 0)
CP15_REG(actlr, 0, c1, c0, 1)
CP15_REG(cpacr, 0, c1, c0, 2)
CP15_REG(ttbr0_32, 0, c2, c0, 0)
CP15_REG(ttbr1_32, 0, c2, c0, 1)
CP15_REG(ttbcr, 0, c2, c0, 2)
CP15_REG(dacr, 0, c3, c0, 0)
CP15_REG(dfsr, 0, c5, c0, 0)
CP15_REG(ifsr, 0, c5, c0, 1)
CP15_REG(adfsr, 0, c5, c1, 0)
CP15_REG(aifsr, 0, c5, c1, 1)
CP15_REG(dfar, 0, c6, c0, 0)
CP15_REG(ifar, 0, c6, c0, 2)
CP15_REG(prrr, 0, c10, c2, 0)
CP15_REG(nmrr, 0, c10, c2, 1)
CP15_REG(amair0, 0, c10, c3, 0)
CP15_REG(amair1, 0, c10, c3, 1)
CP15_REG(vbar, 0, c12, c0, 0)
CP15_REG(contextidr, 0, c13, c0, 1)
CP15_REG(tpidrurw, 0, c13, c0, 2)
CP15_REG(tpidruro, 0, c13, c0, 3)
CP15_REG(tpidrprw, 0, c13, c0, 4)
CP15_REG64(ttbr0, 0, c2)
CP15_REG64(ttbr1, 1, c2)
CP15_REG64(par, 0, c7)

// Hyp system control, traps, syndromes and translation
CP15_REG(vpidr, 4, c0, c0, 0)
CP15_REG(vmpidr, 4, c0, c0, 5)
CP15_REG(hsctlr, 4, c1, c0, 0)
CP15_REG(hcr, 4, c1, c1, 0)
CP15_REG(hdcr, 4, c1, c1, 1)
CP15_REG(hcptr, 4, c1, c1, 2)
CP15_REG(hstr, 4, c1, c1, 3)
CP15_REG(htcr, 4, c2, c0, 2)
CP15_REG(vtcr, 4, c2, c1, 2)
CP15_REG(hsr, 4, c5, c2, 0)
CP15_REG(hdfar, 4, c6, c0, 0)
CP15_REG(hifar, 4, c6, c0, 2)
CP15_REG(hpfar, 4, c6, c0, 4)
CP15_REG(hmair0, 4, c10, c2, 0)
CP15_REG(hmair1, 4, c10, c2, 1)
CP15_REG(hvbar, 4, c12, c0, 0)
CP15_REG64(httbr, 4, c2)
CP15_REG64(vttbr, 6, c2)

// Generic timers
CP15_REG(cntfrq, 0, c14, c0, 0)
CP15_REG(cntkctl, 0, c14, c1, 0)
CP15_REG(cntv_tval, 0, c14, c3, 0)
CP15_REG(cntv_ctl, 0, c14, c3, 1)
CP15_REG(cnthctl, 4, c14, c1, 0)
CP15_REG(cnthp_ctl, 4, c14, c2, 1)
CP15_REG64(cntpct, 0, c14)
CP15_REG64(cntvct, 1, c14)
CP15_REG64(cntv_cval, 3, c14)
CP15_REG64(cntvoff, 4, c14)
CP15_REG64(cnthp_cval, 6, c14)

// Cache, branch predictor, TLB and address translation operations
CP15_OP(iciallu, 0, c7, c5, 0)
CP15_OP(bpiall, 0, c7, c5, 6)
CP15_OP(icimvau, 0, c7, c5, 1)
CP15_OP(dccmvau, 0, c7, c11, 1)
CP15_OP(dccmvac, 0, c7, c10, 1)
CP15_OP(dccimvac, 0, c7, c14, 1)
CP15_OP(tlbiall, 0, c8, c7, 0)
CP15_OP(tlbimva, 0, c8, c7, 1)
CP15_OP(tlbiasid, 0, c8, c7, 2)
CP15_OP(tlbimvaa, 0, c8, c7, 3)
CP15_OP(tlbiallh, 4, c8, c7, 0)
CP15_OP(tlbiallnsnh, 4, c8, c7, 4)
CP15_OP(tlbiallnsnhis, 4, c8, c3, 4)
CP15_OP(ats12nsopr, 0, c7, c8, 4)
CP15_OP(ats12nsour, 0, c7, c8, 6)

#define CNT_CTL_ENABLE (1u << 0)
#define CNT_CTL_IMASK (1u << 1)
#define CNT_CTL_ISTATUS (1u << 2)

static inline void isb(void) { asm volatile("isb" ::: "memory"); }
static inline void dsb(void) { asm volatile("dsb" ::: "memory"); }
static inline void dsb_ish(void) { asm volatile("dsb ish" ::: "memory"); }
static inline void clrex(void) { asm volatile("clrex" ::: "memory"); }
static inline void wfi(void) { asm volatile("wfi" ::: "memory"); }
static inline void wfe(void) { asm volatile("wfe" ::: "memory"); }
static inline void sev(void) { asm volatile("sev" ::: "memory"); }

static inline u32 mmio_read32(uintptr_t a) { return *(volatile u32*)a; }
static inline void mmio_write32(uintptr_t a, u32 v) { *(volatile u32*)a = v; }
static inline void mmio_write8(uintptr_t a, u8 v) { *(volatile u8*)a = v; }

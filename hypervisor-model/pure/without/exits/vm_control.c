// SPDX-License-Identifier: Apache-2.0
// What a guest does by itself when HCR does not trap it: virtual memory controls (TVM), TLB maintenance (TTLB), set/way
// cache maintenance (TSW), cache identification (TID2). Carried out in the guest's registers, which are in the
// hardware. In Hyp mode the TLB operations of PL1 concern the running machine's VMID, ARM DDI 0406C B3.10.5.
#include "without/exits/vm_control.h"
#include "cp15.h"
#include "exits/sysreg.h"

// clang-format off
#define CONTROLS(X) \
    X(sctlr, 0, c1, c0, 0, 1, 0) \
    X(ttbr0_32, 0, c2, c0, 0, 2, 0) X(ttbr1_32, 0, c2, c0, 1, 2, 0) X(ttbcr, 0, c2, c0, 2, 2, 0) \
    X(dacr, 0, c3, c0, 0, 3, 0) \
    X(dfsr, 0, c5, c0, 0, 5, 0) X(ifsr, 0, c5, c0, 1, 5, 0) X(adfsr, 0, c5, c1, 0, 5, 1) X(aifsr, 0, c5, c1, 1, 5, 1) \
    X(dfar, 0, c6, c0, 0, 6, 0) X(ifar, 0, c6, c0, 2, 6, 0) \
    X(prrr, 0, c10, c2, 0, 10, 2) X(nmrr, 0, c10, c2, 1, 10, 2) \
    X(amair0, 0, c10, c3, 0, 10, 3) X(amair1, 0, c10, c3, 1, 10, 3) \
    X(contextidr, 0, c13, c0, 1, 13, 0)

#define MAINTENANCE(X) \
    X(tlbiallis, 0, c8, c3, 0, 8, 3) X(tlbimvais, 0, c8, c3, 1, 8, 3) X(tlbiasidis, 0, c8, c3, 2, 8, 3) \
    X(tlbimvaais, 0, c8, c3, 3, 8, 3) \
    X(itlbiall, 0, c8, c5, 0, 8, 5) X(itlbimva, 0, c8, c5, 1, 8, 5) X(itlbiasid, 0, c8, c5, 2, 8, 5) \
    X(dtlbiall, 0, c8, c6, 0, 8, 6) X(dtlbimva, 0, c8, c6, 1, 8, 6) X(dtlbiasid, 0, c8, c6, 2, 8, 6) \
    X(dcisw, 0, c7, c6, 2, 7, 6) X(dccsw, 0, c7, c10, 2, 7, 10) X(dccisw, 0, c7, c14, 2, 7, 14)

// Declared by cp15.h already.
#define TLB_MAINTENANCE(X) \
    X(tlbiall, 0, c8, c7, 0, 8, 7) X(tlbimva, 0, c8, c7, 1, 8, 7) X(tlbiasid, 0, c8, c7, 2, 8, 7) \
    X(tlbimvaa, 0, c8, c7, 3, 8, 7)

#define CACHE_IDENTIFICATION(X) \
    X(ctr, 0, c0, c0, 1, 0, 0) X(ccsidr, 1, c0, c0, 0, 0, 0) X(clidr, 1, c0, c0, 1, 0, 0)
// clang-format on

#define OPERATION(name, opc1, crn, crm, opc2, n, m) CP15_OP(name, opc1, crn, crm, opc2)
MAINTENANCE(OPERATION)
#define REGISTER(name, opc1, crn, crm, opc2, n, m) CP15_REG(name, opc1, crn, crm, opc2)
CACHE_IDENTIFICATION(REGISTER)

static bool read(u32 key, u32* value) {
    switch (key) {
#define READ(name, opc1, crn, crm, opc2, n, m) \
    case KEY(opc1, n, m, opc2): *value = name##_read(); return true;
        CACHE_IDENTIFICATION(READ)
        READ(csselr, 2, c0, c0, 0, 0, 0)
#undef READ
    default: return false;
    }
}

static bool write(u32 key, u32 value) {
    switch (key) {
#define WRITE(name, opc1, crn, crm, opc2, n, m) \
    case KEY(opc1, n, m, opc2): name##_write(value); return true;
        CONTROLS(WRITE)
        WRITE(csselr, 2, c0, c0, 0, 0, 0)
#undef WRITE
#define DO(name, opc1, crn, crm, opc2, n, m) \
    case KEY(opc1, n, m, opc2): name(value); return true;
        TLB_MAINTENANCE(DO)
        MAINTENANCE(DO)
#undef DO
    default: return false;
    }
}

bool vm_control_access(struct vcpu* vcpu, u32 hsr) {
    if (vcpu_in_user(vcpu)) return false;
    u32 key = hsr & ISS_KEY, value;
    if (!(hsr & ISS_IS_READ)) return write(key, vcpu_reg_read(vcpu, ISS_RT(hsr)));
    if (!read(key, &value)) return false;
    vcpu_reg_write(vcpu, ISS_RT(hsr), value);
    return true;
}

// TTBR0 and TTBR1 as 64 bits.
bool vm_control_access_64(struct vcpu* vcpu, u32 hsr) {
    u32 opc1 = hsr >> 16 & 15, crm = hsr >> 1 & 15;
    if (vcpu_in_user(vcpu) || (hsr & ISS_IS_READ) || crm != 2 || opc1 > 1) return false;
    u64 value = (u64)vcpu_reg_read(vcpu, hsr >> 10 & 15) << 32 | vcpu_reg_read(vcpu, ISS_RT(hsr));
    if (opc1) ttbr1_write(value);
    else ttbr0_write(value);
    return true;
}

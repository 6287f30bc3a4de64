// SPDX-License-Identifier: Apache-2.0
#include "vcpu/cp15_context.h"
#include "cp15.h"

// Registers read and written alike; TTBR0/1 as 64 bits, which holds either descriptor format.
// clang-format off
#define EACH_REGISTER(X) \
    X(sctlr) X(cpacr) X(ttbcr) X(ttbr0) X(ttbr1) X(dacr) \
    X(dfsr) X(ifsr) X(adfsr) X(aifsr) X(dfar) X(ifar) X(par) \
    X(prrr) X(nmrr) X(amair0) X(amair1) \
    X(vbar) X(contextidr) X(tpidrurw) X(tpidruro) X(tpidrprw) \
    X(csselr) X(cntkctl)
// clang-format on

void cp15_save(struct cp15* c) {
#define SAVE(name) c->name = name##_read();
    EACH_REGISTER(SAVE)
#undef SAVE
}

void cp15_restore(const struct cp15* c) {
#define RESTORE(name) name##_write(c->name);
    EACH_REGISTER(RESTORE)
#undef RESTORE
    vmpidr_write(c->vmpidr);
    isb();
}

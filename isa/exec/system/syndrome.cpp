// SPDX-License-Identifier: Apache-2.0
// What is written to HSR, ARM DDI 0406C §B3.13.6.
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

namespace {
/// IL is UNK for an unknown reason, a Prefetch Abort and a Data Abort whose instruction is not described.
bool il_valid(Ec ec, Syndrome syndrome) {
    switch (ec) {
    case Ec::unknown:
    case Ec::prefetch_abort:
    case Ec::prefetch_abort_hyp: return false;
    case Ec::data_abort:
    case Ec::data_abort_hyp: return syndrome[iss::isv];
    default: return true;
    }
}
}  // namespace

Syndrome make_syndrome(Ec ec, bool il32, Syndrome iss) {
    return iss.with(Syndrome::class_field, u32(ec)).with(Syndrome::il_field, il32 && il_valid(ec, iss));
}

Syndrome trap_syndrome(const CpuState& s, const Op& op, Ec ec, Syndrome iss) {
    // Exception classes 0x01..0x0f carry the condition. In T32, CV and whether COND is the condition or AL are
    // IMPLEMENTATION DEFINED for an instruction that passed its condition: we give AL.
    if ((u32(ec) & 0x30) == 0 && ec != Ec::unknown) iss = iss.with(iss::cv, 1).with(iss::cond, s.thumb ? 14u : op.cond);
    return make_syndrome(ec, op.len == 4, iss);
}

Syndrome iss_mcr_mrc(u32 raw) {
    return Syndrome()
        .with(iss::opc2, bits(raw, 7, 5))
        .with(iss::opc1, bits(raw, 23, 21))
        .with(iss::crn, bits(raw, 19, 16))
        .with(iss::rt, bits(raw, 15, 12))
        .with(iss::crm, bits(raw, 3, 0))
        .with(iss::is_read, bits(raw, 20, 20));
}

Syndrome iss_mcrr_mrrc(u32 raw) {
    return Syndrome()
        .with(iss::wide_opc1, bits(raw, 7, 4))
        .with(iss::rt2, bits(raw, 19, 16))
        .with(iss::rt, bits(raw, 15, 12))
        .with(iss::crm, bits(raw, 3, 0))
        .with(iss::is_read, bits(raw, 20, 20));
}

}  // namespace vtoll::isa

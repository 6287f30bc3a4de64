// SPDX-License-Identifier: Apache-2.0
// HSR, ARM DDI 0406C §B3.13.6.
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

namespace {
constexpr u32 iss_isv = 1u << 24;

/// IL is UNK for an unknown reason, a Prefetch Abort and a Data Abort whose instruction is not described.
bool il_valid(Ec ec, u32 iss) {
    switch (ec) {
    case Ec::unknown:
    case Ec::prefetch_abort:
    case Ec::prefetch_abort_hyp: return false;
    case Ec::data_abort:
    case Ec::data_abort_hyp: return iss & iss_isv;
    default: return true;
    }
}
}  // namespace

u32 make_hsr(Ec ec, bool il32, u32 iss) {
    return u32(ec) << 26 | (il32 && il_valid(ec, iss) ? 1u << 25 : 0) | (iss & 0x1ff'ffff);
}

u32 trap_hsr(const CpuState& s, const Op& op, Ec ec, u32 iss) {
    // Exception classes 0x01..0x0f carry the condition. In T32, CV and whether COND is the condition or AL are
    // IMPLEMENTATION DEFINED for an instruction that passed its condition: we give AL.
    if ((u32(ec) & 0x30) == 0 && ec != Ec::unknown) {
        const u32 cond = s.thumb ? 14u : op.cond;
        iss = (iss & 0xf'ffff) | 1u << 24 | cond << 20;
    }
    return make_hsr(ec, op.len == 4, iss);
}

u32 iss_mcr_mrc(u32 raw) {
    return bits(raw, 7, 5) << 17 | bits(raw, 23, 21) << 14 | bits(raw, 19, 16) << 10 | bits(raw, 15, 12) << 5 |
           bits(raw, 3, 0) << 1 | bits(raw, 20, 20);
}

u32 iss_mcrr_mrrc(u32 raw) {
    return bits(raw, 7, 4) << 16 | bits(raw, 19, 16) << 10 | bits(raw, 15, 12) << 5 | bits(raw, 3, 0) << 1 |
           bits(raw, 20, 20);
}

}  // namespace vtoll::isa

// SPDX-License-Identifier: Apache-2.0
// MRS and MSR of banked registers, ARM DDI 0406C §B9.2.3, §B9.3.9-10. What a hypervisor's world switch is made of.
#include <optional>

#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

namespace {

enum Kind : u8 { core_register, saved_psr, exception_link };

/// A banked register: what R and SYSm name.
struct Banked {
    Kind kind;
    u8 n;  ///< register number
    Mode mode;
};

/// The register, or nothing for a reserved encoding. SP_hyp, SPSR_hyp and Monitor mode's registers are accessible from
/// Monitor mode only, so on a processor without it their encodings are as good as reserved.
std::optional<Banked> banked_register(bool spsr, u32 sysm) {
    constexpr Mode by_pair[4] = {Mode::irq, Mode::svc, Mode::abt, Mode::und};
    const bool pairs = (sysm >> 3) == 2;
    if (spsr) {
        if (sysm == 0x0e) return Banked{saved_psr, 0, Mode::fiq};
        if (pairs && !(sysm & 1)) return Banked{saved_psr, 0, by_pair[(sysm >> 1) & 3]};
        return std::nullopt;
    }
    if (sysm == 0x1e) return Banked{exception_link, 0, Mode::hyp};
    if (pairs) return Banked{core_register, static_cast<u8>(sysm & 1 ? 13 : 14), by_pair[(sysm >> 1) & 3]};
    if (sysm < 16 && (sysm & 7) != 7)
        return Banked{core_register, static_cast<u8>(8 + (sysm & 7)), sysm < 8 ? Mode::usr : Mode::fiq};
    return std::nullopt;
}

/// BankedRegisterAccessValid() and SPSRaccessValid(): a mode may not name its own registers this way.
bool access_valid(const CpuState& s, const Op& op) {
    const Mode now = s.mode(), target = static_cast<Mode>(op.ra);
    if (op.shift == exception_link) return now == Mode::hyp;
    if (target != Mode::usr) return now != target;
    if (op.amount == 13) return now != Mode::sys;
    if (op.amount == 14) return now != Mode::sys && now != Mode::hyp;
    return now == Mode::fiq;
}

// op.shift: kind, op.amount: register number, op.ra: mode.
const Op* mrs_banked(CpuState& s, const Op* op) {
    if (!access_valid(s, *op)) return TakeUndefInstrException(s, op);
    const Mode mode = static_cast<Mode>(op->ra);
    s.r[op->rd] = op->shift == core_register ? s.read_banked(op->amount, mode)
                  : op->shift == saved_psr   ? s.bank_spsr[bank_of(mode)]
                                             : s.elr_hyp;
    VTOLL_NEXT(s, op);
}
const Op* msr_banked(CpuState& s, const Op* op) {
    if (!access_valid(s, *op)) return TakeUndefInstrException(s, op);
    const Mode mode = static_cast<Mode>(op->ra);
    const u32 value = s.r[op->rn];
    if (op->shift == core_register) s.write_banked(op->amount, mode, value);
    else (op->shift == saved_psr ? s.bank_spsr[bank_of(mode)] : s.elr_hyp) = value;
    VTOLL_NEXT(s, op);
}

/// Common to both; `reg` is the core register that takes part.
template <bool Thumb>
Decoded banked(auto f, const DecodeContext& ctx, Decoding& op, u32 reg) {
    if (!ctx.features->virtualization) return Decoded::undefined;
    const std::optional<Banked> b = banked_register(f('R'), f('s') << 4 | f('m'));
    if (ctx.privilege == Privilege::pl0 || !b || bad_reg<Thumb>(reg)) return Decoded::unpredictable;
    op.shift = b->kind;
    op.amount = b->n;
    op.ra = static_cast<u8>(b->mode);
    return Decoded::ok;
}

template <bool Thumb>
Decoded mrs_row(auto f, const DecodeContext& ctx, Decoding& op) {
    op.rd = writes(op, f('d'));
    const Decoded d = banked<Thumb>(f, ctx, op, op.rd);
    return d == Decoded::ok ? bind<&mrs_banked>(op) : d;
}
template <bool Thumb>
Decoded msr_row(auto f, const DecodeContext& ctx, Decoding& op) {
    op.rn = reads(op, f('n'));
    op.properties.sets = Sets::banked_register;
    const Decoded d = banked<Thumb>(f, ctx, op, op.rn);
    return d == Decoded::ok ? bind<&msr_banked>(op) : d;
}

}  // namespace

VTOLL_A32_T32(MRS_banked, mrs_row)
VTOLL_A32_T32(MSR_banked, msr_row)

}  // namespace vtoll::isa

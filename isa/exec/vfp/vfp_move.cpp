// SPDX-License-Identifier: Apache-2.0
// VMOV (immediate), VMOV (register), VABS, VNEG; VCMP and VCMPE. ARM DDI 0406C §A8.8.
#include "isa/exec/vfp/vfp_arithmetic.hpp"

namespace vtoll::isa {

namespace {

// --- bit patterns: NaNs are not looked at, no flag is set

template <class T>
constexpr T copy(T operand) {
    return operand;
}

template <class T, auto Function>
bool unary(CpuState& s, const Op& op) {
    if (short_vectors(s)) [[unlikely]]
        return TakeUndefInstrException(s, &op) != nullptr;
    write_fp<T>(s, op.rd, Function(read_fp<T>(s, op.rm)));
    return true;
}

/// op.imm: the upper half of a double, whose lower half is 0.
template <class T>
bool immediate(CpuState& s, const Op& op) {
    if (short_vectors(s)) [[unlikely]]
        return TakeUndefInstrException(s, &op) != nullptr;
    write_fp<T>(s, op.rd, T{op.imm} << (8 * sizeof(T) - 32));
    return true;
}

// Len can make them UNDEFINED: vfp_arithmetic.hpp.
template <class T, auto Function>
Decoded two(auto f, const DecodeContext& ctx, Decoding& op) {
    reads_flags(op, flag::fp_control);
    return two_fp_registers<unary<T, Function>, T>(f, ctx, op);
}
template <class T>
Decoded expand(auto f, const DecodeContext& ctx, Decoding& op) {
    reads_flags(op, flag::fp_control);
    op.imm = static_cast<u32>(fp::VFPExpandImm<T>(f('i')) >> (8 * sizeof(T) - 32));
    return one_fp_register<immediate<T>, T>(f, ctx, op);
}

// --- comparisons

enum class With : u8 { reg, zero };

template <class T, bool QuietNanExc, With Other>
[[gnu::noinline]] const Op* compare_slow(CpuState& s, const Op* op) {
    const T other = Other == With::zero ? T{0} : read_fp<T>(s, op->rm);
    const u32 nzcv = fp::FPCompare<vfp_control>(read_fp<T>(s, op->rd), other, QuietNanExc, s.fpscr);
    s.fpscr = (s.fpscr & ~fp::fpscr::NZCV) | nzcv;
    VTOLL_NEXT(s, op);
}

template <class T, bool QuietNanExc, With Other>
[[gnu::always_inline]] inline const Op* compare(CpuState& s, const Op* op) {
    const T other = Other == With::zero ? T{0} : read_fp<T>(s, op->rm);
    u32 nzcv;
    if (fp::Compare::quick<vfp_control>(read_fp<T>(s, op->rd), other, s.fpscr, nzcv)) [[likely]] {
        s.fpscr = (s.fpscr & ~fp::fpscr::NZCV) | nzcv;
        VTOLL_NEXT(s, op);
    }
    return compare_slow<T, QuietNanExc, Other>(s, op);
}

/// The first operand is in the field of destinations.
template <class T, bool QuietNanExc>
Decoded with_register(auto f, const DecodeContext& ctx, Decoding& op) {
    computes(op);
    writes_flags(op, flag::fp_nzcv);
    return two_fp_registers<compare<T, QuietNanExc, With::reg>, T, T, Use::read>(f, ctx, op);
}
template <class T, bool QuietNanExc>
Decoded with_zero(auto f, const DecodeContext& ctx, Decoding& op) {
    computes(op);
    writes_flags(op, flag::fp_nzcv);
    return one_fp_register<compare<T, QuietNanExc, With::zero>, T, Use::read>(f, ctx, op);
}

}  // namespace

VTOLL_VFP(VMOV_imm_S, expand<u32>)
VTOLL_VFP(VMOV_imm_D, expand<u64>)
VTOLL_VFP(VMOV_reg_S, two<u32, copy<u32>>)
VTOLL_VFP(VMOV_reg_D, two<u64, copy<u64>>)
VTOLL_VFP(VABS_S, two<u32, fp::FPAbs<u32>>)
VTOLL_VFP(VABS_D, two<u64, fp::FPAbs<u64>>)
VTOLL_VFP(VNEG_S, two<u32, fp::FPNeg<u32>>)
VTOLL_VFP(VNEG_D, two<u64, fp::FPNeg<u64>>)

VTOLL_VFP(VCMP_S, with_register<u32, false>)
VTOLL_VFP(VCMP_D, with_register<u64, false>)
VTOLL_VFP(VCMPE_S, with_register<u32, true>)
VTOLL_VFP(VCMPE_D, with_register<u64, true>)
VTOLL_VFP(VCMP_zero_S, with_zero<u32, false>)
VTOLL_VFP(VCMP_zero_D, with_zero<u64, false>)
VTOLL_VFP(VCMPE_zero_S, with_zero<u32, true>)
VTOLL_VFP(VCMPE_zero_D, with_zero<u64, true>)

}  // namespace vtoll::isa

// SPDX-License-Identifier: Apache-2.0
// VCVT, VCVTR, VCVTB, VCVTT. ARM DDI 0406C §A8.8.306, §A8.8.308, §A8.8.309, §A8.8.311.
#include "isa/exec/vfp/vfp_arithmetic.hpp"

namespace vtoll::isa {

namespace {

// --- between formats

void single_to_double(CpuState& s, const Op& op) {
    s.d[op.rd] = fp::FPSingleToDouble<vfp_control>(read_s(s, op.rm), s.fpscr);
}
void double_to_single(CpuState& s, const Op& op) {
    write_s(s, op.rd, fp::FPDoubleToSingle<vfp_control>(s.d[op.rm], s.fpscr));
}

enum class Half : u8 { bottom, top };

template <Half Which>
void half_to_single(CpuState& s, const Op& op) {
    const u32 word = read_s(s, op.rm);
    const u16 half = static_cast<u16>(Which == Half::top ? word >> 16 : word);
    write_s(s, op.rd, fp::FPHalfToSingle<vfp_control>(half, s.fpscr));
}
/// The other half of the destination stays.
template <Half Which>
void single_to_half(CpuState& s, const Op& op) {
    const u32 half = fp::FPSingleToHalf<vfp_control>(read_s(s, op.rm), s.fpscr), old = read_s(s, op.rd);
    write_s(s, op.rd, Which == Half::top ? (old & 0xffff) | half << 16 : (old & 0xffff'0000) | half);
}

template <auto Body, class To, class From, Use Destination = Use::write>
Decoded convert(auto f, const DecodeContext& ctx, Decoding& op) {
    computes(op);
    return two_fp_registers<Body, To, From, Destination>(f, ctx, op);
}
template <Half Which>
Decoded from_half(auto f, const DecodeContext& ctx, Decoding& op) {
    return ctx.features->vfpv4 ? convert<half_to_single<Which>, u32, u32>(f, ctx, op) : Decoded::undefined;
}
template <Half Which>
Decoded to_half(auto f, const DecodeContext& ctx, Decoding& op) {
    return ctx.features->vfpv4 ? convert<single_to_half<Which>, u32, u32, Use::update>(f, ctx, op) : Decoded::undefined;
}

// --- integers

template <class T, class Integer>
void from_integer(CpuState& s, const Op& op) {
    write_fp<T>(s, op.rd, fp::IntegerToFP<vfp_control, T>(static_cast<Integer>(read_s(s, op.rm)), s.fpscr));
}
template <class T, class Integer>
void to_integer(CpuState& s, const Op& op) {
    constexpr bool is_unsigned = !std::is_signed_v<Integer>;
    write_s(s, op.rd, fp::FPToInteger<vfp_control, is_unsigned>(read_fp<T>(s, op.rm), s.fpscr));
}
template <class T, class Integer>
void to_integer_rounded(CpuState& s, const Op& op) {
    constexpr bool is_unsigned = !std::is_signed_v<Integer>;
    const s64 value = fp::FPToFixed<vfp_control>(read_fp<T>(s, op.rm), 32, 0, is_unsigned, false, s.fpscr);
    write_s(s, op.rd, static_cast<u32>(value));
}

/// Every word is a double exactly.
template <class T, class Integer>
Decoded integer_to_fp(auto f, const DecodeContext& ctx, Decoding& op) {
    if (sizeof(T) == 4) computes(op);
    return two_fp_registers<from_integer<T, Integer>, T, u32>(f, ctx, op);
}
template <class T, class Integer>
Decoded fp_to_integer(auto f, const DecodeContext& ctx, Decoding& op) {
    return convert<to_integer<T, Integer>, u32, T>(f, ctx, op);
}
template <class T, class Integer>
Decoded fp_to_integer_rounded(auto f, const DecodeContext& ctx, Decoding& op) {
    return convert<to_integer_rounded<T, Integer>, u32, T>(f, ctx, op);
}

// --- fixed point, in place. op.imm: fraction bits. To nearest one way, towards zero the other

template <class T, class Fixed>
void from_fixed(CpuState& s, const Op& op) {
    const Fixed operand = static_cast<Fixed>(read_fp<T>(s, op.rd));
    write_fp<T>(s, op.rd, fp::FixedToFP<vfp_control, T>(operand, op.imm, true, s.fpscr));
}
/// The result is extended to the width of the register.
template <class T, class Fixed>
void to_fixed(CpuState& s, const Op& op) {
    const s64 value = fp::FPToFixed<vfp_control>(read_fp<T>(s, op.rd), 8 * sizeof(Fixed), op.imm,
                                                 !std::is_signed_v<Fixed>, true, s.fpscr);
    write_fp<T>(s, op.rd, static_cast<T>(value));
}

template <auto Body, class T, class Fixed>
Decoded fixed_point(auto f, const DecodeContext& ctx, Decoding& op) {
    const u32 size = 8 * sizeof(Fixed), less = f('k') << 1 | f('j');
    if (less > size) return Decoded::unpredictable;
    op.imm = size - less;
    return one_fp_register<Body, T, Use::update>(f, ctx, op);
}
template <class T, class Fixed>
Decoded fixed_to_fp(auto f, const DecodeContext& ctx, Decoding& op) {
    if (sizeof(T) == 4 && sizeof(Fixed) == 4) sets_sticky(op, flag::fp_status);  // all others are exact
    return fixed_point<from_fixed<T, Fixed>, T, Fixed>(f, ctx, op);
}
template <class T, class Fixed>
Decoded fp_to_fixed(auto f, const DecodeContext& ctx, Decoding& op) {
    computes(op);
    return fixed_point<to_fixed<T, Fixed>, T, Fixed>(f, ctx, op);
}

}  // namespace

VTOLL_VFP(VCVT_f64_f32, convert<single_to_double, u64, u32>)
VTOLL_VFP(VCVT_f32_f64, convert<double_to_single, u32, u64>)
VTOLL_VFP(VCVTB_f32_f16, from_half<Half::bottom>)
VTOLL_VFP(VCVTT_f32_f16, from_half<Half::top>)
VTOLL_VFP(VCVTB_f16_f32, to_half<Half::bottom>)
VTOLL_VFP(VCVTT_f16_f32, to_half<Half::top>)

VTOLL_VFP(VCVT_f32_u32, integer_to_fp<u32, u32>)
VTOLL_VFP(VCVT_f32_s32, integer_to_fp<u32, s32>)
VTOLL_VFP(VCVT_f64_u32, integer_to_fp<u64, u32>)
VTOLL_VFP(VCVT_f64_s32, integer_to_fp<u64, s32>)
VTOLL_VFP(VCVT_u32_f32, fp_to_integer<u32, u32>)
VTOLL_VFP(VCVT_s32_f32, fp_to_integer<u32, s32>)
VTOLL_VFP(VCVT_u32_f64, fp_to_integer<u64, u32>)
VTOLL_VFP(VCVT_s32_f64, fp_to_integer<u64, s32>)
VTOLL_VFP(VCVTR_u32_f32, fp_to_integer_rounded<u32, u32>)
VTOLL_VFP(VCVTR_s32_f32, fp_to_integer_rounded<u32, s32>)
VTOLL_VFP(VCVTR_u32_f64, fp_to_integer_rounded<u64, u32>)
VTOLL_VFP(VCVTR_s32_f64, fp_to_integer_rounded<u64, s32>)

#define VTOLL_VFP_FIXED(type)                                  \
    VTOLL_VFP(VCVT_f32_##type##_fixed, fixed_to_fp<u32, type>) \
    VTOLL_VFP(VCVT_f64_##type##_fixed, fixed_to_fp<u64, type>) \
    VTOLL_VFP(VCVT_##type##_f32_fixed, fp_to_fixed<u32, type>) \
    VTOLL_VFP(VCVT_##type##_f64_fixed, fp_to_fixed<u64, type>)
VTOLL_VFP_FIXED(s16)
VTOLL_VFP_FIXED(u16)
VTOLL_VFP_FIXED(s32)
VTOLL_VFP_FIXED(u32)

}  // namespace vtoll::isa

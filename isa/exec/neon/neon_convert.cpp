// SPDX-License-Identifier: Apache-2.0
// VCVT of vectors, VRECPE, VRSQRTE. ARM DDI 0406C §A8.8.305 to §A8.8.311, §A8.8.383, §A8.8.400.
#include "isa/exec/neon/neon_float.hpp"

namespace vtoll::isa {

namespace {

constexpr fp::Control standard = fp::Control::standard;

struct ReciprocalEstimate {
    static u32 of(u32 m, u32& fpscr) { return fp::FPRecipEstimate(m, fpscr); }
};
struct ReciprocalRootEstimate {
    static u32 of(u32 m, u32& fpscr) { return fp::FPRSqrtEstimate(m, fpscr); }
};
struct UnsignedReciprocalEstimate {
    static constexpr bool sets_no_status = true;
    static u32 of(u32 m, u32&) { return fp::UnsignedRecipEstimate(m); }
};
struct UnsignedReciprocalRootEstimate {
    static constexpr bool sets_no_status = true;
    static u32 of(u32 m, u32&) { return fp::UnsignedRSqrtEstimate(m); }
};

template <bool IsUnsigned>
struct ToInteger {
    static u32 of(u32 m, u32& fpscr) { return fp::FPToInteger<standard, IsUnsigned>(m, fpscr); }
};
template <bool IsUnsigned>
struct FromInteger {
    static constexpr bool rounds = true;
    [[gnu::always_inline]] static u32 quick(u32 m, u32&) {
        return fp::pattern(IsUnsigned ? static_cast<float>(m) : static_cast<float>(static_cast<s32>(m)));
    }
    static u32 of(u32 m, u32& fpscr) {
        return fp::IntegerToFP<standard, u32>(IsUnsigned ? s64{m} : s64{static_cast<s32>(m)}, fpscr);
    }
};

// --- fixed point: op.amount fraction bits --------------------------------------------------------------------------

template <bool IsUnsigned, unsigned Bytes>
void to_fixed(CpuState& s, const Op& op) {
    auto m = read_lanes<u32, Bytes>(s, op.rm);
    for (unsigned i = 0; i < m.count; ++i)
        m[i] = static_cast<u32>(fp::FPToFixed<standard>(m[i], 32, op.amount, IsUnsigned, true, s.fpscr));
    write_lanes(s, op.rd, m);
}
template <bool IsUnsigned, unsigned Bytes>
void from_fixed(CpuState& s, const Op& op) {
    auto m = read_lanes<u32, Bytes>(s, op.rm);
    for (unsigned i = 0; i < m.count; ++i) {
        const s64 value = IsUnsigned ? s64{m[i]} : s64{static_cast<s32>(m[i])};
        m[i] = fp::FixedToFP<standard, u32>(value, op.amount, true, s.fpscr);
    }
    write_lanes(s, op.rd, m);
}

// --- half precision ------------------------------------------------------------------------------------------------

void single_to_half(CpuState& s, const Op& op) {
    const auto m = read_lanes<u32, 16>(s, op.rm);
    Lanes<u16, 8> d;
    for (unsigned i = 0; i < d.count; ++i) d[i] = fp::FPSingleToHalf<standard>(m[i], s.fpscr);
    write_lanes(s, op.rd, d);
}
void half_to_single(CpuState& s, const Op& op) {
    const auto m = read_lanes<u16, 8>(s, op.rm);
    Lanes<u32, 16> d;
    for (unsigned i = 0; i < d.count; ++i) d[i] = fp::FPHalfToSingle<standard>(m[i], s.fpscr);
    write_lanes(s, op.rd, d);
}

// --- translators ---------------------------------------------------------------------------------------------------

template <class F>
Decoded two(auto f, const DecodeContext& ctx, Decoding& op) {
    return set_registers(f, ctx, op) ? bind_float_two<F>(op, f('Q')) : Decoded::undefined;
}
template <template <bool> class F>
Decoded integer(auto f, const DecodeContext& ctx, Decoding& op) {
    return f('u') ? two<F<true>>(f, ctx, op) : two<F<false>>(f, ctx, op);
}
bool set_fixed(auto f, const DecodeContext& ctx, Decoding& op) {
    op.amount = static_cast<u8>(32 - f('i'));
    sets_sticky(op, flag::fp_status);
    return set_registers(f, ctx, op);
}

}  // namespace

VTOLL_NEON(VRECPE_u32, return two<UnsignedReciprocalEstimate>(f, ctx, op);)
VTOLL_NEON(VRECPE_f32, return two<ReciprocalEstimate>(f, ctx, op);)
VTOLL_NEON(VRSQRTE_u32, return two<UnsignedReciprocalRootEstimate>(f, ctx, op);)
VTOLL_NEON(VRSQRTE_f32, return two<ReciprocalRootEstimate>(f, ctx, op);)

VTOLL_NEON(VCVT_simd_f32_int, return integer<FromInteger>(f, ctx, op);)
VTOLL_NEON(VCVT_simd_int_f32, return integer<ToInteger>(f, ctx, op);)
VTOLL_NEON(VCVT_simd_f32_fixed, {
    if (!set_fixed(f, ctx, op)) return Decoded::undefined;
    if (f('U')) return f('Q') ? bind_neon<from_fixed<true, 16>>(op) : bind_neon<from_fixed<true, 8>>(op);
    return f('Q') ? bind_neon<from_fixed<false, 16>>(op) : bind_neon<from_fixed<false, 8>>(op);
})
VTOLL_NEON(VCVT_simd_fixed_f32, {
    if (!set_fixed(f, ctx, op)) return Decoded::undefined;
    if (f('U')) return f('Q') ? bind_neon<to_fixed<true, 16>>(op) : bind_neon<to_fixed<true, 8>>(op);
    return f('Q') ? bind_neon<to_fixed<false, 16>>(op) : bind_neon<to_fixed<false, 8>>(op);
})
VTOLL_NEON(VCVT_simd_f16_f32, {
    if (!ctx.features->vfpv4 || !set_registers(f, ctx, op, false, false, true)) return Decoded::undefined;
    reads_flags(op, flag::fp_control);  // AHP
    sets_sticky(op, flag::fp_status);
    return bind_neon<single_to_half>(op);
})
VTOLL_NEON(VCVT_simd_f32_f16, {
    if (!ctx.features->vfpv4 || !set_registers(f, ctx, op, true, false, false)) return Decoded::undefined;
    reads_flags(op, flag::fp_control);
    sets_sticky(op, flag::fp_status);
    return bind_neon<half_to_single>(op);
})

}  // namespace vtoll::isa

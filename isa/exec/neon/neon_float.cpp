// SPDX-License-Identifier: Apache-2.0
// Single-precision arithmetic and comparisons. ARM DDI 0406C §A7.4.1, §A7.4.3, §A7.4.5.
#include "isa/exec/neon/neon_float.hpp"

namespace vtoll::isa {

namespace {

constexpr fp::Control standard = fp::Control::standard;

// --- operations ----------------------------------------------------------------------------------------------------

struct FloatAdd {
    static constexpr bool rounds = true;
    [[gnu::always_inline]] static u32 quick(u32 n, u32 m, u32& odd) {
        const u32 sum = fp::pattern(fp::host(n) + fp::host(m));
        odd |= odd_operand(n) | odd_operand(m) | odd_result(sum);
        return sum;
    }
    static u32 of(u32 n, u32 m, u32& fpscr) { return fp::FPAdd<standard>(n, m, fpscr); }
};
struct FloatSub {
    static constexpr bool rounds = true;
    [[gnu::always_inline]] static u32 quick(u32 n, u32 m, u32& odd) { return FloatAdd::quick(n, fp::FPNeg(m), odd); }
    static u32 of(u32 n, u32 m, u32& fpscr) { return fp::FPSub<standard>(n, m, fpscr); }
};
struct FloatMul {
    static constexpr bool rounds = true;
    [[gnu::always_inline]] static u32 quick(u32 n, u32 m, u32& odd) {
        const u32 product = fp::pattern(fp::host(n) * fp::host(m));
        odd |= odd_operand(n) | odd_operand(m) | odd_result(product);
        return product;
    }
    static u32 of(u32 n, u32 m, u32& fpscr) { return fp::FPMul<standard>(n, m, fpscr); }
};
struct FloatAbsDifference {
    static constexpr bool rounds = true;
    [[gnu::always_inline]] static u32 quick(u32 n, u32 m, u32& odd) { return fp::FPAbs(FloatSub::quick(n, m, odd)); }
    static u32 of(u32 n, u32 m, u32& fpscr) { return fp::FPAbs(FloatSub::of(n, m, fpscr)); }
};

/// The product is rounded before it is added.
template <bool Subtract>
struct FloatMulThenAdd {
    static constexpr bool rounds = true;
    static u32 addend(u32 product) { return Subtract ? fp::FPNeg(product) : product; }
    [[gnu::always_inline]] static u32 quick(u32 d, u32 n, u32 m, u32& odd) {
        return FloatAdd::quick(d, addend(FloatMul::quick(n, m, odd)), odd);
    }
    static u32 of(u32 d, u32 n, u32 m, u32& fpscr) { return FloatAdd::of(d, addend(FloatMul::of(n, m, fpscr)), fpscr); }
};
template <bool Subtract>
struct FloatFused {
    static constexpr bool rounds = true;
    static u32 factor(u32 n) { return Subtract ? fp::FPNeg(n) : n; }
    // In double precision the product is exact, and rounding the sum twice is rounding it once, unless the first
    // rounding ends halfway between two singles.
    [[gnu::always_inline]] static u32 quick(u32 d, u32 n, u32 m, u32& odd) {
        constexpr u32 lost = (1u << 29) - 1, halfway = 1u << 28;
        const double exact = double{fp::host(factor(n))} * double{fp::host(m)} + double{fp::host(d)};
        const u32 sum = fp::pattern(static_cast<float>(exact));
        odd |= odd_operand(d) | odd_operand(n) | odd_operand(m) | odd_result(sum);
        odd |= (static_cast<u32>(fp::pattern(exact)) & lost) == halfway ? 1 : 0;
        return sum;
    }
    static u32 of(u32 d, u32 n, u32 m, u32& fpscr) { return fp::FPMulAdd<standard>(d, factor(n), m, fpscr); }
};

constexpr u32 all_ones(bool condition) { return condition ? ~0u : 0u; }

struct FloatMax {
    static constexpr bool rounds = false;
    [[gnu::always_inline]] static u32 quick(u32 n, u32 m, u32& odd) {
        const u32 greater = all_ones(fp::host(n) > fp::host(m)), less = all_ones(fp::host(n) < fp::host(m));
        odd |= odd_number(n) | odd_number(m);
        odd |= ~(greater | less | all_ones(n == m));  // zeros of either sign
        return (n & greater) | (m & ~greater);
    }
    static u32 of(u32 n, u32 m, u32& fpscr) { return fp::FPMax<standard>(n, m, fpscr); }
};
struct FloatMin {
    static constexpr bool rounds = false;
    [[gnu::always_inline]] static u32 quick(u32 n, u32 m, u32& odd) {
        return fp::FPNeg(FloatMax::quick(fp::FPNeg(n), fp::FPNeg(m), odd));
    }
    static u32 of(u32 n, u32 m, u32& fpscr) { return fp::FPMin<standard>(n, m, fpscr); }
};
struct FloatRecipStep {
    static u32 of(u32 n, u32 m, u32& fpscr) { return fp::FPRecipStep(n, m, fpscr); }
};
struct FloatRSqrtStep {
    static u32 of(u32 n, u32 m, u32& fpscr) { return fp::FPRSqrtStep(n, m, fpscr); }
};

struct FloatEqual {
    static constexpr bool rounds = false;
    [[gnu::always_inline]] static u32 quick(u32 n, u32 m, u32& odd) {
        odd |= odd_number(n) | odd_number(m);
        return all_ones(fp::host(n) == fp::host(m));
    }
    static u32 of(u32 n, u32 m, u32& fpscr) { return all_ones(fp::FPCompareEQ<standard>(n, m, fpscr)); }
};
struct FloatGreaterEqual {
    static constexpr bool rounds = false;
    [[gnu::always_inline]] static u32 quick(u32 n, u32 m, u32& odd) {
        odd |= odd_number(n) | odd_number(m);
        return all_ones(fp::host(n) >= fp::host(m));
    }
    static u32 of(u32 n, u32 m, u32& fpscr) { return all_ones(fp::FPCompareGE<standard>(n, m, fpscr)); }
};
struct FloatGreater {
    static constexpr bool rounds = false;
    [[gnu::always_inline]] static u32 quick(u32 n, u32 m, u32& odd) {
        odd |= odd_number(n) | odd_number(m);
        return all_ones(fp::host(n) > fp::host(m));
    }
    static u32 of(u32 n, u32 m, u32& fpscr) { return all_ones(fp::FPCompareGT<standard>(n, m, fpscr)); }
};
template <class Comparison>
struct OfMagnitudes {
    static constexpr bool rounds = false;
    [[gnu::always_inline]] static u32 quick(u32 n, u32 m, u32& odd) {
        return Comparison::quick(fp::FPAbs(n), fp::FPAbs(m), odd);
    }
    static u32 of(u32 n, u32 m, u32& fpscr) { return Comparison::of(fp::FPAbs(n), fp::FPAbs(m), fpscr); }
};
template <class Comparison>
struct AgainstZero {
    static constexpr bool rounds = false;
    [[gnu::always_inline]] static u32 quick(u32 m, u32& odd) { return Comparison::quick(m, 0u, odd); }
    static u32 of(u32 m, u32& fpscr) { return Comparison::of(m, 0u, fpscr); }
};
template <class Comparison>
struct ZeroAgainst {
    static constexpr bool rounds = false;
    [[gnu::always_inline]] static u32 quick(u32 m, u32& odd) { return Comparison::quick(0u, m, odd); }
    static u32 of(u32 m, u32& fpscr) { return Comparison::of(0u, m, fpscr); }
};

// Sign bits only: no NaN is processed, no flag set.
struct FloatAbs {
    static u32 of(u32 m) { return fp::FPAbs(m); }
};
struct FloatNeg {
    static u32 of(u32 m) { return fp::FPNeg(m); }
};

// --- translators ---------------------------------------------------------------------------------------------------

template <class F>
Decoded three(auto f, const DecodeContext& ctx, Decoding& op) {
    return set_registers(f, ctx, op) ? bind_float_three<F>(op, f('Q')) : Decoded::undefined;
}
template <class F>
Decoded fused(auto f, const DecodeContext& ctx, Decoding& op) {
    return ctx.features->vfpv4 ? three<F>(f, ctx, op) : Decoded::undefined;
}
template <class F>
Decoded by_scalar(auto f, const DecodeContext& ctx, Decoding& op) {
    const bool quad = f('Q');
    const Decoded d = set_scalar_operands(f, ctx, op, quad, quad);
    return d == Decoded::ok ? bind_float_three<F, true>(op, quad) : d;
}
template <class F>
Decoded pairwise(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!set_registers(f, ctx, op, false, false, false)) return Decoded::undefined;
    sets_sticky(op, flag::fp_status);
    return bind_neon<float_pairwise<F>>(op);
}
template <class F>
Decoded two(auto f, const DecodeContext& ctx, Decoding& op) {
    return set_registers(f, ctx, op) ? bind_float_two<F>(op, f('Q')) : Decoded::undefined;
}

}  // namespace

VTOLL_NEON(VADD_f32, return three<FloatAdd>(f, ctx, op);)
VTOLL_NEON(VSUB_f32, return three<FloatSub>(f, ctx, op);)
VTOLL_NEON(VABD_f32, return three<FloatAbsDifference>(f, ctx, op);)
VTOLL_NEON(VMUL_f32, return three<FloatMul>(f, ctx, op);)
VTOLL_NEON(VMLA_f32, return three<FloatMulThenAdd<false>>(f, ctx, op);)
VTOLL_NEON(VMLS_f32, return three<FloatMulThenAdd<true>>(f, ctx, op);)
VTOLL_NEON(VFMA_f32, return fused<FloatFused<false>>(f, ctx, op);)
VTOLL_NEON(VFMS_f32, return fused<FloatFused<true>>(f, ctx, op);)
VTOLL_NEON(VMAX_f32, return three<FloatMax>(f, ctx, op);)
VTOLL_NEON(VMIN_f32, return three<FloatMin>(f, ctx, op);)
VTOLL_NEON(VRECPS, return three<FloatRecipStep>(f, ctx, op);)
VTOLL_NEON(VRSQRTS, return three<FloatRSqrtStep>(f, ctx, op);)
VTOLL_NEON(VPADD_f32, return pairwise<FloatAdd>(f, ctx, op);)
VTOLL_NEON(VPMAX_f32, return pairwise<FloatMax>(f, ctx, op);)
VTOLL_NEON(VPMIN_f32, return pairwise<FloatMin>(f, ctx, op);)

VTOLL_NEON(VCEQ_f32, return three<FloatEqual>(f, ctx, op);)
VTOLL_NEON(VCGE_f32, return three<FloatGreaterEqual>(f, ctx, op);)
VTOLL_NEON(VCGT_f32, return three<FloatGreater>(f, ctx, op);)
VTOLL_NEON(VACGE, return three<OfMagnitudes<FloatGreaterEqual>>(f, ctx, op);)
VTOLL_NEON(VACGT, return three<OfMagnitudes<FloatGreater>>(f, ctx, op);)
VTOLL_NEON(VCGT_f32_zero, return two<AgainstZero<FloatGreater>>(f, ctx, op);)
VTOLL_NEON(VCGE_f32_zero, return two<AgainstZero<FloatGreaterEqual>>(f, ctx, op);)
VTOLL_NEON(VCEQ_f32_zero, return two<AgainstZero<FloatEqual>>(f, ctx, op);)
VTOLL_NEON(VCLE_f32_zero, return two<ZeroAgainst<FloatGreaterEqual>>(f, ctx, op);)
VTOLL_NEON(VCLT_f32_zero, return two<ZeroAgainst<FloatGreater>>(f, ctx, op);)

VTOLL_NEON(VMUL_f32_scalar, return by_scalar<FloatMul>(f, ctx, op);)
VTOLL_NEON(VMLA_f32_scalar, return by_scalar<FloatMulThenAdd<false>>(f, ctx, op);)
VTOLL_NEON(VMLS_f32_scalar, return by_scalar<FloatMulThenAdd<true>>(f, ctx, op);)

VTOLL_NEON(VABS_f32, return set_registers(f, ctx, op) ? bind_two<FloatAbs, u32>(op, f('Q')) : Decoded::undefined;)
VTOLL_NEON(VNEG_f32, return set_registers(f, ctx, op) ? bind_two<FloatNeg, u32>(op, f('Q')) : Decoded::undefined;)

}  // namespace vtoll::isa

// SPDX-License-Identifier: Apache-2.0
// Single-precision arithmetic and comparisons. ARM DDI 0406C §A7.4.1, §A7.4.3, §A7.4.5.
#include "isa/exec/neon_float.hpp"

namespace vtoll::isa {

namespace {

constexpr fp::Control standard = fp::Control::standard;

// --- operations ---------------------------------------------------------------------------------------------------------------

/// One of isa/fp's operations.
template <class Operation>
struct Plain {
    static constexpr bool has_quick = true;
    [[gnu::always_inline]] static bool quick(u32 n, u32 m, u32 fpscr, u32& result) {
        return Operation::template quick<standard>(n, m, fpscr, result);
    }
    static u32 of(u32 n, u32 m, u32& fpscr) { return fp::detail::run<Operation, standard>(fpscr, n, m); }
};
using FloatAdd = Plain<fp::Add>;
using FloatSub = Plain<fp::Sub>;
using FloatMul = Plain<fp::Mul>;

struct FloatAbsDifference {
    static constexpr bool has_quick = true;
    [[gnu::always_inline]] static bool quick(u32 n, u32 m, u32 fpscr, u32& result) {
        const bool done = FloatSub::quick(n, m, fpscr, result);
        result = fp::FPAbs(result);
        return done;
    }
    static u32 of(u32 n, u32 m, u32& fpscr) { return fp::FPAbs(FloatSub::of(n, m, fpscr)); }
};

/// The product is rounded before it is added.
template <bool Subtract>
struct FloatMulThenAdd {
    static constexpr bool has_quick = true;
    [[gnu::always_inline]] static bool quick(u32 d, u32 n, u32 m, u32 fpscr, u32& result) {
        u32 product;
        const bool multiplied = FloatMul::quick(n, m, fpscr, product);
        return (Subtract ? FloatSub::quick(d, product, fpscr, result) : FloatAdd::quick(d, product, fpscr, result)) &&
               multiplied;
    }
    static u32 of(u32 d, u32 n, u32 m, u32& fpscr) {
        const u32 product = FloatMul::of(n, m, fpscr);
        return FloatAdd::of(d, Subtract ? fp::FPNeg(product) : product, fpscr);
    }
};
template <bool Subtract>
struct FloatFused {
    static constexpr bool has_quick = true;
    [[gnu::always_inline]] static bool quick(u32 d, u32 n, u32 m, u32 fpscr, u32& result) {
        return fp::MulAdd::quick<standard>(d, Subtract ? fp::FPNeg(n) : n, m, fpscr, result);
    }
    static u32 of(u32 d, u32 n, u32 m, u32& fpscr) {
        return fp::FPMulAdd<standard>(d, Subtract ? fp::FPNeg(n) : n, m, fpscr);
    }
};

struct FloatMax { static u32 of(u32 n, u32 m, u32& fpscr) { return fp::FPMax<standard>(n, m, fpscr); } };
struct FloatMin { static u32 of(u32 n, u32 m, u32& fpscr) { return fp::FPMin<standard>(n, m, fpscr); } };
struct FloatRecipStep { static u32 of(u32 n, u32 m, u32& fpscr) { return fp::FPRecipStep(n, m, fpscr); } };
struct FloatRSqrtStep { static u32 of(u32 n, u32 m, u32& fpscr) { return fp::FPRSqrtStep(n, m, fpscr); } };

constexpr u32 all_ones(bool condition) { return condition ? ~0u : 0u; }
struct FloatEqual {
    static u32 of(u32 n, u32 m, u32& fpscr) { return all_ones(fp::FPCompareEQ<standard>(n, m, fpscr)); }
};
struct FloatGreaterEqual {
    static u32 of(u32 n, u32 m, u32& fpscr) { return all_ones(fp::FPCompareGE<standard>(n, m, fpscr)); }
};
struct FloatGreater {
    static u32 of(u32 n, u32 m, u32& fpscr) { return all_ones(fp::FPCompareGT<standard>(n, m, fpscr)); }
};
template <class Comparison>
struct OfMagnitudes {
    static u32 of(u32 n, u32 m, u32& fpscr) { return Comparison::of(fp::FPAbs(n), fp::FPAbs(m), fpscr); }
};
template <class Comparison>
struct AgainstZero {
    static u32 of(u32 m, u32& fpscr) { return Comparison::of(m, 0u, fpscr); }
};
template <class Comparison>
struct ZeroAgainst {
    static u32 of(u32 m, u32& fpscr) { return Comparison::of(0u, m, fpscr); }
};

// Sign bits only: no NaN is processed, no flag set.
struct FloatAbs { static u32 of(u32 m) { return fp::FPAbs(m); } };
struct FloatNeg { static u32 of(u32 m) { return fp::FPNeg(m); } };

// --- translators ---------------------------------------------------------------------------------------------------------------

template <class F>
Decoded three(const Fields& f, const DecodeContext& ctx, Op& op) {
    return set_registers(f, ctx, op) ? bind_float_three<F>(op, f('Q')) : Decoded::undefined;
}
template <class F>
Decoded fused(const Fields& f, const DecodeContext& ctx, Op& op) {
    return ctx.features->vfpv4 ? three<F>(f, ctx, op) : Decoded::undefined;
}
template <class F>
Decoded by_scalar(const Fields& f, const DecodeContext& ctx, Op& op) {
    const bool quad = f('Q');
    const Decoded d = set_scalar_operands(f, ctx, op, quad, quad);
    return d == Decoded::ok ? bind_float_three<F, true>(op, quad) : d;
}
template <class F>
Decoded pairwise(const Fields& f, const DecodeContext& ctx, Op& op) {
    if (!set_registers(f, ctx, op, false, false, false)) return Decoded::undefined;
    return bind_neon<float_pairwise<F>>(op);
}
template <class F>
Decoded two(const Fields& f, const DecodeContext& ctx, Op& op) {
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

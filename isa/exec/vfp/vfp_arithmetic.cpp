// SPDX-License-Identifier: Apache-2.0
// VADD, VSUB, VMUL, VDIV, VSQRT, the chained and the fused multiply-adds. ARM DDI 0406C §A8.8.
#include "isa/exec/vfp/vfp_arithmetic.hpp"

namespace vtoll::isa {

namespace {

// An operation has quick() and full() as in isa/fp/arithmetic.hpp, on the registers d, n and m.

template <class Operation>
struct OfTwo {
    template <class T>
    [[gnu::always_inline]] static bool quick(T, T n, T m, u32 fpscr, T& result) {
        return Operation::template quick<vfp_control>(n, m, fpscr, result);
    }
    template <class T>
    static T full(T, T n, T m, u32& fpscr) {
        return Operation::template full<vfp_control>(n, m, fpscr);
    }
};

struct SquareRoot {
    template <class T>
    [[gnu::always_inline]] static bool quick(T, T, T m, u32 fpscr, T& result) {
        return fp::Sqrt::quick<vfp_control>(m, fpscr, result);
    }
    template <class T>
    static T full(T, T, T m, u32& fpscr) {
        return fp::Sqrt::full<vfp_control>(m, fpscr);
    }
};

struct NegatedProduct {
    template <class T>
    [[gnu::always_inline]] static bool quick(T, T n, T m, u32 fpscr, T& result) {
        const bool told = fp::Mul::quick<vfp_control>(n, m, fpscr, result);
        result = fp::FPNeg(result);
        return told;
    }
    template <class T>
    static T full(T, T n, T m, u32& fpscr) {
        return fp::FPNeg(fp::Mul::full<vfp_control>(n, m, fpscr));
    }
};

/// +-d +- (n * m), rounded after the product and after the sum.
template <bool NegateAddend, bool NegateProduct>
struct Chained {
    static constexpr bool accumulates = true;
    template <class T>
    [[gnu::always_inline]] static bool quick(T d, T n, T m, u32 fpscr, T& result) {
        T product;
        if (!fp::Mul::quick<vfp_control>(n, m, fpscr, product)) return false;
        return fp::Add::quick<vfp_control>(NegateAddend ? fp::FPNeg(d) : d,
                                           NegateProduct ? fp::FPNeg(product) : product, fpscr, result);
    }
    template <class T>
    static T full(T d, T n, T m, u32& fpscr) {
        const T product = fp::FPMul<vfp_control>(n, m, fpscr);
        return fp::FPAdd<vfp_control>(NegateAddend ? fp::FPNeg(d) : d, NegateProduct ? fp::FPNeg(product) : product,
                                      fpscr);
    }
};

/// +-d + (+-n * m), rounded once.
template <bool NegateAddend, bool NegateFactor>
struct Fused {
    static constexpr bool accumulates = true;
    template <class T>
    [[gnu::always_inline]] static bool quick(T d, T n, T m, u32 fpscr, T& result) {
        return fp::MulAdd::quick<vfp_control>(NegateAddend ? fp::FPNeg(d) : d, NegateFactor ? fp::FPNeg(n) : n, m,
                                              fpscr, result);
    }
    template <class T>
    static T full(T d, T n, T m, u32& fpscr) {
        return fp::MulAdd::full<vfp_control>(NegateAddend ? fp::FPNeg(d) : d, NegateFactor ? fp::FPNeg(n) : n, m,
                                             fpscr);
    }
};

template <class Operation, class T>
[[gnu::noinline]] const Op* arithmetic_slow(CpuState& s, const Op* op) {
    if (short_vectors(s)) return TakeUndefInstrException(s, op);
    const T result =
        Operation::template full<T>(read_fp<T>(s, op->rd), read_fp<T>(s, op->rn), read_fp<T>(s, op->rm), s.fpscr);
    write_fp(s, op->rd, result);
    VTOLL_NEXT(s, op);
}

/// Nothing is quick while Len is not 0.
template <class Operation, class T>
[[gnu::always_inline]] inline const Op* arithmetic(CpuState& s, const Op* op) {
    T result;
    if (Operation::template quick<T>(read_fp<T>(s, op->rd), read_fp<T>(s, op->rn), read_fp<T>(s, op->rm), s.fpscr,
                                     result)) [[likely]] {
        write_fp(s, op->rd, result);
        VTOLL_NEXT(s, op);
    }
    return arithmetic_slow<Operation, T>(s, op);
}

/// Operations that add to the destination say so.
template <class Operation>
constexpr Use destination_of = requires {
    Operation::accumulates;
}
? Use::update : Use::write;

template <class Operation, class T>
Decoded three(auto f, const DecodeContext& ctx, Decoding& op) {
    computes(op);
    return three_fp_registers<arithmetic<Operation, T>, T, destination_of<Operation>>(f, ctx, op);
}
template <class Operation, class T>
Decoded three_vfpv4(auto f, const DecodeContext& ctx, Decoding& op) {
    return ctx.features->vfpv4 ? three<Operation, T>(f, ctx, op) : Decoded::undefined;
}
template <class T>
Decoded square_root(auto f, const DecodeContext& ctx, Decoding& op) {
    computes(op);
    return two_fp_registers<arithmetic<SquareRoot, T>, T>(f, ctx, op);
}

}  // namespace

VTOLL_VFP(VADD_S, three<OfTwo<fp::Add>, u32>)
VTOLL_VFP(VADD_D, three<OfTwo<fp::Add>, u64>)
VTOLL_VFP(VSUB_S, three<OfTwo<fp::Sub>, u32>)
VTOLL_VFP(VSUB_D, three<OfTwo<fp::Sub>, u64>)
VTOLL_VFP(VMUL_S, three<OfTwo<fp::Mul>, u32>)
VTOLL_VFP(VMUL_D, three<OfTwo<fp::Mul>, u64>)
VTOLL_VFP(VDIV_S, three<OfTwo<fp::Div>, u32>)
VTOLL_VFP(VDIV_D, three<OfTwo<fp::Div>, u64>)
VTOLL_VFP(VNMUL_S, three<NegatedProduct, u32>)
VTOLL_VFP(VNMUL_D, three<NegatedProduct, u64>)
VTOLL_VFP(VSQRT_S, square_root<u32>)
VTOLL_VFP(VSQRT_D, square_root<u64>)

VTOLL_VFP(VMLA_S, three<Chained<false, false>, u32>)
VTOLL_VFP(VMLA_D, three<Chained<false, false>, u64>)
VTOLL_VFP(VMLS_S, three<Chained<false, true>, u32>)
VTOLL_VFP(VMLS_D, three<Chained<false, true>, u64>)
VTOLL_VFP(VNMLA_S, three<Chained<true, true>, u32>)
VTOLL_VFP(VNMLA_D, three<Chained<true, true>, u64>)
VTOLL_VFP(VNMLS_S, three<Chained<true, false>, u32>)
VTOLL_VFP(VNMLS_D, three<Chained<true, false>, u64>)

VTOLL_VFP(VFMA_S, three_vfpv4<Fused<false, false>, u32>)
VTOLL_VFP(VFMA_D, three_vfpv4<Fused<false, false>, u64>)
VTOLL_VFP(VFMS_S, three_vfpv4<Fused<false, true>, u32>)
VTOLL_VFP(VFMS_D, three_vfpv4<Fused<false, true>, u64>)
VTOLL_VFP(VFNMA_S, three_vfpv4<Fused<true, true>, u32>)
VTOLL_VFP(VFNMA_D, three_vfpv4<Fused<true, true>, u64>)
VTOLL_VFP(VFNMS_S, three_vfpv4<Fused<true, false>, u32>)
VTOLL_VFP(VFNMS_D, three_vfpv4<Fused<true, false>, u64>)

}  // namespace vtoll::isa

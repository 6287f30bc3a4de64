// SPDX-License-Identifier: Apache-2.0
// What the translators of several families share.
#pragma once

#include "isa/encodings/tables.hpp"
#include "isa/exec/exec.hpp"

namespace vtoll::isa {

/// Register numbers that most encodings forbid: PC in A32; SP and PC in T32 (BadReg).
template <bool Thumb>
constexpr bool bad_reg(u32 n) {
    return n == 15 || (Thumb && n == 13);
}
template <bool Thumb, class... N>
constexpr bool bad_regs(N... n) {
    return (bad_reg<Thumb>(n) || ...);
}

/// Instructions that branch are UNPREDICTABLE inside an IT block unless they are its last.
inline bool mid_it(const DecodeContext& ctx) { return ctx.in_it() && !ctx.last_in_it(); }

/// Align(PC, 4) as literal addressing reads it.
constexpr u32 literal_base(const Op& op, bool thumb) { return pc_read(op, thumb) & ~3u; }

}  // namespace vtoll::isa

// One translator for the A32 and the T32 row of the same name: their fields have the same letters.
#define VTOLL_A32_T32(fn, ...)                                                                                    \
    Decoded a32::fn(const Fields& f, const DecodeContext& ctx, Op& op) { return __VA_ARGS__<false>(f, ctx, op); } \
    Decoded t32::fn(const Fields& f, const DecodeContext& ctx, Op& op) { return __VA_ARGS__<true>(f, ctx, op); }

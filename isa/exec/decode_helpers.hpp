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

/// Core registers of a row that names them so: d is written, n and m are read, a is added last, l and h are the halves
/// of a long result. False: UNPREDICTABLE.
template <bool Thumb>
bool core_registers(auto f, Decoding& op) {
    if constexpr (f.has('d')) {
        if (bad_reg<Thumb>(f('d'))) return false;
        op.rd = writes(op, f('d'));
    }
    if constexpr (f.has('n')) {
        if (bad_reg<Thumb>(f('n'))) return false;
        op.rn = reads(op, f('n'));
    }
    if constexpr (f.has('m')) {
        if (bad_reg<Thumb>(f('m'))) return false;
        op.rm = reads(op, f('m'));
    }
    if constexpr (f.has('a')) {
        if (bad_reg<Thumb>(f('a'))) return false;
        op.ra = reads_late(op, f('a'));
    }
    if constexpr (f.has('l')) {
        if (bad_regs<Thumb>(f('l'), f('h')) || f('l') == f('h')) return false;
        op.rd = writes(op, f('l'));
        op.ra = writes(op, f('h'));
    }
    return true;
}

/// What is in the long destination is added to.
inline void accumulates_long(Decoding& op) {
    reads_late(op, op.rd);
    reads_late(op, op.ra);
}

/// Instructions that branch are UNPREDICTABLE inside an IT block unless they are its last.
inline bool mid_it(const DecodeContext& ctx) { return ctx.in_it() && !ctx.last_in_it(); }

/// Align(PC, 4) as literal addressing reads it.
constexpr u32 literal_base(const Op& op, bool thumb) { return pc_read(op, thumb) & ~3u; }

}  // namespace vtoll::isa

// The translator of row `fn` of instruction set `set`; its body follows. It has the fields `f`, the context `ctx` and
// the decoding `op` to fill.
#define VTOLL_TRANSLATE(set, fn)                                                                        \
    Decoded set::fn([[maybe_unused]] Fields<set::row::fn> f, [[maybe_unused]] const DecodeContext& ctx, \
                    [[maybe_unused]] Decoding& op)
// One for the A32 and the T32 row of the same name: their fields have the same letters.
#define VTOLL_A32_T32(fn, ...)                                          \
    VTOLL_TRANSLATE(a32, fn) { return __VA_ARGS__<false>(f, ctx, op); } \
    VTOLL_TRANSLATE(t32, fn) { return __VA_ARGS__<true>(f, ctx, op); }

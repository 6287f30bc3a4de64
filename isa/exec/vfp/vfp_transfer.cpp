// SPDX-License-Identifier: Apache-2.0
// VMOV between core and extension registers, VMRS, VMSR. ARM DDI 0406C §A7.8, §A7.9, §B9.3.24, §B9.3.25.
#include "isa/encodings/tables.hpp"
#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/vfp/vfp.hpp"
#include "isa/state/fpscr.hpp"

namespace vtoll::isa {

namespace {

// --- whole registers. op.rn: word of the register file

void core_to_s(CpuState& s, const Op& op) { write_s(s, op.rn, s.r[op.rd]); }
void s_to_core(CpuState& s, const Op& op) { s.r[op.rd] = read_s(s, op.rn); }
void core2_to_words(CpuState& s, const Op& op) {
    write_s(s, op.rn, s.r[op.rd]);
    write_s(s, op.rn + 1, s.r[op.ra]);
}
void words_to_core2(CpuState& s, const Op& op) {
    s.r[op.rd] = read_s(s, op.rn);
    s.r[op.ra] = read_s(s, op.rn + 1);
}

bool bad_core(const Fields& f, u32 t) { return t == 15 || (!is_a32_row(f) && t == 13); }

template <auto Body>
Decoded one_word(const Fields& f, const DecodeContext& ctx, Op& op, u32 word) {
    if (!has_double(ctx, word / 2)) return Decoded::undefined;
    if (bad_core(f, f('t'))) return Decoded::unpredictable;
    op.rd = static_cast<u8>(f('t'));
    op.rn = static_cast<u8>(word);
    op.units = 1;
    return bind_vfp<Body>(op);
}

template <auto Body>
Decoded two_words(const Fields& f, const DecodeContext& ctx, Op& op, u32 word, bool to_core) {
    if (!has_double(ctx, word / 2)) return Decoded::undefined;
    const u32 t = f('t'), t2 = f('u');
    if (bad_core(f, t) || bad_core(f, t2) || (to_core && t == t2)) return Decoded::unpredictable;
    op.rd = static_cast<u8>(t);
    op.ra = static_cast<u8>(t2);
    op.rn = static_cast<u8>(word);
    op.units = 1;
    return bind_vfp<Body>(op);
}

// S31 has no register after it.
template <auto Body>
Decoded two_singles(const Fields& f, const DecodeContext& ctx, Op& op, bool to_core) {
    const u32 m = single_register(f, 'm');
    return m == 31 ? Decoded::unpredictable : two_words<Body>(f, ctx, op, m, to_core);
}

// --- lanes of 8 and 16 bits are Advanced SIMD. op.rn: doubleword register, op.amount: lane's lowest bit

template <class T>
void core_to_lane(CpuState& s, const Op& op) {
    const u64 mask = u64{static_cast<T>(~T{0})} << op.amount;
    s.d[op.rn] = (s.d[op.rn] & ~mask) | (u64{s.r[op.rd]} << op.amount & mask);
}
template <class T>
void lane_to_core(CpuState& s, const Op& op) {
    s.r[op.rd] = static_cast<u32>(static_cast<T>(s.d[op.rn] >> op.amount));
}

template <auto Body>
Decoded lane(const Fields& f, const DecodeContext& ctx, Op& op, char letter, unsigned bits_per_lane) {
    const u32 d = double_register(f, letter);
    if (!ctx.features->neon || !has_double(ctx, d)) return Decoded::undefined;
    if (bad_core(f, f('t'))) return Decoded::unpredictable;
    op.rd = static_cast<u8>(f('t'));
    op.rn = static_cast<u8>(d);
    op.amount = static_cast<u8>(f('x') * bits_per_lane);
    op.units = 1;
    return bind_simd<Body>(op);
}

// --- system registers

constexpr u32 fpexc_en = 1u << 30;

void vmrs_fpscr(CpuState& s, const Op& op) { s.r[op.rd] = s.fpscr; }
void vmrs_flags(CpuState& s, const Op&) { s.set_nzcv(s.fpscr); }
void vmsr_fpscr(CpuState& s, const Op& op) { s.fpscr = s.r[op.rd] & fpscr_writable; }

/// Registers that can be reached with FPEXC.EN at 0. Identification registers trap by HCR (§B1.14.3).
template <u32 HcrTrap, auto Access>
bool privileged_access(CpuState& s, const Op& op) {
    if (!CheckAdvSIMDOrVFPEnabled(s, op, false, false)) return false;
    if (HcrTrap && !s.is_hyp() && (s.sys.hcr & HcrTrap)) {
        TakeHypTrapException(s, &op, trap_syndrome(s, op, Ec::vmrs, iss_mcr_mrc(op.raw)));
        return false;
    }
    Access(s, op);
    return true;
}

void read_fpsid(CpuState& s, const Op& op) { s.r[op.rd] = s.sys.fpsid; }
void read_mvfr0(CpuState& s, const Op& op) { s.r[op.rd] = s.sys.mvfr0; }
void read_mvfr1(CpuState& s, const Op& op) { s.r[op.rd] = s.sys.mvfr1; }
void read_fpexc(CpuState& s, const Op& op) { s.r[op.rd] = s.fpexc; }
void write_fpsid(CpuState&, const Op&) {}  // read-only; the write only serializes
void write_fpexc(CpuState& s, const Op& op) {
    s.fpexc = s.r[op.rd] & fpexc_en;
    s.update_fp_enabled();
}

Decoded fpscr_transfer(const Fields& f, const DecodeContext& ctx, Op& op) {
    if (!ctx.features->vfp) return Decoded::undefined;
    op.rd = static_cast<u8>(f('t'));
    return bad_core(f, op.rd) ? Decoded::unpredictable : Decoded::ok;
}

template <u32 HcrTrap, auto Access>
Decoded privileged(const Fields& f, const DecodeContext& ctx, Op& op) {
    if (ctx.privilege == Privilege::pl0) return Decoded::undefined;
    const Decoded d = fpscr_transfer(f, ctx, op);
    return d == Decoded::ok ? bind<privileged_access<HcrTrap, Access>>(op) : d;
}

}  // namespace

#define TRANSLATE(fn, ...) \
    Decoded vfp::fn([[maybe_unused]] const Fields& f, const DecodeContext& ctx, Op& op) { __VA_ARGS__ }

TRANSLATE(VMOV_core_to_S, return one_word<core_to_s>(f, ctx, op, single_register(f, 'n'));)
TRANSLATE(VMOV_S_to_core, return one_word<s_to_core>(f, ctx, op, single_register(f, 'n'));)
TRANSLATE(VMOV_core_to_lane32, return one_word<core_to_s>(f, ctx, op, 2 * double_register(f, 'd') + f('x'));)
TRANSLATE(VMOV_lane_to_core_32, return one_word<s_to_core>(f, ctx, op, 2 * double_register(f, 'n') + f('x'));)
TRANSLATE(VMOV_core2_to_D, return two_words<core2_to_words>(f, ctx, op, 2 * double_register(f, 'm'), false);)
TRANSLATE(VMOV_D_to_core2, return two_words<words_to_core2>(f, ctx, op, 2 * double_register(f, 'm'), true);)
TRANSLATE(VMOV_core2_to_S2, return two_singles<core2_to_words>(f, ctx, op, false);)
TRANSLATE(VMOV_S2_to_core2, return two_singles<words_to_core2>(f, ctx, op, true);)

TRANSLATE(VMOV_core_to_lane8, return lane<core_to_lane<u8>>(f, ctx, op, 'd', 8);)
TRANSLATE(VMOV_core_to_lane16, return lane<core_to_lane<u16>>(f, ctx, op, 'd', 16);)
TRANSLATE(VMOV_lane_to_core_s8, return lane<lane_to_core<s8>>(f, ctx, op, 'n', 8);)
TRANSLATE(VMOV_lane_to_core_u8, return lane<lane_to_core<u8>>(f, ctx, op, 'n', 8);)
TRANSLATE(VMOV_lane_to_core_s16, return lane<lane_to_core<s16>>(f, ctx, op, 'n', 16);)
TRANSLATE(VMOV_lane_to_core_u16, return lane<lane_to_core<u16>>(f, ctx, op, 'n', 16);)

TRANSLATE(VMRS_fpscr, {
    const Decoded d = fpscr_transfer(f, ctx, op);
    return d == Decoded::ok ? bind_vfp<vmrs_fpscr>(op) : d;
})
TRANSLATE(VMRS_flags, return ctx.features->vfp ? bind_vfp<vmrs_flags>(op) : Decoded::undefined;)
TRANSLATE(VMSR_fpscr, {
    const Decoded d = fpscr_transfer(f, ctx, op);
    return d == Decoded::ok ? bind_vfp<vmsr_fpscr>(op) : d;
})
TRANSLATE(VMRS_fpsid, return (privileged<hcr::TID0, read_fpsid>(f, ctx, op));)
TRANSLATE(VMRS_mvfr0, return (privileged<hcr::TID3, read_mvfr0>(f, ctx, op));)
TRANSLATE(VMRS_mvfr1, return (privileged<hcr::TID3, read_mvfr1>(f, ctx, op));)
TRANSLATE(VMRS_fpexc, return (privileged<0, read_fpexc>(f, ctx, op));)
TRANSLATE(VMSR_fpsid, return (privileged<0, write_fpsid>(f, ctx, op));)
TRANSLATE(VMSR_fpexc, return (privileged<0, write_fpexc>(f, ctx, op));)

}  // namespace vtoll::isa

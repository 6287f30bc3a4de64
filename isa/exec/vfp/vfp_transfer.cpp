// SPDX-License-Identifier: Apache-2.0
// VMOV between core and extension registers, VMRS, VMSR. ARM DDI 0406C §A7.8, §A7.9, §B9.3.24, §B9.3.25.
#include <utility>

#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/vfp/vfp.hpp"
#include "isa/state/fpscr.hpp"
#include "isa/sysregs/sys_reg.hpp"

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

/// Which way a transfer goes.
enum class To : u8 { core, extension };

bool bad_core(auto f, u32 t) { return t == 15 || (f.thumb() && t == 13); }
u8 core_operand(Decoding& op, u32 t, To to) { return to == To::core ? writes(op, t) : reads(op, t); }

template <auto Body, To Direction>
Decoded one_word(auto f, const DecodeContext& ctx, Decoding& op, u32 word) {
    if (!has_double(ctx, word / 2)) return Decoded::undefined;
    if (bad_core(f, f('t'))) return Decoded::unpredictable;
    op.rd = core_operand(op, f('t'), Direction);
    op.rn = static_cast<u8>(word);
    Direction == To::core ? reads_words(op, word, 1) : writes_words(op, word, 1);
    op.units = 1;
    return bind_vfp<Body>(op);
}

template <auto Body, To Direction>
Decoded two_words(auto f, const DecodeContext& ctx, Decoding& op, u32 word) {
    if (!has_double(ctx, word / 2)) return Decoded::undefined;
    const u32 t = f('t'), t2 = f('u');
    if (bad_core(f, t) || bad_core(f, t2) || (Direction == To::core && t == t2)) return Decoded::unpredictable;
    op.rd = core_operand(op, t, Direction);
    op.ra = core_operand(op, t2, Direction);
    op.rn = static_cast<u8>(word);
    Direction == To::core ? reads_words(op, word, 2) : writes_words(op, word, 2);
    op.units = 1;
    return bind_vfp<Body>(op);
}

// S31 has no register after it.
template <auto Body, To Direction>
Decoded two_singles(auto f, const DecodeContext& ctx, Decoding& op) {
    const u32 m = single_register<'m'>(f);
    return m == 31 ? Decoded::unpredictable : two_words<Body, Direction>(f, ctx, op, m);
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

template <auto Body, To Direction>
Decoded lane(auto f, const DecodeContext& ctx, Decoding& op, u32 d, unsigned bits_per_lane) {
    if (!ctx.features->neon || !has_double(ctx, d)) return Decoded::undefined;
    if (bad_core(f, f('t'))) return Decoded::unpredictable;
    op.rd = core_operand(op, f('t'), Direction);
    op.rn = static_cast<u8>(d);
    reads_doubles(op, d);  // the other lanes stay
    if (Direction == To::extension) writes_doubles(op, d);
    op.amount = static_cast<u8>(f('x') * bits_per_lane);
    op.units = 1;
    return bind_simd<Body>(op);
}

// --- system registers

constexpr u32 fpexc_en = 1u << 30;

/// For the books of Hyp mode. `write`: to the register, which had `before`.
void tell(CpuState& s, const Op& op, FpRegister reg, bool write, u32 before, u32 now) {
    using Effect = RegisterAccess::Effect;
    if (!s.is_hyp()) return;
    const Effect effect = !write ? Effect::unknown : before == now ? Effect::none : Effect::changed;
    s.env->register_accessed(&op, {booked_number(reg), write, effect, now});
}

void vmrs_fpscr(CpuState& s, const Op& op) {
    s.r[op.rd] = s.fpscr;
    tell(s, op, FpRegister::fpscr, false, 0, s.fpscr);
}
void vmrs_flags(CpuState& s, const Op&) { s.set_nzcv(s.fpscr); }
void vmsr_fpscr(CpuState& s, const Op& op) {
    const u32 before = std::exchange(s.fpscr, s.r[op.rd] & fpscr_writable);
    tell(s, op, FpRegister::fpscr, true, before, s.fpscr);
}

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

void read_fpsid(CpuState& s, const Op& op) { s.r[op.rd] = s.sys.id.fpsid; }
void read_mvfr0(CpuState& s, const Op& op) { s.r[op.rd] = s.sys.id.mvfr0; }
void read_mvfr1(CpuState& s, const Op& op) { s.r[op.rd] = s.sys.id.mvfr1; }
void read_fpexc(CpuState& s, const Op& op) {
    s.r[op.rd] = s.fpexc;
    tell(s, op, FpRegister::fpexc, false, 0, s.fpexc);
}
void write_fpsid(CpuState&, const Op&) {}  // read-only; the write only serializes
void write_fpexc(CpuState& s, const Op& op) {
    const u32 before = std::exchange(s.fpexc, s.r[op.rd] & fpexc_en);
    s.update_fp_enabled();
    tell(s, op, FpRegister::fpexc, true, before, s.fpexc);
}

/// A transfer of the FPSCR or, at PL1 and PL2 only, of another register.
template <To Direction>
Decoded set_transfer(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!ctx.features->vfp) return Decoded::undefined;
    if (bad_core(f, f('t'))) return Decoded::unpredictable;
    op.rd = core_operand(op, f('t'), Direction);
    if (Direction == To::extension) op.properties.sets = Sets::vfp_register;
    return Decoded::ok;
}

template <To Direction, auto Access>
Decoded fpscr(auto f, const DecodeContext& ctx, Decoding& op) {
    const Decoded d = set_transfer<Direction>(f, ctx, op);
    Direction == To::core ? reads_flags(op, flag::fpscr) : writes_flags(op, flag::fpscr);
    return d == Decoded::ok ? bind_vfp<Access>(op) : d;
}

template <To Direction, auto Access, u32 HcrTrap = 0>
Decoded privileged(auto f, const DecodeContext& ctx, Decoding& op) {
    if (ctx.privilege == Privilege::pl0) return Decoded::undefined;
    const Decoded d = set_transfer<Direction>(f, ctx, op);
    return d == Decoded::ok ? bind<privileged_access<HcrTrap, Access>>(op) : d;
}

constexpr To core = To::core, ext = To::extension;

}  // namespace

#define TRANSLATE(fn, ...) \
    VTOLL_TRANSLATE(vfp, fn) { return __VA_ARGS__; }

TRANSLATE(VMOV_core_to_S, one_word<core_to_s, ext>(f, ctx, op, single_register<'n'>(f)))
TRANSLATE(VMOV_S_to_core, one_word<s_to_core, core>(f, ctx, op, single_register<'n'>(f)))
TRANSLATE(VMOV_core_to_lane32, one_word<core_to_s, ext>(f, ctx, op, 2 * double_register<'d'>(f) + f('x')))
TRANSLATE(VMOV_lane_to_core_32, one_word<s_to_core, core>(f, ctx, op, 2 * double_register<'n'>(f) + f('x')))
TRANSLATE(VMOV_core2_to_D, two_words<core2_to_words, ext>(f, ctx, op, 2 * double_register<'m'>(f)))
TRANSLATE(VMOV_D_to_core2, two_words<words_to_core2, core>(f, ctx, op, 2 * double_register<'m'>(f)))
TRANSLATE(VMOV_core2_to_S2, two_singles<core2_to_words, ext>(f, ctx, op))
TRANSLATE(VMOV_S2_to_core2, two_singles<words_to_core2, core>(f, ctx, op))

TRANSLATE(VMOV_core_to_lane8, lane<core_to_lane<u8>, ext>(f, ctx, op, double_register<'d'>(f), 8))
TRANSLATE(VMOV_core_to_lane16, lane<core_to_lane<u16>, ext>(f, ctx, op, double_register<'d'>(f), 16))
TRANSLATE(VMOV_lane_to_core_s8, lane<lane_to_core<s8>, core>(f, ctx, op, double_register<'n'>(f), 8))
TRANSLATE(VMOV_lane_to_core_u8, lane<lane_to_core<u8>, core>(f, ctx, op, double_register<'n'>(f), 8))
TRANSLATE(VMOV_lane_to_core_s16, lane<lane_to_core<s16>, core>(f, ctx, op, double_register<'n'>(f), 16))
TRANSLATE(VMOV_lane_to_core_u16, lane<lane_to_core<u16>, core>(f, ctx, op, double_register<'n'>(f), 16))

TRANSLATE(VMRS_fpscr, fpscr<core, vmrs_fpscr>(f, ctx, op))
VTOLL_TRANSLATE(vfp, VMRS_flags) {
    reads_flags(op, flag::fp_nzcv);
    writes_flags(op, flag::NZCV);
    return ctx.features->vfp ? bind_vfp<vmrs_flags>(op) : Decoded::undefined;
}
TRANSLATE(VMSR_fpscr, fpscr<ext, vmsr_fpscr>(f, ctx, op))
TRANSLATE(VMRS_fpsid, privileged<core, read_fpsid, hcr::TID0>(f, ctx, op))
TRANSLATE(VMRS_mvfr0, privileged<core, read_mvfr0, hcr::TID3>(f, ctx, op))
TRANSLATE(VMRS_mvfr1, privileged<core, read_mvfr1, hcr::TID3>(f, ctx, op))
TRANSLATE(VMRS_fpexc, privileged<core, read_fpexc>(f, ctx, op))
TRANSLATE(VMSR_fpsid, privileged<ext, write_fpsid>(f, ctx, op))
TRANSLATE(VMSR_fpexc, privileged<ext, write_fpexc>(f, ctx, op))

}  // namespace vtoll::isa

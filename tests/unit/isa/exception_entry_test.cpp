// SPDX-License-Identifier: Apache-2.0
// Exception entry: every kind from every mode, with SCTLR.{V,TE,EE}, HSCTLR.{TE,EE} and HCR.TGE.
// ARM DDI 0406C tables B1-3 (offsets), B1-6 (LR), B1-7 (ELR_hyp), §B1.8.3, §B1.9.
#include <gtest/gtest.h>

#include "tests/unit/isa/system_case.hpp"

namespace vtoll::isa::test {
namespace {

enum class Cause { undefined, svc, hvc, breakpoint, data_abort, prefetch_abort, stage2_data_abort, irq, fiq };
constexpr Cause causes[] = {Cause::undefined,         Cause::svc,        Cause::hvc,
                            Cause::breakpoint,        Cause::data_abort, Cause::prefetch_abort,
                            Cause::stage2_data_abort, Cause::irq,        Cause::fiq};
const char* name_of(Cause c) {
    constexpr const char* names[] = {"undefined",          "svc", "hvc", "breakpoint", "data abort", "prefetch abort",
                                     "stage-2 data abort", "irq", "fiq"};
    return names[static_cast<int>(c)];
}

struct Start {
    Mode from;
    bool thumb, high_vectors, te, ee, tge;
};

constexpr u32 at = 0x8000, vbar = 0x0010'0000, hvbar = 0x0020'0000;

/// What the manual's tables say, written out independently of the code under test.
struct Expected {
    Mode mode;
    u32 offset;
    u32 lr;         ///< LR of a PL1 mode
    u32 preferred;  ///< ELR_hyp
    u32 masks;      ///< PSR masks set by the entry
    u32 spsr_it;    ///< ITSTATE saved
};

Expected expect(Cause c, const Start& x) {
    const bool hyp = x.from == Mode::hyp, user_tge = x.tge && x.from == Mode::usr;
    const u32 a = psr::A, i = psr::I, f = psr::F;
    Expected e{};
    u32 own_offset = 0;
    switch (c) {
    case Cause::undefined: e = {Mode::und, 4, at + (x.thumb ? 2 : 4), at, i, 0}; break;
    case Cause::svc: e = {Mode::svc, 8, at + (x.thumb ? 2 : 4), at + (x.thumb ? 2 : 4), i, 0}; break;
    case Cause::hvc: e = {Mode::hyp, 8, 0, at + 4, 0, 0}; break;
    case Cause::breakpoint:
    case Cause::prefetch_abort: e = {Mode::abt, 12, at + 4, at, a | i, 0}; break;
    case Cause::data_abort:
    case Cause::stage2_data_abort: e = {Mode::abt, 16, at + 8, at, a | i, 0}; break;
    case Cause::irq: e = {Mode::irq, 24, at + 4, at, a | i, 0}; break;
    case Cause::fiq: e = {Mode::fiq, 28, at + 4, at, a | i | f, 0}; break;
    }
    own_offset = e.offset;
    const bool interrupt = c == Cause::irq || c == Cause::fiq;
    if (hyp || user_tge || c == Cause::hvc || c == Cause::stage2_data_abort || (interrupt && x.tge)) {
        e.mode = Mode::hyp;
        e.masks = a | i | f;
        e.offset = hyp || interrupt ? own_offset : 0x14;
    }
    return e;
}

void cause_it(Cpu& cpu, Cause c, bool thumb) {
    CpuState& s = cpu.s;
    const Fault fault{.kind = FaultKind::translation, .level = 2, .va = 0x1234};
    switch (c) {
    case Cause::undefined: thumb ? cpu.t16(0xde00) : cpu.a32(0xe7f000f0); break;
    case Cause::svc: thumb ? cpu.t16(0xdf42) : cpu.a32(0xef000042); break;
    case Cause::hvc: thumb ? cpu.t32(0xf7e08001) : cpu.a32(0xe1400071); break;
    case Cause::breakpoint: thumb ? cpu.t16(0xbe00) : cpu.a32(0xe1200070); break;
    case Cause::data_abort:
    case Cause::stage2_data_abort: {
        cpu.env.faults[0x1234] = fault;
        cpu.env.faults[0x1234].stage2 = c == Cause::stage2_data_abort;
        s.r[0] = 0x1234;
        thumb ? cpu.t16(0x6801) : cpu.a32(0xe5901000);  // ldr r1, [r0]
        break;
    }
    case Cause::prefetch_abort: {
        Fault f = fault;
        f.va = s.r[15];
        s.thumb = thumb;
        TakePrefetchAbortException(s, f);
        break;
    }
    case Cause::irq:
    case Cause::fiq:
        s.thumb = thumb;
        take_interrupt(s, c == Cause::irq ? ExceptionKind::irq : ExceptionKind::fiq);
        break;
    }
}

void check(Cause c, const Start& x) {
    Cpu cpu(x.from);
    CpuState& s = cpu.s;
    s.features.semihosting = false;
    s.sys.vbar = vbar;
    s.sys.hvbar = hvbar;
    s.sys.sctlr |= (x.high_vectors ? sctlr::V : 0) | (x.te ? sctlr::TE : 0) | (x.ee ? sctlr::EE : 0);
    s.sys.hsctlr |= (x.te ? sctlr::TE : 0) | (x.ee ? sctlr::EE : 0);
    if (x.tge) s.sys.hcr |= hcr::TGE;
    s.psr = u32(x.from) | psr::Q;
    s.set_nzcv(psr::N | psr::C);
    s.l0_ctx_by_pl = {u64{1} << 32, u64{2} << 32, u64{3} << 32};
    s.refresh_l0_ctx();
    const u32 saved = u32(x.from) | psr::Q | psr::N | psr::C | (x.thumb ? psr::T : 0);

    cause_it(cpu, c, x.thumb);

    const Expected e = expect(c, x);
    const u32 base = e.mode == Mode::hyp ? hvbar : x.high_vectors ? 0xffff0000 : vbar;
    EXPECT_EQ(s.mode(), e.mode) << "taken to " << mode_name(s.mode()) << ", expected " << mode_name(e.mode);
    EXPECT_EQ(s.r[15], base + e.offset) << "vector " << std::hex << s.r[15];
    EXPECT_EQ(s.spsr(), saved) << "SPSR is the CPSR of the moment, in hexadecimal " << std::hex << s.spsr();
    if (e.mode == Mode::hyp) EXPECT_EQ(s.elr_hyp, e.preferred) << "ELR_hyp";
    else EXPECT_EQ(s.r[14], e.lr) << "LR";
    EXPECT_EQ(s.psr & (psr::A | psr::I | psr::F), e.masks) << "PSR masks";
    EXPECT_EQ(s.thumb, x.te) << "instruction set from TE";
    EXPECT_EQ(bool(s.psr & psr::E), x.ee) << "endianness from EE";
    EXPECT_EQ(s.itstate, 0) << "ITSTATE is cleared";
    EXPECT_EQ(s.cpsr() & psr::Q, psr::Q) << "other bits of the CPSR stay";
    EXPECT_TRUE(s.attention) << "the engine looks at interrupts";
    EXPECT_EQ(s.l0_ctx, x.ee                  ? CpuState::l0_ctx_never
                        : e.mode == Mode::hyp ? s.l0_ctx_by_pl[2]
                                              : s.l0_ctx_by_pl[1])
        << "data accesses use the new privilege's context";
    ASSERT_EQ(cpu.env.taken.size(), 1u) << "one exception is reported";
    const ExceptionTaken& t = cpu.env.taken[0];
    EXPECT_EQ(t.from, x.from) << "reported from";
    EXPECT_EQ(t.to, e.mode) << "reported to";
    EXPECT_EQ(t.vector, base + e.offset) << "reported vector";
    EXPECT_EQ(t.preferred_return, e.preferred) << "reported preferred return address";
}

TEST(ExceptionEntry, EveryKindFromEveryMode) {
    unsigned cases = 0;
    for (const Cause c : causes)
        for (const Mode from : all_modes)
            for (unsigned bits = 0; bits < 32; ++bits) {
                const Start x{from, bool(bits & 1), bool(bits & 2), bool(bits & 4), bool(bits & 8), bool(bits & 16)};
                if (c == Cause::hvc && from == Mode::usr) continue;                // UNDEFINED
                if (c == Cause::stage2_data_abort && from == Mode::hyp) continue;  // Hyp mode has no stage 2
                SCOPED_TRACE(testing::Message()
                             << name_of(c) << " from " << mode_name(from) << " thumb " << x.thumb << " V "
                             << x.high_vectors << " TE " << x.te << " EE " << x.ee << " TGE " << x.tge);
                check(c, x);
                if (HasFailure()) return;
                ++cases;
            }
    EXPECT_EQ(cases, (9u * 8 - 2) * 32) << "no case was lost";
}

TEST(ExceptionEntry, UnwindsTheBlockFirst) {
    Cpu svc;
    svc.a32(0xef000000);
    ASSERT_EQ(svc.env.unwound.size(), 1u) << "SVC";
    EXPECT_TRUE(svc.env.unwound[0].completed) << "SVC counts as executed";
    Cpu undef;
    undef.a32(0xe7f000f0);
    ASSERT_EQ(undef.env.unwound.size(), 1u) << "UDF";
    EXPECT_FALSE(undef.env.unwound[0].completed) << "an undefined instruction did not execute";
}

TEST(ExceptionEntry, ItStateIsSavedAndAdvancedByCalls) {
    Cpu undef;
    undef.s.itstate = 0x06;  // second instruction of ITT EQ: condition 0, more to come
    undef.s.zf = 0;
    undef.t16(0xde00);
    EXPECT_EQ(psr::it_of(undef.s.spsr()), 0x06) << "an undefined instruction is where to return to";
    Cpu svc;
    svc.s.itstate = 0x06;
    svc.s.zf = 0;
    svc.t16(0xdf00);
    EXPECT_EQ(psr::it_of(svc.s.spsr()), it_advance(0x06)) << "SVC returns after itself";
}

TEST(ExceptionEntry, FailedConditionTakesNothing) {
    Cpu cpu;
    cpu.s.zf = 1;
    cpu.a32(0x0f000000);  // svceq
    EXPECT_TRUE(cpu.env.taken.empty()) << "SVCEQ with Z clear";
    EXPECT_EQ(cpu.s.r[15], 0x8004u) << "goes on";
}

TEST(ExceptionEntry, BreakpointInAnItBlockIsUnconditional) {
    Cpu cpu;
    cpu.s.itstate = 0x08;  // EQ, last
    cpu.s.zf = 1;
    cpu.t16(0xbe00);
    ASSERT_EQ(cpu.env.taken.size(), 1u) << "taken although EQ fails";
    EXPECT_EQ(cpu.s.sys.ifsr & 0xf, 2u) << "IFSR: debug event";
    EXPECT_EQ(bits(cpu.s.sys.dbgdscr, 5, 2), 3u) << "DBGDSCR.MOE: BKPT";
}

TEST(ExceptionEntry, HypervisorCallNeedsPrivilegeAndHypMode) {
    Cpu user(Mode::usr);
    user.a32(0xe1400070);
    EXPECT_EQ(user.s.mode(), Mode::und) << "HVC is UNDEFINED at PL0";
    Cpu plain;
    plain.s.features.virtualization = false;
    plain.a32(0xe1400070);
    EXPECT_EQ(plain.s.mode(), Mode::und) << "HVC is UNDEFINED without the Virtualization Extensions";
}

TEST(ExceptionEntry, FirmwareConduits) {
    Cpu smc(Mode::svc);
    smc.env.firmware = true;
    smc.a32(0xe1600070);
    EXPECT_EQ(smc.env.firmware_calls, std::vector<bool>{true}) << "SMC reaches the firmware";
    EXPECT_EQ(smc.s.r[15], 0x8004u) << "and goes on after it";
    EXPECT_TRUE(smc.env.taken.empty()) << "no exception";

    Cpu none(Mode::svc);
    none.a32(0xe1600070);
    EXPECT_EQ(none.s.mode(), Mode::und) << "SMC that the firmware does not know is UNDEFINED without EL3";
    EXPECT_EQ(none.s.r[14], 0x8004u) << "LR of Undefined mode";

    Cpu hvc(Mode::svc);
    hvc.s.features.hvc_is_firmware = true;
    hvc.env.firmware = true;
    hvc.a32(0xe1400070);
    EXPECT_EQ(hvc.env.firmware_calls, std::vector<bool>{false}) << "HVC reaches the firmware when it is the conduit";
    EXPECT_EQ(hvc.s.mode(), Mode::svc) << "no exception";
}

TEST(ExceptionEntry, Semihosting) {
    Cpu a32;
    a32.env.semihosting = true;
    a32.a32(0xef123456);
    EXPECT_EQ(a32.env.semihosting_calls, 1u) << "SVC 0x123456";
    EXPECT_TRUE(a32.env.taken.empty()) << "is not an exception";
    Cpu t16;
    t16.env.semihosting = true;
    t16.t16(0xdfab);
    EXPECT_EQ(t16.s.r[15], 0x8002u) << "SVC 0xab goes on after itself";
    Cpu off;
    off.a32(0xef123456);
    ASSERT_EQ(off.env.taken.size(), 1u) << "refused: an ordinary SVC";
    EXPECT_EQ(off.s.r[14], 0x8004u) << "with its return address";
}

}  // namespace
}  // namespace vtoll::isa::test

// SPDX-License-Identifier: Apache-2.0
// Returns from exceptions: ERET, RFE, SUBS PC, and SRS that goes with RFE. ARM DDI 0406C §B1.3.4, §B9.3.3, §B9.3.13-15.
#include <gtest/gtest.h>

#include "tests/unit/isa/system_case.hpp"

namespace vtoll::isa::test {
namespace {

constexpr u32 a32_eret = 0xe160'006e, t32_eret = 0xf3de'8f00;

TEST(Eret, FromHypToEveryMode) {
    for (const Mode to : all_modes)
        for (const bool thumb_target : {false, true})
            for (const bool thumb_hyp : {false, true}) {
                Cpu cpu(Mode::hyp);
                const u32 psr = u32(to) | psr::C | psr::Q | (thumb_target ? psr::T | psr::it_bits(0x0c) : 0);
                cpu.s.spsr() = psr;
                cpu.s.elr_hyp = 0x4003;
                cpu.s.r[14] = 0xdead;
                thumb_hyp ? cpu.t32(t32_eret) : cpu.a32(a32_eret);
                EXPECT_EQ(cpu.s.mode(), to) << "to " << mode_name(to);
                EXPECT_EQ(cpu.s.cpsr(), psr) << "whole PSR, IT included";
                EXPECT_EQ(cpu.s.r[15], thumb_target ? 0x4002u : 0x4000u) << "ELR_hyp, aligned";
                ASSERT_EQ(cpu.env.returned.size(), 1u) << "reported";
                EXPECT_EQ(cpu.env.returned[0], std::pair(Mode::hyp, to)) << "from Hyp mode";
                EXPECT_TRUE(cpu.s.attention) << "interrupts may be takeable in the new mode";
            }
}

TEST(Eret, FromPl1ModesUsesLr) {
    for (const Mode from : pl1_modes) {
        if (from == Mode::sys) continue;
        Cpu cpu(from);
        cpu.s.spsr() = u32(Mode::usr) | psr::Z;
        cpu.s.r[14] = 0x5000;
        cpu.a32(a32_eret);
        EXPECT_EQ(cpu.s.r[15], 0x5000u) << "LR of " << mode_name(from);
        EXPECT_EQ(cpu.s.cpsr(), u32(Mode::usr) | psr::Z) << "CPSR from SPSR";
    }
    for (const Mode from : {Mode::usr, Mode::sys}) {
        Cpu cpu(from);
        cpu.a32(a32_eret);
        EXPECT_EQ(cpu.s.mode(), Mode::und) << "ERET in " << mode_name(from) << ": no SPSR";
    }
}

TEST(Eret, IllegalModesKeepTheMode) {
    for (const u32 mode : {u32(Mode::hyp), u32(Mode::mon), 0x00u, 0x1du}) {
        Cpu cpu(Mode::svc);
        cpu.s.spsr() = mode | psr::N;
        cpu.s.r[14] = 0x5000;
        cpu.a32(a32_eret);
        EXPECT_EQ(cpu.s.cpsr(), u32(Mode::svc) | psr::N) << "mode " << std::hex << mode;
        EXPECT_EQ(cpu.s.r[15], 0x5000u) << "the branch is made";
    }
}

TEST(Eret, ItBitsWithoutThumbAndJazelleAreDropped) {
    Cpu cpu(Mode::hyp);
    cpu.s.spsr() = u32(Mode::svc) | psr::it_bits(0x0c) | psr::J;
    cpu.a32(a32_eret);
    EXPECT_EQ(cpu.s.cpsr(), u32(Mode::svc)) << "A32 state has no ITSTATE; there is no Jazelle state";
}

TEST(Eret, EntryAndReturnAreARoundTrip) {
    for (const Mode from : all_modes)
        for (const bool thumb : {false, true}) {
            Cpu cpu(from);
            cpu.s.features.semihosting = false;
            cpu.s.sys.hcr = hcr::TGE;
            cpu.s.thumb = thumb;
            cpu.s.psr = u32(from) | psr::GE;
            cpu.s.set_nzcv(psr::V);
            for (unsigned i = 0; i < 13; ++i) cpu.s.r[i] = i * 0x11;
            cpu.s.r[13] = 0xd;
            const u32 before = cpu.s.cpsr();
            const auto regs = cpu.s.r;
            if (from == Mode::sys) continue;  // SVC from System mode returns by RFE or SUBS in Supervisor mode: below
            thumb ? cpu.t16(0xdf00) : cpu.a32(0xef000000);
            const u32 after = 0x8000 + (thumb ? 2 : 4);
            if (from == Mode::svc) continue;  // SVC from Supervisor mode overwrites its own LR and SPSR
            cpu.a32(a32_eret);
            EXPECT_EQ(cpu.s.cpsr(), before) << "CPSR, from " << mode_name(from);
            for (unsigned i = 0; i < 14; ++i) EXPECT_EQ(cpu.s.r[i], regs[i]) << "r" << i;
            EXPECT_EQ(cpu.s.r[15], after) << "the instruction after SVC";
        }
}

// --- SRS and RFE --------------------------------------------------------------------------------------------------

struct Direction {
    const char* name;
    u32 pu;           ///< P and U, bits 24 and 23
    s32 first, step;  ///< lowest word relative to the base; write-back
};
constexpr Direction directions[] = {
    {"da", 0, -4, -8}, {"ia", 1u << 23, 0, 8}, {"db", 1u << 24, -8, -8}, {"ib", 3u << 23, 4, 8}};

TEST(Srs, StoresThroughTheBankedStackPointer) {
    for (const Direction& d : directions)
        for (const bool write_back : {false, true}) {
            Cpu cpu(Mode::irq);
            cpu.s.r[14] = 0x1111;
            cpu.s.spsr() = 0x2222;
            cpu.s.write_banked(13, Mode::svc, 0x3000);
            cpu.s.r[13] = 0x9999;
            cpu.a32(0xf84d'0513 | d.pu | u32(write_back) << 21);
            const u32 base = 0x3000;
            EXPECT_EQ(cpu.env.word(base + d.first), 0x1111u) << "LR_irq, srs" << d.name;
            EXPECT_EQ(cpu.env.word(base + d.first + 4), 0x2222u) << "SPSR_irq, srs" << d.name;
            EXPECT_EQ(cpu.s.read_banked(13, Mode::svc), base + (write_back ? d.step : 0)) << "SP_svc, srs" << d.name;
            EXPECT_EQ(cpu.s.r[13], 0x9999u) << "the current SP is another";
        }
}

TEST(Rfe, LoadsPcAndPsr) {
    for (const Direction& d : directions)
        for (const bool write_back : {false, true}) {
            Cpu cpu(Mode::svc);
            cpu.s.r[2] = 0x3000;
            cpu.env.set_word(0x3000 + d.first, 0x6001);
            cpu.env.set_word(0x3004 + d.first, u32(Mode::usr) | psr::T | psr::C);
            cpu.a32(0xf812'0a00 | d.pu | u32(write_back) << 21);
            EXPECT_EQ(cpu.s.cpsr(), u32(Mode::usr) | psr::T | psr::C) << "CPSR, rfe" << d.name;
            EXPECT_EQ(cpu.s.r[15], 0x6000u) << "PC, rfe" << d.name;
            EXPECT_EQ(cpu.s.r[2], 0x3000u + (write_back ? d.step : 0)) << "base, rfe" << d.name;
        }
}

TEST(SrsRfe, ThumbRoundTrip) {
    Cpu cpu(Mode::svc);
    cpu.s.r[13] = 0x3000;
    cpu.s.r[14] = 0x7000;
    cpu.s.spsr() = u32(Mode::usr) | psr::N;
    cpu.t32(0xe82d'c013);  // srsdb sp!, #0x13
    EXPECT_EQ(cpu.s.r[13], 0x2ff8u) << "pushed";
    cpu.s.r[14] = 0;
    cpu.s.spsr() = 0;
    cpu.t32(0xe9bd'c000);  // rfeia sp!
    EXPECT_EQ(cpu.s.r[15], 0x7000u) << "PC";
    EXPECT_EQ(cpu.s.cpsr(), u32(Mode::usr) | psr::N) << "CPSR";
    EXPECT_EQ(cpu.s.read_banked(13, Mode::svc), 0x3000u) << "popped";
}

TEST(SrsRfe, NotInHypMode) {
    for (const u32 raw : {0xf96d'0513u, 0xf8b2'0a00u}) {
        Cpu cpu(Mode::hyp);
        cpu.a32(raw);
        EXPECT_EQ(cpu.decoded, Decoded::undefined) << std::hex << raw;
        EXPECT_EQ(cpu.s.r[15], cpu.s.sys.hvbar + 4) << "Undefined Instruction exception of Hyp mode";
    }
}

TEST(SrsRfe, AbortsLeaveTheBase) {
    Cpu srs(Mode::svc);
    srs.s.r[13] = 0x3000;
    srs.env.faults[0x2ffc] = {.kind = FaultKind::permission, .level = 2};
    srs.a32(0xf96d'0513);  // srsdb sp!, #0x13
    EXPECT_EQ(srs.s.mode(), Mode::abt) << "SRS aborted on its second word";
    EXPECT_EQ(srs.s.read_banked(13, Mode::svc), 0x3000u) << "SP_svc";
    EXPECT_EQ(srs.s.sys.dfsr, 0x80fu) << "a write";
    Cpu rfe(Mode::svc);
    rfe.s.r[2] = 0x3000;
    rfe.env.faults[0x3004] = {.kind = FaultKind::translation, .level = 2};
    rfe.a32(0xf8b2'0a00);  // rfeia r2!
    EXPECT_EQ(rfe.s.mode(), Mode::abt) << "RFE aborted on its second word";
    EXPECT_EQ(rfe.s.r[2], 0x3000u) << "base";
}

TEST(Srs, ReservedModes) {
    for (const u32 mode : {0x1au, 0x16u, 0x00u, 0x14u}) {
        Cpu cpu(Mode::svc);
        cpu.a32(0xf94d'0500 | mode);
        EXPECT_EQ(cpu.decoded, Decoded::unpredictable) << "mode " << std::hex << mode;
    }
    Cpu sys(Mode::sys);
    sys.a32(0xf94d'0513);
    EXPECT_EQ(sys.s.mode(), Mode::und) << "System mode has no SPSR to store";
}

}  // namespace
}  // namespace vtoll::isa::test

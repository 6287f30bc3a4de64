// SPDX-License-Identifier: Apache-2.0
// Fault registers and syndromes of aborts. ARM DDI 0406C §B3.12-13, tables B3-23, B3-24, §B3.13.6.
#include <gtest/gtest.h>

#include "tests/unit/isa/system_case.hpp"

namespace vtoll::isa::test {
namespace {

using enum FaultKind;

TEST(FaultStatus, BothFormats) {
    constexpr struct {
        FaultKind kind;
        u8 level;
        u32 short_format, long_format;
    } cases[] = {
        {alignment, 0, 0x001, 0x21},
        {debug, 0, 0x002, 0x22},
        {translation, 1, 0x005, 0x05},
        {translation, 2, 0x007, 0x06},
        {translation, 3, 0x005, 0x07},
        {access_flag, 1, 0x003, 0x09},
        {access_flag, 2, 0x006, 0x0a},
        {access_flag, 3, 0x003, 0x0b},
        {domain, 1, 0x009, 0x3d},
        {domain, 2, 0x00b, 0x3e},
        {permission, 1, 0x00d, 0x0d},
        {permission, 2, 0x00f, 0x0e},
        {permission, 3, 0x00d, 0x0f},
        {sync_external, 0, 0x008, 0x10},
        {async_external, 0, 0x406, 0x11},
        {sync_external_walk, 1, 0x00c, 0x15},
        {sync_external_walk, 2, 0x00e, 0x16},
        {tlb_conflict, 0, 0x400, 0x30},
        {icache_maintenance, 2, 0x004, 0x06},
    };
    for (const auto& c : cases) {
        const Fault f{.kind = c.kind, .level = c.level};
        if (c.level < 3) {
            EXPECT_EQ(fault_status_short(f), c.short_format) << "kind " << int(c.kind) << " level " << int(c.level);
        }
        EXPECT_EQ(fault_status_long(f), c.long_format) << "kind " << int(c.kind) << " level " << int(c.level);
    }
}

TEST(DataAbort, FaultStatusRegister) {
    const Fault fault{.kind = domain, .level = 2, .domain = 5, .write = true, .va = 0x1000};
    for (const bool eae : {false, true}) {
        Cpu cpu(Mode::usr);
        cpu.s.sys.ttbcr = eae ? ttbcr::EAE : 0;
        cpu.env.faults[0x1000] = fault;
        cpu.s.r[0] = 0x1000;
        cpu.a32(0xe5801000);  // str r1, [r0]
        EXPECT_EQ(cpu.s.sys.dfsr, eae ? 0xa3eu : 0x85bu) << "WnR, LPAE, domain, status; EAE " << eae;
        EXPECT_EQ(cpu.s.sys.dfar, 0x1000u) << "DFAR";
    }
    Cpu ext(Mode::svc);
    ext.env.cache_faults = true;
    ext.s.r[0] = 0x2000;
    ext.a32(mcr(cp15(7, 0, 14, 1)));  // DCCIMVAC
    EXPECT_EQ(ext.s.sys.dfsr, 0x2807u) << "CM and WnR of a cache maintenance operation";
    EXPECT_EQ(ext.s.sys.dfar, 0x2000u) << "its operand";
}

TEST(PrefetchAbort, Registers) {
    for (const bool eae : {false, true}) {
        Cpu cpu(Mode::usr);
        cpu.s.sys.ttbcr = eae ? ttbcr::EAE : 0;
        TakePrefetchAbortException(cpu.s, {.kind = permission, .level = 2, .domain = 3, .va = 0x8000});
        EXPECT_EQ(cpu.s.sys.ifsr, eae ? 0x20eu : 0x00fu) << "IFSR has no domain; EAE " << eae;
        EXPECT_EQ(cpu.s.sys.ifar, 0x8000u) << "IFAR";
    }
}

TEST(PrefetchAbort, ToHyp) {
    Cpu cpu(Mode::svc);
    TakePrefetchAbortException(
        cpu.s, {.kind = translation, .level = 3, .stage2 = true, .s1ptw = true, .va = 0x8000, .ipa = 0x12'3456'7000});
    EXPECT_EQ(cpu.s.sys.hsr, 0x8000'0087u) << "EC 0x20, S1PTW, translation fault level 3; IL not valid";
    EXPECT_EQ(cpu.s.sys.hifar, 0x8000u) << "HIFAR";
    EXPECT_EQ(cpu.s.sys.hpfar, 0x1234'5670u) << "HPFAR[31:4] is IPA[39:12]";
    EXPECT_EQ(cpu.s.sys.ifsr, 0u) << "the guest's registers are left alone";

    Cpu own(Mode::hyp);
    TakePrefetchAbortException(own.s, {.kind = access_flag, .level = 1, .va = 0x8000});
    EXPECT_EQ(own.s.sys.hsr, 0x8400'0009u) << "EC 0x21 from Hyp mode";
    EXPECT_EQ(own.s.r[15], own.s.sys.hvbar + 0x0c) << "its own vector";
}

TEST(PrefetchAbort, DebugRouting) {
    Cpu lower(Mode::svc);
    lower.s.sys.hdcr |= hdcr::TDE;
    lower.a32(0xe1200070);
    EXPECT_EQ(lower.s.sys.hsr, 0x8000'0022u) << "HDCR.TDE: BKPT goes to Hyp mode as a debug event";
    EXPECT_EQ(lower.s.r[15], lower.s.sys.hvbar + 0x14) << "Hyp trap vector";
    Cpu own(Mode::hyp);
    own.a32(0xe1200070);
    EXPECT_EQ(own.s.sys.hsr, 0x8400'0022u) << "BKPT in Hyp mode";
}

/// One access, made with a stage-2 fault at its address; gives HSR.
u32 stage2_hsr(InstrSet set, u32 raw, Fault fault = {.kind = translation, .level = 3}) {
    Cpu cpu(Mode::svc);
    fault.stage2 = true;
    fault.ipa = 0x4'5678'9000;
    cpu.env.faults[0x1000] = fault;
    cpu.s.r.fill(0x1000);
    cpu.s.r[2] = 0;
    cpu.s.r[15] = 0x8000;
    cpu.execute(set, raw);
    EXPECT_EQ(cpu.s.mode(), Mode::hyp) << "stage-2 faults go to Hyp mode";
    EXPECT_EQ(cpu.s.sys.hpfar, 0x0456'7890u) << "HPFAR";
    EXPECT_EQ(cpu.s.sys.hdfar, 0x1000u) << "HDFAR";
    return cpu.s.sys.hsr;
}

TEST(DataAbort, InstructionSyndrome) {
    using enum InstrSet;
    constexpr u32 ec = 0x24u << 26, il = 1u << 25, isv = 1u << 24, sse = 1u << 21, wnr = 1u << 6, dfsc = 7;
    constexpr u32 byte = 0u << 22, half = 1u << 22, word = 2u << 22;
    constexpr struct {
        const char* what;
        InstrSet set;
        u32 raw, iss;
        bool il32;
    } cases[] = {
        {"ldr r3, [r1]", a32, 0xe5913000, isv | word | 3u << 16, true},
        {"str r4, [r1]", a32, 0xe5814000, isv | word | 4u << 16 | wnr, true},
        {"ldrb r5, [r1]", a32, 0xe5d15000, isv | byte | 5u << 16, true},
        {"strh r6, [r1]", a32, 0xe1c160b0, isv | half | 6u << 16 | wnr, true},
        {"ldrsh r7, [r1]", a32, 0xe1d170f0, isv | half | sse | 7u << 16, true},
        {"ldrsb lr, [r1]", a32, 0xe1d1e0d0, isv | byte | sse | 14u << 16, true},
        {"ldr r3, [r1] (T16)", t16, 0x680b, isv | word | 3u << 16, false},
        {"strb r0, [r1] (T16)", t16, 0x7008, isv | byte | wnr, false},
        {"ldr.w r12, [r1]", t32, 0xf8d1c000, isv | word | 12u << 16, true},
        {"ldrsb.w r9, [r1]", t32, 0xf9919000, isv | byte | sse | 9u << 16, true},
    };
    for (const auto& c : cases) EXPECT_EQ(stage2_hsr(c.set, c.raw), ec | (c.il32 ? il : 0) | c.iss | dfsc) << c.what;
}

TEST(DataAbort, InstructionSyndromeNotValid) {
    constexpr u32 ec = 0x24u << 26;
    EXPECT_EQ(stage2_hsr(InstrSet::a32, 0xe8910018), ec | 7) << "ldm r1, {r3, r4}: no ISS, IL not valid";
    EXPECT_EQ(stage2_hsr(InstrSet::a32, 0xe1c120d0), ec | 7) << "ldrd r2, r3, [r1]";
    EXPECT_EQ(stage2_hsr(InstrSet::a32, 0xe4b13004), ec | 7) << "ldrt r3, [r1], #4: write-back has no description";
    EXPECT_EQ(stage2_hsr(InstrSet::a32, 0xe5913000, {.kind = translation, .level = 2, .s1ptw = true}), ec | 0x86)
        << "a fault on the walk is not the instruction's access";
    EXPECT_EQ(stage2_hsr(InstrSet::a32, 0xe5913000, {.kind = sync_external, .external_slave = true}) & 0x3ff, 0x210u)
        << "EA";
}

TEST(DataAbort, FromHypHasNoSyndromeOfTheInstruction) {
    Cpu cpu(Mode::hyp);
    cpu.env.faults[0x1000] = {.kind = permission, .level = 2};
    cpu.s.r[0] = 0x1000;
    cpu.a32(0xe5801000);
    EXPECT_EQ(cpu.s.sys.hsr, 0x9400'004eu) << "EC 0x25, WnR, permission fault level 2";
    EXPECT_EQ(cpu.s.r[15], cpu.s.sys.hvbar + 0x10) << "its own vector";
    EXPECT_EQ(cpu.s.elr_hyp, 0x8000u) << "ELR_hyp";
}

TEST(DataAbort, Stage1OfAGuestStaysWithTheGuest) {
    Cpu cpu(Mode::usr);
    cpu.s.sys.hcr = hcr::VM | hcr::AMO;
    cpu.env.faults[0x1000] = {.kind = translation, .level = 1};
    cpu.s.r[0] = 0x1000;
    cpu.a32(0xe5901000);
    EXPECT_EQ(cpu.s.mode(), Mode::abt) << "HCR.AMO is for asynchronous aborts only";
    EXPECT_EQ(cpu.s.sys.hsr, 0u) << "HSR is left alone";
}

TEST(CallSyndromes, Immediates) {
    Cpu hvc(Mode::svc);
    hvc.a32(0xe14ea071);  // hvc #0xea01
    EXPECT_EQ(hvc.s.sys.hsr, 0x4a00'ea01u) << "EC 0x12, IL, imm16";
    Cpu thumb_hvc(Mode::svc);
    thumb_hvc.t32(0xf7ee8a01);
    EXPECT_EQ(thumb_hvc.s.sys.hsr, 0x4a00'ea01u) << "the same from T32";
    Cpu svc(Mode::usr);
    svc.s.sys.hcr = hcr::TGE;
    svc.a32(0xef0b1234);
    EXPECT_EQ(svc.s.sys.hsr, 0x4600'1234u) << "EC 0x11: the low 16 bits of SVC's immediate";
    Cpu thumb_svc(Mode::usr);
    thumb_svc.s.sys.hcr = hcr::TGE;
    thumb_svc.t16(0xdf42);
    EXPECT_EQ(thumb_svc.s.sys.hsr, 0x4400'0042u) << "IL is 0 for the 16-bit encoding";
    Cpu undef(Mode::hyp);
    undef.a32(0xe7f000f0);
    EXPECT_EQ(undef.s.sys.hsr, 0u) << "EC 0: unknown reason";
}

}  // namespace
}  // namespace vtoll::isa::test

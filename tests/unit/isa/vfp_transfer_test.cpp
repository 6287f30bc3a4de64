// SPDX-License-Identifier: Apache-2.0
// Extension register loads, stores and transfers; who may use them, and which trap is taken where not.
#include "tests/unit/isa/load_store_fixture.hpp"

namespace vtoll::isa::test {
namespace {

constexpr u32 base = ram_base + 0x400;
constexpr u32 cp10_cp11_full = 0xfu << 20, fpexc_en = 1u << 30;

struct VfpTransfer : LoadStore {
    VfpTransfer() { enable(m); }
    static void enable(Machine& k) {
        k.s.sys.cpacr |= cp10_cp11_full;
        k.s.fpexc = fpexc_en;
        k.s.update_fp_enabled();
        for (unsigned i = 0; i < 32; ++i) k.s.d[i] = u64{0xdd00'0000 + 2 * i + 1} << 32 | (0xdd00'0000 + 2 * i);
    }
    void number_words(u32 from, unsigned count) {
        for (u32 i = 0; i < count; ++i) ram.set_word(from + 4 * i, i + 1);
    }
};
INSTANTIATE_TEST_SUITE_P(L0, VfpTransfer, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "on" : "off"; });

TEST_P(VfpTransfer, LoadAndStoreOne) {
    number_words(base, 8);
    s.r[1] = base;
    m.a32(0xedd14b02, "vldr d20, [r1, #8]");
    EXPECT_EQ(s.d[20], 0x4'0000'0003u) << "doubleword: first word in the lower half";
    m.a32(0xedd12a01, "vldr s5, [r1, #4]");
    EXPECT_EQ(s.d[2], 0x2'dd00'0004u) << "odd single: upper half only";
    m.a32(0xed812a00, "vstr s4, [r1]");
    EXPECT_EQ(ram.word(base), 0xdd00'0004u) << "even single: lower half";
    s.r[1] = base + 0x20;
    m.t32(0xed414b04, "vstr d20, [r1, #-16]");
    EXPECT_EQ(ram.word(base + 0x10), 3u) << "T32 negative offset";
    EXPECT_EQ(ram.word(base + 0x14), 4u) << "second word";
    EXPECT_EQ(ram.loads + ram.stores == 0, GetParam()) << "L0 serves them";
}

TEST_P(VfpTransfer, Literals) {
    number_words(base, 8);
    s.r[15] = base;
    m.a32(0xed9f0b02, "vldr d0, [pc, #8]");
    EXPECT_EQ(s.d[0], 0x6'0000'0005u) << "A32: PC is 8 ahead";
    s.r[15] = base + 2;
    m.t32(0xed9f0b02, "vldr d0, [pc, #8]");
    EXPECT_EQ(s.d[0], 0x5'0000'0004u) << "T32: PC is 4 ahead, aligned";
    EXPECT_EQ(decode_one(InstrSet::t32, 0xed8f0b02).decoded, Decoded::unpredictable) << "T32 store by the PC";
}

TEST_P(VfpTransfer, Blocks) {
    number_words(base, 40);
    s.r[1] = base;
    m.a32(0xecb18b10, "vldmia r1!, {d8-d15}");
    for (unsigned i = 0; i < 8; ++i) EXPECT_EQ(s.d[8 + i], u64{2 * i + 2} << 32 | (2 * i + 1)) << "d" << 8 + i;
    EXPECT_EQ(s.r[1], base + 64) << "writeback";
    EXPECT_EQ(m.block[0].units, 8) << "priced per doubleword";
    m.a32(0xed610a03, "vstmdb r1!, {s1-s3}");
    EXPECT_EQ(s.r[1], base + 52) << "writeback downwards";
    EXPECT_EQ(ram.word(base + 52), 0xdd00'0001u) << "s1";
    EXPECT_EQ(ram.word(base + 60), 0xdd00'0003u) << "s3";
    EXPECT_EQ(m.block[0].units, 2) << "three singles are two doublewords";
    const u32 sp = s.r[13];
    m.t32(0xed6d0b20, "vpush {d16-d31}");
    EXPECT_EQ(s.r[13], sp - 128) << "VPUSH of sixteen";
    for (unsigned i = 16; i < 32; ++i) s.d[i] = 0;
    m.a32(0xecfd0b20, "vpop {d16-d31}");
    EXPECT_EQ(s.d[31], u64{0xdd00'003f} << 32 | 0xdd00'003e) << "VPOP brings them back";
    EXPECT_EQ(s.r[13], sp) << "SP too";
    s.r[1] = base;
    m.a32(0xec91fa02, "vldmia r1, {s30, s31}");
    EXPECT_EQ(s.r[1], base) << "no writeback";
    EXPECT_EQ(s.d[15], 0x2'0000'0001u) << "the last singles";
}

TEST_P(VfpTransfer, FldmxLeavesAGap) {
    number_words(base, 8);
    s.r[1] = base;
    m.a32(0xecb10b05, "fldmiax r1!, {d0, d1}");
    EXPECT_EQ(s.d[1], 0x4'0000'0003u) << "two doublewords are loaded";
    EXPECT_EQ(s.d[2], u64{0xdd00'0005} << 32 | 0xdd00'0004) << "not a third";
    EXPECT_EQ(s.r[1], base + 20) << "the base moves by five words";
}

TEST_P(VfpTransfer, AbortKeepsTheBase) {
    for (const auto& [raw, text] :
         {std::pair{0xecb10b08, "vldmia r1!, {d0-d3}"}, std::pair{0xeca10b08, "vstmia r1!, {d0-d3}"}}) {
        Machine k(GetParam());
        enable(k);
        k.s.r[1] = ram_base + 0x1000 - 8;
        k.fail_at(ram_base + 0x1000);
        k.a32(raw, text);
        EXPECT_TRUE(k.took(ExceptionKind::data_abort)) << text;
        EXPECT_EQ(k.s.r[1], ram_base + 0x1000 - 8) << text;
    }
    s.r[1] = base + 2;
    m.a32(0xed910a00, "vldr s0, [r1]");
    EXPECT_TRUE(m.took(ExceptionKind::data_abort)) << "word alignment is always required";
}

TEST_P(VfpTransfer, BigEndianDoublewords) {
    ram.set_word(base, 0x4433'2211);
    ram.set_word(base + 4, 0x8877'6655);
    s.psr |= psr::E;
    s.refresh_l0_ctx();
    s.r[1] = base;
    m.a32(0xed910b00, "vldr d0, [r1]");
    EXPECT_EQ(s.d[0], 0x1122'3344'5566'7788u) << "the word at the lower address is the upper half";
    m.a32(0xeca10b02, "vstmia r1!, {d0}");
    EXPECT_EQ(ram.word(base), 0x4433'2211u) << "and goes back there";
}

TEST_P(VfpTransfer, CoreRegisters) {
    s.r[2] = 0x1234'5678;
    s.r[3] = 0x9abc'def0;
    m.a32(0xee012a90, "vmov s3, r2");
    EXPECT_EQ(s.d[1], 0x1234'5678'dd00'0002u) << "to a single";
    m.a32(0xee110a90, "vmov r0, s3");
    EXPECT_EQ(s.r[0], 0x1234'5678u) << "from a single";
    m.a32(0xec432b31, "vmov d17, r2, r3");
    EXPECT_EQ(s.d[17], 0x9abc'def0'1234'5678u) << "to a doubleword";
    m.t32(0xec554b31, "vmov r4, r5, d17");
    EXPECT_EQ(s.r[4], 0x1234'5678u) << "lower half";
    EXPECT_EQ(s.r[5], 0x9abc'def0u) << "upper half";
    m.a32(0xec432a32, "vmov s5, s6, r2, r3");
    EXPECT_EQ(s.d[2] >> 32, 0x1234'5678u) << "two singles across a doubleword";
    EXPECT_EQ(static_cast<u32>(s.d[3]), 0x9abc'def0u) << "the second";
    m.a32(0xec576a32, "vmov r6, r7, s5, s6");
    EXPECT_EQ(s.r[6], 0x1234'5678u) << "back";
    EXPECT_EQ(s.r[7], 0x9abc'def0u) << "back";
}

TEST_P(VfpTransfer, Lanes) {
    s.d[20] = 0x8091'a2b3'c4d5'e6f7;
    m.a32(0xee740bf0, "vmov.s8 r0, d20[7]");
    EXPECT_EQ(s.r[0], 0xffff'ff80u) << "signed byte";
    m.a32(0xeef40bd0, "vmov.u8 r0, d20[6]");
    EXPECT_EQ(s.r[0], 0x91u) << "unsigned byte";
    m.a32(0xee340bb0, "vmov.s16 r0, d20[2]");
    EXPECT_EQ(s.r[0], 0xffff'a2b3u) << "signed halfword";
    m.t32(0xee940bf0, "vmov.u16 r0, d20[1]");
    EXPECT_EQ(s.r[0], 0xc4d5u) << "unsigned halfword";
    m.a32(0xee340b90, "vmov.32 r0, d20[1]");
    EXPECT_EQ(s.r[0], 0x8091'a2b3u) << "word";
    s.r[0] = 0xffff'ff11;
    m.a32(0xee440bd0, "vmov.8 d20[2], r0");
    EXPECT_EQ(s.d[20], 0x8091'a2b3'c411'e6f7u) << "byte in";
    m.a32(0xee240bf0, "vmov.16 d20[3], r0");
    EXPECT_EQ(s.d[20], 0xff11'a2b3'c411'e6f7u) << "halfword in";
    m.a32(0xee040b90, "vmov.32 d20[0], r0");
    EXPECT_EQ(s.d[20], 0xff11'a2b3'ffff'ff11u) << "word in";
}

TEST_P(VfpTransfer, StatusAndControl) {
    s.r[0] = 0xffff'ffff;
    m.a32(0xeee10a10, "vmsr fpscr, r0");
    m.a32(0xeef11a10, "vmrs r1, fpscr");
    EXPECT_EQ(s.r[1], 0xfff7'009fu) << "trap enables and reserved bits read as zero";
    s.fpscr = psr::N | psr::C;
    m.a32(0xeef1fa10, "vmrs APSR_nzcv, fpscr");
    EXPECT_EQ(s.nzcv(), psr::N | psr::C) << "flags move to the APSR";
    s.sys.id.mvfr0 = 0x10110222;
    m.a32(0xeef71a10, "vmrs r1, mvfr0");
    EXPECT_EQ(s.r[1], 0x1011'0222u) << "MVFR0";
    s.r[0] = 0;
    m.a32(0xeee80a10, "vmsr fpexc, r0");
    EXPECT_FALSE(s.fp_enabled) << "FPEXC.EN cleared";
    m.a32(0xeef81a10, "vmrs r1, fpexc");
    EXPECT_TRUE(ram.taken.empty()) << "FPEXC can be read at PL1 all the same";
    m.a32(0xeef61a10, "vmrs r1, mvfr1");
    EXPECT_TRUE(ram.taken.empty()) << "and MVFR1";
    m.a32(0xeef11a10, "vmrs r1, fpscr");
    EXPECT_TRUE(m.took(ExceptionKind::undefined)) << "FPSCR can't";
}

// --- who may use them

enum class Outcome { runs, undefined, hyp_trap, undefined_in_hyp };

struct AccessCase {
    const char* why;
    Mode mode;
    bool en;
    u32 cpacr, hcptr;
    Outcome vfp, simd;
};

void expect_outcome(const AccessCase& c, bool simd) {
    Machine k(true, c.mode);
    k.s.sys.cpacr = c.cpacr;
    k.s.sys.hcptr = c.hcptr;
    k.s.fpexc = c.en ? fpexc_en : 0;
    k.s.update_fp_enabled();
    k.s.d[0] = 0x5a;
    if (simd) k.a32(0xeed00b10, "vmov.u8 r0, d0[0]");
    else k.a32(0xee100a10, "vmov r0, s0");
    const Outcome want = simd ? c.simd : c.vfp;
    const char* which = simd ? ", Advanced SIMD" : ", VFP";
    switch (want) {
    case Outcome::runs:
        EXPECT_TRUE(k.ram.taken.empty()) << c.why << which;
        EXPECT_EQ(k.s.r[0], 0x5au) << c.why << which;
        return;
    case Outcome::undefined: EXPECT_TRUE(k.took(ExceptionKind::undefined)) << c.why << which; break;
    case Outcome::hyp_trap: EXPECT_TRUE(k.took(ExceptionKind::hyp_trap)) << c.why << which; break;
    case Outcome::undefined_in_hyp:
        EXPECT_TRUE(k.took(ExceptionKind::undefined)) << c.why << which;
        EXPECT_EQ(k.s.mode(), Mode::hyp) << c.why << which;
        break;
    }
    if (want == Outcome::hyp_trap || want == Outcome::undefined_in_hyp) {
        EXPECT_EQ(k.s.sys.hsr >> 26, 7u) << c.why << which << ": exception class";
        EXPECT_EQ(bit(k.s.sys.hsr, 5), simd) << c.why << which << ": ISS.TA";
    }
}

TEST(VfpAccess, CpacrFpexcAndHcptr) {
    constexpr u32 full = cp10_cp11_full, privileged = 5u << 20, asedis = 1u << 31;
    constexpr u32 tcp = hcptr::TCP10 | hcptr::TCP11, tase = hcptr::TASE;
    using enum Outcome;
    const AccessCase cases[] = {
        {"all enabled, PL1", Mode::svc, true, full, 0, runs, runs},
        {"all enabled, PL0", Mode::usr, true, full, 0, runs, runs},
        {"FPEXC.EN 0", Mode::svc, false, full, 0, undefined, undefined},
        {"CPACR denies", Mode::svc, true, 0, 0, undefined, undefined},
        {"CPACR allows PL1 only, PL1", Mode::svc, true, privileged, 0, runs, runs},
        {"CPACR allows PL1 only, PL0", Mode::usr, true, privileged, 0, undefined, undefined},
        {"CPACR.ASEDIS", Mode::svc, true, full | asedis, 0, runs, undefined},
        {"HCPTR.TCP10/11, PL1", Mode::svc, true, full, tcp, hyp_trap, hyp_trap},
        {"HCPTR.TCP10/11, PL0", Mode::usr, true, full, tcp, hyp_trap, hyp_trap},
        {"HCPTR.TASE", Mode::svc, true, full, tase, runs, hyp_trap},
        {"CPACR goes before HCPTR", Mode::svc, true, 0, tcp, undefined, undefined},
        {"FPEXC.EN goes before HCPTR", Mode::svc, false, full, tcp, undefined, undefined},
        {"Hyp mode ignores CPACR", Mode::hyp, true, 0, 0, runs, runs},
        {"Hyp mode obeys FPEXC.EN", Mode::hyp, false, full, 0, undefined, undefined},
        {"Hyp mode obeys HCPTR", Mode::hyp, true, full, tcp, undefined_in_hyp, undefined_in_hyp},
    };
    for (const AccessCase& c : cases) {
        expect_outcome(c, false);
        expect_outcome(c, true);
    }
}

TEST(VfpAccess, SyndromeOfTheHcptrTrap) {
    Machine k(true);
    VfpTransfer::enable(k);
    k.s.sys.hcptr = hcptr::TCP10 | hcptr::TCP11;
    k.s.update_fp_enabled();
    k.s.r[1] = base;
    k.a32(0xed910b00, "vldr d0, [r1]");
    EXPECT_TRUE(k.took(ExceptionKind::hyp_trap)) << "trapped before the access";
    EXPECT_EQ(k.s.sys.hsr, 0x1fe0'000au) << "EC 7, IL, CV, COND AL, coprocessor 10";
    EXPECT_EQ(k.ram.loads, 0u) << "no access";
}

TEST(VfpAccess, IdentificationTraps) {
    struct Case {
        u32 raw;
        const char* text;
        u32 hcr, hsr;
    };
    const Case cases[] = {
        {0xeef73a10, "vmrs r3, mvfr0", hcr::TID3, 8u << 26 | 1u << 25 | 0x1e << 20 | 7 << 14 | 7 << 10 | 3 << 5 | 1},
        {0xeef63a10, "vmrs r3, mvfr1", hcr::TID3, 8u << 26 | 1u << 25 | 0x1e << 20 | 7 << 14 | 6 << 10 | 3 << 5 | 1},
        {0xeef03a10, "vmrs r3, fpsid", hcr::TID0, 8u << 26 | 1u << 25 | 0x1e << 20 | 7 << 14 | 0 << 10 | 3 << 5 | 1},
    };
    for (const Case& c : cases) {
        Machine k;
        k.s.sys.cpacr = cp10_cp11_full;
        k.s.update_fp_enabled();
        k.s.sys.hcr = hcr::TID0 | hcr::TID3;
        k.s.sys.hcr &= ~c.hcr;
        k.a32(c.raw, c.text);
        EXPECT_TRUE(k.ram.taken.empty()) << c.text << ": the other trap bit doesn't matter";
        k.s.sys.hcr = c.hcr;
        k.a32(c.raw, c.text);
        EXPECT_TRUE(k.took(ExceptionKind::hyp_trap)) << c.text;
        EXPECT_EQ(k.s.sys.hsr, c.hsr) << c.text;
        EXPECT_EQ(decode_one(InstrSet::a32, c.raw, Privilege::pl0).decoded, Decoded::undefined) << c.text << " at PL0";
        Machine hyp(false, Mode::hyp);
        hyp.s.sys.hcr = c.hcr;
        hyp.a32(c.raw, c.text);
        EXPECT_TRUE(hyp.ram.taken.empty()) << c.text << ": not trapped in Hyp mode";
    }
}

TEST(VfpAccess, RegisterFilesOfSixteen) {
    Features d16;
    d16.vfp_d32 = false;
    EXPECT_EQ(decode_one(InstrSet::a32, 0xedd10b00, Privilege::pl1, 0, d16).decoded, Decoded::undefined) << "vldr d16";
    EXPECT_EQ(decode_one(InstrSet::a32, 0xed91fb00, Privilege::pl1, 0, d16).decoded, Decoded::ok) << "vldr d15";
    EXPECT_NE(decode_one(InstrSet::a32, 0xec91fb04, Privilege::pl1, 0, d16).decoded, Decoded::ok) << "vldm {d15, d16}";
    EXPECT_EQ(decode_one(InstrSet::a32, 0xec91fb04).decoded, Decoded::ok) << "with 32 registers";
    EXPECT_NE(decode_one(InstrSet::a32, 0xecd1fa02).decoded, Decoded::ok) << "vldm {s31, s32}";
    EXPECT_NE(decode_one(InstrSet::a32, 0xecd1fb04).decoded, Decoded::ok) << "vldm {d31, d32}";
    EXPECT_NE(decode_one(InstrSet::a32, 0xec910b00).decoded, Decoded::ok) << "an empty list";
    EXPECT_NE(decode_one(InstrSet::a32, 0xec910b22).decoded, Decoded::ok) << "seventeen doublewords";
    Features none;
    none.vfp = false;
    for (u32 raw : {0xed910b00u, 0xee100a10u, 0xeef10a10u})
        EXPECT_EQ(decode_one(InstrSet::a32, raw, Privilege::pl1, 0, none).decoded, Decoded::undefined)
            << "no VFP: " << std::hex << raw;
    Features no_simd;
    no_simd.neon = false;
    EXPECT_EQ(decode_one(InstrSet::a32, 0xeed00b10, Privilege::pl1, 0, no_simd).decoded, Decoded::undefined)
        << "byte lanes need Advanced SIMD";
    EXPECT_EQ(decode_one(InstrSet::a32, 0xee100b10, Privilege::pl1, 0, no_simd).decoded, Decoded::ok)
        << "word lanes do not";
}

}  // namespace
}  // namespace vtoll::isa::test

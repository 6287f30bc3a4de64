// SPDX-License-Identifier: Apache-2.0
// LDR, STR and their like: addressing, extension, writeback, literals, loads to the PC.
#include "tests/unit/isa/load_store_fixture.hpp"

namespace vtoll::isa::test {
namespace {

INSTANTIATE_TEST_SUITE_P(L0, LoadStore, ::testing::Bool(), [](const auto& info) { return info.param ? "on" : "off"; });

constexpr u32 base = ram_base + 0x400;

TEST_P(LoadStore, ImmediateAddressing) {
    ram.set_word(base, 0x1122'3344);
    ram.set_word(base + 8, 0x5566'7788);
    ram.set_word(base - 4, 0x99aa'bbcc);
    s.r[1] = base;
    m.a32(0xe5910000, "ldr r0, [r1]");
    EXPECT_EQ(s.r[0], 0x1122'3344u) << "plain load";
    m.a32(0xe5110004, "ldr r0, [r1, #-4]");
    EXPECT_EQ(s.r[0], 0x99aa'bbccu) << "negative offset";
    m.a32(0xe5b10008, "ldr r0, [r1, #8]!");
    EXPECT_EQ(s.r[0], 0x5566'7788u) << "pre-indexed";
    EXPECT_EQ(s.r[1], base + 8) << "pre-indexed writeback";
    m.a32(0xe4110008, "ldr r0, [r1], #-8");
    EXPECT_EQ(s.r[0], 0x5566'7788u) << "post-indexed uses the old base";
    EXPECT_EQ(s.r[1], base) << "post-indexed writeback";
    m.t32(0xf8d10008, "ldr.w r0, [r1, #8]");
    EXPECT_EQ(s.r[0], 0x5566'7788u) << "T32 12-bit offset";
    m.t32(0xf8512d04, "ldr r2, [r1, #-4]!");
    EXPECT_EQ(s.r[2], 0x99aa'bbccu) << "T32 pre-indexed";
    EXPECT_EQ(s.r[1], base - 4) << "T32 pre-indexed writeback";
    m.t16(0x684a, "ldr r2, [r1, #4]");
    EXPECT_EQ(s.r[2], 0x1122'3344u) << "T16 scaled offset";
    s.r[13] = base;
    m.t16(0x9a02, "ldr r2, [sp, #8]");
    EXPECT_EQ(s.r[2], 0x5566'7788u) << "T16 SP-relative";
    EXPECT_EQ(ram.loads == 0, GetParam()) << "with L0 on no aligned access reaches Env, without it all do";
}

TEST_P(LoadStore, ExtensionOfNarrowLoads) {
    ram.set_word(base, 0x80f1'92a3);
    s.r[1] = base;
    s.r[3] = 2;
    m.a32(0xe5d10003, "ldrb r0, [r1, #3]");
    EXPECT_EQ(s.r[0], 0x80u) << "bytes are zero-extended";
    m.a32(0xe1d100d3, "ldrsb r0, [r1, #3]");
    EXPECT_EQ(s.r[0], 0xffff'ff80u) << "signed bytes are sign-extended";
    m.a32(0xe19100b3, "ldrh r0, [r1, r3]");
    EXPECT_EQ(s.r[0], 0x80f1u) << "halfwords are zero-extended";
    m.a32(0xe0d100f2, "ldrsh r0, [r1], #2");
    EXPECT_EQ(s.r[0], 0xffff'92a3u) << "signed halfwords are sign-extended";
    EXPECT_EQ(s.r[1], base + 2) << "post-indexed by an immediate";
    m.t16(0x7848, "ldrb r0, [r1, #1]");
    EXPECT_EQ(s.r[0], 0x80u) << "T16 byte";
    m.t16(0x8808, "ldrh r0, [r1]");
    EXPECT_EQ(s.r[0], 0x80f1u) << "T16 halfword";
    s.r[3] = 0xffff'fffe;
    m.t16(0x5ec8, "ldrsh r0, [r1, r3]");
    EXPECT_EQ(s.r[0], 0xffff'92a3u) << "T16 signed halfword, negative register offset";
    m.t16(0x56c8, "ldrsb r0, [r1, r3]");
    EXPECT_EQ(s.r[0], 0xffff'ffa3u) << "T16 signed byte";
    m.t32(0xf9910001, "ldrsb.w r0, [r1, #1]");
    EXPECT_EQ(s.r[0], 0xffff'ff80u) << "T32 signed byte";
    m.t32(0xf9310c02, "ldrsh r0, [r1, #-2]");
    EXPECT_EQ(s.r[0], 0xffff'92a3u) << "T32 signed halfword";
}

TEST_P(LoadStore, RegisterOffsets) {
    for (u32 i = 0; i < 64; ++i) ram.set_word(base + 4 * i, i);
    s.r[1] = base;
    s.r[2] = 5;
    m.a32(0xe7910102, "ldr r0, [r1, r2, lsl #2]");
    EXPECT_EQ(s.r[0], 5u) << "LSL #2";
    s.r[2] = 0x400;
    m.a32(0xe7910222, "ldr r0, [r1, r2, lsr #4]");
    EXPECT_EQ(s.r[0], 16u) << "LSR #4";
    s.r[2] = 0xffff'fff0;
    s.r[3] = base + 0x40;
    m.a32(0xe79300c2, "ldr r0, [r3, r2, asr #1]");
    EXPECT_EQ(s.r[0], 14u) << "ASR #1 of a negative number";
    m.a32(0xe7930042, "ldr r0, [r3, r2, asr #32]");
    EXPECT_TRUE(s.r[0] == 0x1000'0000u || ram.loads) << "ASR #32 leaves -1: an unaligned access goes to Env";
    s.r[2] = 0x2;
    s.cf = 0;
    m.a32(0xe7910f62, "ldr r0, [r1, r2, ror #30]");
    EXPECT_EQ(s.r[0], 2u) << "ROR #30";
    s.r[2] = 0x18;
    m.a32(0xe7910062, "ldr r0, [r1, r2, rrx]");
    EXPECT_EQ(s.r[0], 3u) << "RRX with C clear";
    s.r[2] = 0xffff'ffff;
    m.a32(0xe7910022, "ldr r0, [r1, r2, lsr #32]");
    EXPECT_EQ(s.r[0], 0u) << "LSR #32 is zero";
    s.r[1] = base + 0x20;
    s.r[2] = 4;
    m.a32(0xe7110002, "ldr r0, [r1, -r2]");
    EXPECT_EQ(s.r[0], 7u) << "subtracted register";
    EXPECT_EQ(s.r[1], base + 0x20) << "no writeback in the offset form";
    m.a32(0xe7310082, "ldr r0, [r1, -r2, lsl #1]!");
    EXPECT_EQ(s.r[0], 6u) << "pre-indexed, subtracted";
    EXPECT_EQ(s.r[1], base + 0x18) << "writeback of it";
    m.a32(0xe6910082, "ldr r0, [r1], r2, lsl #1");
    EXPECT_EQ(s.r[0], 6u) << "post-indexed by a register";
    EXPECT_EQ(s.r[1], base + 0x20) << "writeback of it";
    m.a32(0xe7f10002, "ldrb r0, [r1, r2]!");
    EXPECT_EQ(s.r[0], 9u) << "byte, pre-indexed by a register";
    EXPECT_EQ(s.r[1], base + 0x24) << "writeback of it";
    s.r[1] = base;
    m.t32(0xf8510032, "ldr.w r0, [r1, r2, lsl #3]");
    EXPECT_EQ(s.r[0], 8u) << "T32 LSL #3";
    m.t16(0x5888, "ldr r0, [r1, r2]");
    EXPECT_EQ(s.r[0], 1u) << "T16 register offset";
}

TEST_P(LoadStore, RrxTakesTheCarry) {
    // An address made with carry set: 0x80000000 + base + ...; base is chosen so that it wraps to the RAM.
    ram.set_word(base, 0xfeed'0001);
    s.r[1] = base - 0x8000'0000u;
    s.r[2] = 0;
    s.cf = 1;
    m.a32(0xe7910062, "ldr r0, [r1, r2, rrx]");
    EXPECT_EQ(s.r[0], 0xfeed'0001u) << "the carry comes in at the top";
}

TEST_P(LoadStore, Stores) {
    s.r[0] = 0xcafe'f00d;
    s.r[1] = base;
    m.a32(0xe5a10004, "str r0, [r1, #4]!");
    EXPECT_EQ(ram.word(base + 4), 0xcafe'f00du) << "word store";
    EXPECT_EQ(s.r[1], base + 4) << "pre-indexed writeback";
    m.a32(0xe4c10001, "strb r0, [r1], #1");
    EXPECT_EQ(ram.word(base + 4), 0xcafe'f00du) << "the same byte again";
    EXPECT_EQ(s.r[1], base + 5) << "post-indexed writeback";
    m.a32(0xe5c10000, "strb r0, [r1]");
    EXPECT_EQ(ram.word(base + 4), 0xcafe'0d0du) << "one byte only";
    m.a32(0xe1c100b3, "strh r0, [r1, #3]");
    EXPECT_EQ(ram.word(base + 8), 0xf00du) << "one halfword only";
    s.r[2] = 3;
    m.t32(0xf8210022, "strh.w r0, [r1, r2, lsl #2]");
    EXPECT_EQ(ram.word(base + 0x10), 0x00f0'0d00u) << "an unaligned halfword goes through Env";
}

TEST_P(LoadStore, StoreOfThePcAndByThePc) {
    s.r[15] = 0x8000;
    s.r[1] = base;
    m.a32(0xe581f000, "str pc, [r1]");
    EXPECT_EQ(ram.word(base), 0x8008u) << "PCStoreValue is the address plus 8";
    s.r[15] = base;
    ram.set_word(base + 0x18, 0x1234'5678);
    m.a32(0xe59f0010, "ldr r0, [pc, #16]");
    EXPECT_EQ(s.r[0], 0x1234'5678u) << "A32 literal";
    s.r[15] = base + 0x20;
    m.a32(0xe51f0010, "ldr r0, [pc, #-16]");
    EXPECT_EQ(s.r[0], 0x1234'5678u) << "A32 literal, negative";
    s.r[15] = base;
    s.r[2] = 0x10;
    m.a32(0xe79f0002, "ldr r0, [pc, r2]");
    EXPECT_EQ(s.r[0], 0x1234'5678u) << "PC plus register";
    s.r[15] = base;
    s.r[0] = 7;
    m.a32(0xe58f0008, "str r0, [pc, #8]");
    EXPECT_EQ(ram.word(base + 16), 7u) << "store by the PC";
}

TEST_P(LoadStore, ThumbLiteralsAlignThePc) {
    ram.set_word(base + 0x10, 0x8765'4321);
    for (u32 pc : {base, base + 2}) {
        s.r[15] = pc;
        m.t16(0x4803, "ldr r0, [pc, #12]");
        EXPECT_EQ(s.r[0], 0x8765'4321u) << "T16 literal from " << std::hex << pc;
        s.r[15] = pc + 0x14;
        m.t32(0xf85f0008, "ldr.w r0, [pc, #-8]");
        EXPECT_EQ(s.r[0], 0x8765'4321u) << "T32 literal from " << std::hex << pc;
        s.r[15] = pc + 0x14;
        m.t32(0xf93f0006, "ldrsh.w r0, [pc, #-6]");
        EXPECT_EQ(s.r[0], 0xffff'8765u) << "T32 signed halfword literal from " << std::hex << pc;
        s.r[15] = pc;
        m.t32(0xe9df2303, "ldrd r2, r3, [pc, #12]");
        EXPECT_EQ(s.r[2], 0x8765'4321u) << "T32 doubleword literal from " << std::hex << pc;
    }
}

TEST_P(LoadStore, LoadsToThePcInterwork) {
    ram.set_word(base, 0x9001);
    ram.set_word(base + 4, 0xa000);
    s.r[1] = base;
    m.a32(0xe591f000, "ldr pc, [r1]");
    EXPECT_TRUE(s.thumb) << "bit 0 selects T32";
    EXPECT_EQ(s.r[15], 0x9000u) << "and is not part of the address";
    EXPECT_EQ(m.block[0].cls, CostClass::branch_load) << "priced as a branch";
    EXPECT_TRUE(m.block[0].flags & op_ends_block) << "ends its block";
    m.t32(0xf8d1f004, "ldr.w pc, [r1, #4]");
    EXPECT_FALSE(s.thumb) << "back to A32";
    EXPECT_EQ(s.r[15], 0xa000u) << "target";
    s.r[13] = base;
    m.a32(0xe49df004, "pop {pc}");
    EXPECT_EQ(s.r[15], 0x9000u) << "POP of the PC alone";
    EXPECT_EQ(s.r[13], base + 4) << "POP moves SP";
    s.set_nzcv(0);
    s.r[15] = 0x8000;
    m.a32(0x0591f000, "ldreq pc, [r1]");
    EXPECT_EQ(s.r[15], 0x8004u) << "not taken when the condition fails";
}

TEST_P(LoadStore, DoublewordTransfers) {
    ram.set_word(base, 0x1111'1111);
    ram.set_word(base + 4, 0x2222'2222);
    ram.set_word(base + 12, 0x4444'4444);
    s.r[1] = base;
    s.r[6] = 4;
    m.a32(0xe0c120d4, "ldrd r2, r3, [r1], #4");
    EXPECT_EQ(s.r[2], 0x1111'1111u) << "first word";
    EXPECT_EQ(s.r[3], 0x2222'2222u) << "second word";
    EXPECT_EQ(s.r[1], base + 4) << "writeback";
    EXPECT_EQ(m.block[0].units, 2) << "two registers";
    m.a32(0xe10120d6, "ldrd r2, r3, [r1, -r6]");
    EXPECT_EQ(s.r[2], 0x1111'1111u) << "by a subtracted register";
    m.a32(0xe1a120f6, "strd r2, r3, [r1, r6]!");
    EXPECT_EQ(ram.word(base + 8), 0x1111'1111u) << "stored first";
    EXPECT_EQ(ram.word(base + 12), 0x2222'2222u) << "stored second, over what was there";
    EXPECT_EQ(s.r[1], base + 8) << "register pre-index writeback";
    m.t32(0xe9718502, "ldrd r8, r5, [r1, #-8]!");
    EXPECT_EQ(s.r[8], 0x1111'1111u) << "T32 takes any pair";
    EXPECT_EQ(s.r[5], 0x2222'2222u) << "T32 second of the pair";
    EXPECT_EQ(s.r[1], base) << "T32 writeback";
}

TEST_P(LoadStore, AbortsLeaveTheRegistersAlone) {
    struct Case {
        InstrSet set;
        u32 raw;
        const char* text;
    };
    const Case cases[] = {
        {InstrSet::a32, 0xe5b10004, "ldr r0, [r1, #4]!"},      {InstrSet::a32, 0xe4910004, "ldr r0, [r1], #4"},
        {InstrSet::a32, 0xe6910002, "ldr r0, [r1], r2"},       {InstrSet::a32, 0xe5a10004, "str r0, [r1, #4]!"},
        {InstrSet::a32, 0xe6410002, "strb r0, [r1], -r2"},     {InstrSet::a32, 0xe0c140d8, "ldrd r4, r5, [r1], #8"},
        {InstrSet::a32, 0xe1e140f4, "strd r4, r5, [r1, #4]!"}, {InstrSet::t32, 0xf9310b04, "ldrsh r0, [r1], #4"},
        {InstrSet::t32, 0xf8410f04, "str r0, [r1, #4]!"},      {InstrSet::t32, 0xe9f14501, "ldrd r4, r5, [r1, #4]!"},
    };
    for (const Case& c : cases) {
        Machine k(GetParam());
        k.s.r[1] = base;
        k.s.r[2] = 4;
        k.s.l0_entry(base) = {};
        for (u32 va : {base, base + 4}) k.fail_at(va);
        const auto before = k.s.r;
        k.run(c.set, c.raw, c.text);
        EXPECT_TRUE(k.took(ExceptionKind::data_abort)) << c.text;
        EXPECT_EQ(k.s.mode(), Mode::abt) << c.text;
        for (unsigned i = 0; i < 13; ++i) EXPECT_EQ(k.s.r[i], before[i]) << c.text << ": r" << i;
    }
}

TEST_P(LoadStore, SecondHalfOfADoublewordAborts) {
    s.r[1] = ram_base + 0xffc;
    m.fail_at(ram_base + 0x1000);
    ram.set_word(ram_base + 0xffc, 5);
    m.a32(0xe0c140d8, "ldrd r4, r5, [r1], #8");
    EXPECT_TRUE(m.took(ExceptionKind::data_abort)) << "the second page is missing";
    EXPECT_EQ(s.r[4], 0xa0a0'0004u) << "the first register is kept, so that the load can be made again";
    EXPECT_EQ(s.r[1], ram_base + 0xffc) << "the base too";
    EXPECT_EQ(s.sys.dfar, ram_base + 0x1000) << "DFAR is the word that failed";
}

TEST_P(LoadStore, UnalignedAccesses) {
    ram.set_word(base, 0x4433'2211);
    ram.set_word(base + 4, 0x8877'6655);
    s.r[1] = base + 1;
    m.a32(0xe5910000, "ldr r0, [r1]");
    EXPECT_EQ(s.r[0], 0x5544'3322u) << "LDR may be unaligned";
    EXPECT_EQ(ram.loads, 1u) << "through Env, also with L0 on";
    m.a32(0xe1c140d0, "ldrd r4, r5, [r1]");
    EXPECT_TRUE(m.took(ExceptionKind::data_abort)) << "LDRD may not";
    EXPECT_EQ(s.sys.dfsr & 0xf, 1u) << "an alignment fault";
}

TEST_P(LoadStore, FailedConditionMakesNoAccess) {
    s.set_nzcv(psr::Z);
    s.r[1] = 0xdead'0000;
    m.a32(0x14910004, "ldrne r0, [r1], #4");
    EXPECT_EQ(ram.loads, 0u) << "no access";
    EXPECT_EQ(s.r[1], 0xdead'0000u) << "no writeback";
    EXPECT_EQ(s.r[15], 0x8004u) << "on to the next instruction";
}

TEST_P(LoadStore, UnprivilegedAccessesUseTheUserContext) {
    s.r[1] = base;
    ram.set_word(base, 0x77);
    m.unmap(ram_base);
    m.map(ram_base, s.l0_ctx_by_pl[1]);
    m.a32(0xe4b10004, "ldrt r0, [r1], #4");
    EXPECT_EQ(ram.loads, 1u) << "an entry of PL1 doesn't serve LDRT";
    EXPECT_TRUE(ram.last_flags & op_unpriv) << "Env is told";
    EXPECT_EQ(s.r[0], 0x77u) << "value";
    EXPECT_EQ(s.r[1], base + 4) << "A32 LDRT is post-indexed";
    m.map(ram_base, s.l0_ctx_by_pl[0]);
    m.t32(0xf8410e04, "strt r0, [r1, #4]");
    EXPECT_EQ(ram.stores, 0u) << "an entry of PL0 serves STRT";
    EXPECT_EQ(ram.word(base + 8), 0x77u) << "value stored";
    s.r[2] = 4;
    m.a32(0xe03130d2, "ldrsbt r3, [r1], -r2");
    EXPECT_EQ(s.r[1], base) << "halfword and signed forms by register";
    m.a32(0xe6e10082, "strbt r0, [r1], r2, lsl #1");
    EXPECT_EQ(s.r[1], base + 8) << "byte form by shifted register";
}

TEST_P(LoadStore, HintsAreToldOfTheirAddress) {
    s.r[0] = base;
    s.r[1] = base + 0x100;
    s.r[2] = 5;
    const auto told = [&](u32 va, Preload what, const char* text) {
        ASSERT_FALSE(ram.hints.empty()) << text;
        EXPECT_EQ(ram.hints.back().first, va) << text;
        EXPECT_EQ(ram.hints.back().second, what) << text;
        ram.hints.clear();
    };
    m.a32(0xf550f040, "pld [r0, #-64]");
    told(base - 64, Preload::read, "A32 immediate");
    m.a32(0xf7d1f102, "pld [r1, r2, lsl #2]");
    told(base + 0x114, Preload::read, "A32 shifted register");
    m.a32(0xf751f002, "pld [r1, -r2]");
    told(base + 0xfb, Preload::read, "A32 negative register");
    m.a32(0xf590f008, "pldw [r0, #8]");
    told(base + 8, Preload::write, "A32 for writing");
    m.a32(0xf4d0f00c, "pli [r0, #12]");
    told(base + 12, Preload::instruction, "A32 of code");
    m.t32(0xf890f100, "pld [r0, #256]");
    told(base + 256, Preload::read, "T32 twelve bits");
    m.t32(0xf810fc04, "pld [r0, #-4]");
    told(base - 4, Preload::read, "T32 negative");
    m.t32(0xf831f032, "pldw [r1, r2, lsl #3]");
    told(base + 0x128, Preload::write, "T32 register");
    m.t32(0xf911f002, "pli [r1, r2]");
    told(base + 0x105, Preload::instruction, "T32 of code");
    EXPECT_EQ(ram.loads + ram.stores, 0u) << "none of them is an access";
}

TEST_P(LoadStore, BigEndianData) {
    ram.set_word(base, 0x1122'3344);
    s.psr |= psr::E;
    s.refresh_l0_ctx();
    s.r[1] = base;
    m.a32(0xe5910000, "ldr r0, [r1]");
    EXPECT_EQ(s.r[0], 0x4433'2211u) << "CPSR.E reverses a word";
    m.a32(0xe1d100f2, "ldrsh r0, [r1, #2]");
    EXPECT_EQ(s.r[0], 0x2211u) << "and a halfword";
    m.a32(0xe8910030, "ldm r1, {r4, r5}");
    EXPECT_EQ(s.r[4], 0x4433'2211u) << "and each word of a block";
}

}  // namespace
}  // namespace vtoll::isa::test

// SPDX-License-Identifier: Apache-2.0
// LDREX, STREX, CLREX, SWP, memory hints.
#include "tests/unit/isa/load_store_fixture.hpp"

namespace vtoll::isa::test {
namespace {

using Exclusive = LoadStore;
INSTANTIATE_TEST_SUITE_P(L0, Exclusive, ::testing::Bool(), [](const auto& info) { return info.param ? "on" : "off"; });

constexpr u32 base = ram_base + 0x400;

TEST_P(Exclusive, Pairs) {
    struct Case {
        InstrSet set;
        u32 load;
        const char* load_text;
        u32 store;
        const char* store_text;
        u32 loaded, after;
    };
    const Case cases[] = {
        {InstrSet::a32, 0xe1910f9f, "ldrex r0, [r1]", 0xe1812f93, "strex r2, r3, [r1]", 0x8182'8384, 0x3132'3334},
        {InstrSet::a32, 0xe1d10f9f, "ldrexb r0, [r1]", 0xe1c12f93, "strexb r2, r3, [r1]", 0x84, 0x8182'8334},
        {InstrSet::a32, 0xe1f10f9f, "ldrexh r0, [r1]", 0xe1e12f93, "strexh r2, r3, [r1]", 0x8384, 0x8182'3334},
        {InstrSet::t32, 0xe8d10f4f, "ldrexb r0, [r1]", 0xe8c13f42, "strexb r2, r3, [r1]", 0x84, 0x8182'8334},
        {InstrSet::t32, 0xe8d10f5f, "ldrexh r0, [r1]", 0xe8c13f52, "strexh r2, r3, [r1]", 0x8384, 0x8182'3334},
        {InstrSet::t32, 0xe8510f00, "ldrex r0, [r1]", 0xe8413200, "strex r2, r3, [r1]", 0x8182'8384, 0x3132'3334},
    };
    for (const Case& c : cases) {
        Machine k(GetParam());
        k.ram.set_word(base, 0x8182'8384);
        k.s.r[1] = base;
        k.s.r[3] = 0x3132'3334;
        k.run(c.set, c.load, c.load_text);
        EXPECT_EQ(k.s.r[0], c.loaded) << c.load_text;
        k.run(c.set, c.store, c.store_text);
        EXPECT_EQ(k.s.r[2], 0u) << c.store_text << ": success is 0";
        EXPECT_EQ(k.ram.word(base), c.after) << c.store_text;
        k.s.r[3] = 0;
        k.run(c.set, c.store, c.store_text);
        EXPECT_EQ(k.s.r[2], 1u) << c.store_text << ": the second store finds the monitor open";
        EXPECT_EQ(k.ram.word(base), c.after) << c.store_text << ": and stores nothing";
    }
}

TEST_P(Exclusive, OffsetOfTheT32Form) {
    ram.set_word(base + 8, 99);
    s.r[1] = base;
    m.t32(0xe8510f02, "ldrex r0, [r1, #8]");
    EXPECT_EQ(s.r[0], 99u) << "scaled offset";
    s.r[3] = 100;
    m.t32(0xe8413202, "strex r2, r3, [r1, #8]");
    EXPECT_EQ(s.r[2], 0u) << "same address";
    EXPECT_EQ(ram.word(base + 8), 100u) << "stored";
}

TEST_P(Exclusive, Doublewords) {
    ram.set_word(base, 1);
    ram.set_word(base + 4, 2);
    s.r[1] = base;
    m.a32(0xe1b14f9f, "ldrexd r4, r5, [r1]");
    EXPECT_EQ(s.r[4], 1u) << "lower address, first register";
    EXPECT_EQ(s.r[5], 2u) << "upper address, second register";
    s.r[4] = 3;
    s.r[5] = 4;
    m.a32(0xe1a12f94, "strexd r2, r4, r5, [r1]");
    EXPECT_EQ(s.r[2], 0u) << "success";
    EXPECT_EQ(ram.word(base), 3u) << "first";
    EXPECT_EQ(ram.word(base + 4), 4u) << "second";
    m.t32(0xe8d1737f, "ldrexd r7, r3, [r1]");
    EXPECT_EQ(s.r[7], 3u) << "T32 takes any pair";
    EXPECT_EQ(s.r[3], 4u) << "second of the pair";
    m.t32(0xe8c13772, "strexd r2, r3, r7, [r1]");
    EXPECT_EQ(ram.word(base), 4u) << "T32 store";
    EXPECT_EQ(ram.word(base + 4), 3u) << "T32 store, second";
}

TEST_P(Exclusive, ClrexAndAnotherAddress) {
    s.r[1] = base;
    m.a32(0xe1910f9f, "ldrex r0, [r1]");
    m.a32(0xf57ff01f, "clrex");
    m.a32(0xe1812f93, "strex r2, r3, [r1]");
    EXPECT_EQ(s.r[2], 1u) << "CLREX opens the monitor";
    m.a32(0xe1910f9f, "ldrex r0, [r1]");
    s.r[1] = base + 4;
    m.a32(0xe1812f93, "strex r2, r3, [r1]");
    EXPECT_EQ(s.r[2], 1u) << "another address";
    m.t32(0xf3bf8f2f, "clrex");
}

TEST_P(Exclusive, AlignmentIsAlwaysChecked) {
    for (const auto& [raw, text] :
         {std::pair{0xe1910f9f, "ldrex r0, [r1]"}, std::pair{0xe1812f93, "strex r2, r3, [r1]"},
          std::pair{0xe1b14f9f, "ldrexd r4, r5, [r1]"}, std::pair{0xe1a12f94, "strexd r2, r4, r5, [r1]"},
          std::pair{0xe1f10f9f, "ldrexh r0, [r1]"}}) {
        Machine k(GetParam());
        k.s.r[1] = base + 1;
        k.a32(raw, text);
        EXPECT_TRUE(k.took(ExceptionKind::data_abort)) << text;
        EXPECT_EQ(k.s.r[2], 0xa0a0'0002u) << text << ": the status register is kept";
    }
}

TEST_P(Exclusive, AbortKeepsTheStatusRegister) {
    s.r[1] = base;
    m.fail_at(base);
    m.a32(0xe1812f93, "strex r2, r3, [r1]");
    EXPECT_TRUE(m.took(ExceptionKind::data_abort)) << "translation is checked first";
    EXPECT_EQ(s.r[2], 0xa0a0'0002u) << "status kept";
    EXPECT_TRUE(s.sys.dfsr & (1u << 11)) << "a write";
}

TEST_P(Exclusive, Swap) {
    ram.set_word(base, 0x8182'8384);
    s.r[1] = base;
    s.r[3] = 0x1122'3344;
    m.a32(0xe1010093, "swp r0, r3, [r1]");
    EXPECT_TRUE(m.took(ExceptionKind::undefined)) << "SCTLR.SW is 0";
    Machine k(GetParam());
    k.s.sys.sctlr |= sctlr::SW;
    k.ram.set_word(base, 0x8182'8384);
    k.s.r[1] = base;
    k.s.r[3] = 0x1122'3344;
    k.a32(0xe1010093, "swp r0, r3, [r1]");
    EXPECT_EQ(k.s.r[0], 0x8182'8384u) << "old value";
    EXPECT_EQ(k.ram.word(base), 0x1122'3344u) << "new value";
    k.a32(0xe1413093, "swpb r3, r3, [r1]");
    EXPECT_EQ(k.s.r[3], 0x44u) << "byte, same register for both";
}

TEST(ExclusiveDecode, HintsDoNothing) {
    const std::pair<InstrSet, u32> hints[] = {
        {InstrSet::a32, 0xf5d1f000}, {InstrSet::a32, 0xf591f000}, {InstrSet::a32, 0xf7d1f002},
        {InstrSet::a32, 0xf4d1f000}, {InstrSet::a32, 0xf6d1f002}, {InstrSet::a32, 0xf5dff000},
        {InstrSet::a32, 0xf4910000}, {InstrSet::a32, 0xf6910000}, {InstrSet::t32, 0xf891f000},
        {InstrSet::t32, 0xf8b1f000}, {InstrSet::t32, 0xf811fc04}, {InstrSet::t32, 0xf811f002},
        {InstrSet::t32, 0xf81ff008}, {InstrSet::t32, 0xf991f000}, {InstrSet::t32, 0xf911fc04},
        {InstrSet::t32, 0xf99ff008}, {InstrSet::t32, 0xf9b1f000},
    };
    for (const auto& [set, raw] : hints) {
        Machine k;
        const auto before = k.s.r;
        k.run(set, raw, "a hint");
        EXPECT_EQ(k.ram.loads + k.ram.taken.size(), 0u) << std::hex << raw << ": no access, no exception";
        EXPECT_EQ(k.s.r[1], before[1]) << std::hex << raw;
    }
}

TEST(ExclusiveDecode, UnpredictableForms) {
    const u32 words[] = {0xe1813f91 /* strex r3, r1, [r1]: fine */};
    EXPECT_EQ(decode_one(InstrSet::a32, words[0]).decoded, Decoded::ok) << "Rt may be the base";
    for (u32 raw : {0xe1811f92u, 0xe1812f92u, 0xe1b13f9fu, 0xe191ff9fu, 0xe1a12f93u})
        EXPECT_NE(decode_one(InstrSet::a32, raw).decoded, Decoded::ok) << std::hex << raw;
    for (u32 raw : {0xe8411100u, 0xe8d1447fu, 0xe8d1df4fu})
        EXPECT_NE(decode_one(InstrSet::t32, raw).decoded, Decoded::ok) << std::hex << raw;
}

}  // namespace
}  // namespace vtoll::isa::test

// SPDX-License-Identifier: Apache-2.0
// Element and structure loads and stores: where each byte goes, alignment, writeback, aborts, byte order.
#include "tests/unit/isa/load_store_fixture.hpp"
#include "tests/unit/isa/neon_case.hpp"

namespace vtoll::isa::test {
namespace {

constexpr u32 base = ram_base + 0x400;
constexpr u64 old = 0xdddddddd'dddddddd;

struct NeonLoadStore : LoadStore {
    NeonLoadStore() {
        prepare(m);
        for (u32 i = 0; i < 64; ++i) *ram.at(base + i) = static_cast<u8>(i);
        s.r[1] = base;
        s.r[2] = 0x24;
    }
    static void prepare(Machine& k) {
        enable_simd(k.s);
        k.s.d.fill(old);
    }
    void expect_d(std::initializer_list<u64> values, const char* what) {
        unsigned i = 0;
        for (u64 v : values) {
            EXPECT_EQ(s.d[i], v) << what << ": d" << i << " is " << std::hex << s.d[i] << " for " << v;
            ++i;
        }
    }
    void expect_bytes(u32 at, std::initializer_list<u8> values, const char* what) {
        for (u8 v : values) {
            EXPECT_EQ(*ram.at(at), v) << what << ": byte at base + " << at - base;
            ++at;
        }
    }
};
INSTANTIATE_TEST_SUITE_P(L0, NeonLoadStore, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "on" : "off"; });

TEST_P(NeonLoadStore, OneElementStructures) {
    m.a32(0xf421070f, "vld1.8 {d0}, [r1]");
    expect_d({0x07060504'03020100, old}, "vld1.8");
    EXPECT_EQ(s.r[1], base) << "no writeback";
    EXPECT_EQ(m.block[0].units, 1) << "priced per doubleword";
    m.t32(neon_t32(0xf42102ff), "vld1.64 {d0-d3}, [r1:256]");
    expect_d({0x07060504'03020100, 0x0f0e0d0c'0b0a0908, 0x17161514'13121110, 0x1f1e1d1c'1b1a1918, old}, "vld1.64");
    EXPECT_EQ(m.block[0].units, 4) << "four registers";
    m.a32(0xf421064d, "vld1.16 {d0-d2}, [r1]!");
    EXPECT_EQ(s.r[1], base + 24) << "writeback by the size";
    m.a32(0xf4210702, "vld1.8 {d0}, [r1], r2");
    EXPECT_EQ(s.r[1], base + 24 + 0x24) << "writeback by a register";
    EXPECT_EQ(ram.loads == 0, GetParam()) << "L0 serves them";
    s.r[1] = base + 1;
    m.a32(0xf421070f, "vld1.8 {d0}, [r1], unaligned");
    expect_d({0x08070605'04030201}, "bytes need no alignment");
    EXPECT_EQ(ram.loads == 0, GetParam()) << "L0 serves unaligned bytes too";
    s.r[1] = base + 33;
    m.a32(0xf42102cf, "vld1.64 {d0-d3}, [r1], unaligned");
    expect_d({0x28272625'24232221, 0x302f2e2d'2c2b2a29}, "doublewords go by words that Env may find unaligned");
}

TEST_P(NeonLoadStore, Deinterleave) {
    m.a32(0xf421080f, "vld2.8 {d0, d1}, [r1]");
    expect_d({0x0e0c0a08'06040200, 0x0f0d0b09'07050301, old}, "vld2.8");
    m.a32(0xf421034f, "vld2.16 {d0-d3}, [r1]");
    expect_d({0x0d0c0908'05040100, 0x1d1c1918'15141110, 0x0f0e0b0a'07060302, 0x1f1e1b1a'17161312, old},
             "vld2.16 of four: d0, d1 take the first elements, d2, d3 the second");
    m.a32(0xf421050f, "vld3.8 {d0, d2, d4}, [r1]");
    EXPECT_EQ(s.d[0], 0x15120f0c'09060300u) << "first of three";
    EXPECT_EQ(s.d[2], 0x1613100d'0a070401u) << "second, two registers on";
    EXPECT_EQ(s.d[4], 0x1714110e'0b080502u) << "third";
    EXPECT_EQ(s.d[1], 0x1d1c1918'15141110u) << "between them nothing changes";
    m.t32(neon_t32(0xf421005d), "vld4.16 {d0-d3}, [r1:64]!");
    expect_d({0x19181110'09080100, 0x1b1a1312'0b0a0302, 0x1d1c1514'0d0c0504, 0x1f1e1716'0f0e0706}, "vld4.16");
    EXPECT_EQ(s.r[1], base + 32) << "writeback";
}

TEST_P(NeonLoadStore, Interleave) {
    for (unsigned i = 0; i < 8; ++i) s.d[i] = 0x0101010101010101u * i + 0x70605040'30201000;
    m.a32(0xf401088f, "vst2.32 {d0, d1}, [r1]");
    EXPECT_EQ(ram.word(base + 4), 0x3121'1101u) << "low element of d1 second";
    EXPECT_EQ(ram.word(base + 8), 0x7060'5040u) << "then the high one of d0";
    m.a32(0xf401040d, "vst3.8 {d0-d2}, [r1]!");
    expect_bytes(base, {0x00, 0x01, 0x02, 0x10, 0x11, 0x12, 0x20, 0x21, 0x22}, "vst3.8");
    EXPECT_EQ(s.r[1], base + 24) << "writeback";
    s.r[1] = base;
    m.a32(0xf401010f, "vst4.8 {d0, d2, d4, d6}, [r1]");
    expect_bytes(base, {0x00, 0x02, 0x04, 0x06, 0x10, 0x12, 0x14, 0x16}, "vst4.8, every other register");
    m.a32(0xf4010acd, "vst1.64 {d0, d1}, [r1]!");
    expect_bytes(base, {0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x01, 0x11}, "vst1.64");
    EXPECT_EQ(ram.stores == 0, GetParam()) << "L0 serves them";
}

TEST_P(NeonLoadStore, OneLane) {
    m.a32(0xf4a1048f, "vld1.16 {d0[2]}, [r1]");
    expect_d({0xdddd0100'dddddddd, old}, "vld1.16 to lane 2");
    m.a32(0xf4a101ed, "vld2.8 {d0[7], d1[7]}, [r1]!");
    expect_d({0x00dd0100'dddddddd, 0x01dddddd'dddddddd, old}, "vld2.8 to lane 7");
    EXPECT_EQ(s.r[1], base + 2) << "writeback by two bytes";
    m.a32(0xf4a1066f, "vld3.16 {d0[1], d2[1], d4[1]}, [r1]");
    EXPECT_EQ(s.d[0], 0x00dd0100'0302ddddu) << "vld3.16, double spacing: first";
    EXPECT_EQ(s.d[2], 0xdddddddd'0504ddddu) << "second";
    EXPECT_EQ(s.d[4], 0xdddddddd'0706ddddu) << "third";
    s.r[1] = base + 16;
    m.a32(0xf4a10baf, "vld4.32 {d0[1], d1[1], d2[1], d3[1]}, [r1:128]");
    EXPECT_EQ(s.d[0], 0x13121110'0302ddddu) << "vld4.32: first";
    EXPECT_EQ(s.d[3], 0x1f1e1d1c'ddddddddu) << "fourth";
    s.d[0] = 0x07060504'aa020100;
    m.a32(0xf481006f, "vst1.8 {d0[3]}, [r1]");
    EXPECT_EQ(ram.word(base + 16), 0x1312'11aau) << "vst1.8 stores one byte";
    m.a32(0xf4810722, "vst4.16 {d0[0], d2[0], d4[0], d6[0]}, [r1], r2");
    expect_bytes(base + 16, {0x00, 0x01, 0xdd, 0xdd}, "vst4.16");
    EXPECT_EQ(s.r[1], base + 16 + 0x24) << "writeback by a register";
}

TEST_P(NeonLoadStore, AllLanes) {
    s.r[1] = base + 4;
    m.a32(0xf4a10c2f, "vld1.8 {d0[], d1[]}, [r1]");
    expect_d({0x04040404'04040404, 0x04040404'04040404, old}, "vld1.8 to two registers");
    m.a32(0xf4a10d6f, "vld2.16 {d0[], d2[]}, [r1]");
    EXPECT_EQ(s.d[0], 0x05040504'05040504u) << "vld2.16: first";
    EXPECT_EQ(s.d[2], 0x07060706'07060706u) << "second, two registers on";
    m.a32(0xf4a10e8d, "vld3.32 {d0[], d1[], d2[]}, [r1]!");
    expect_d({0x07060504'07060504, 0x0b0a0908'0b0a0908, 0x0f0e0d0c'0f0e0d0c, old}, "vld3.32");
    EXPECT_EQ(s.r[1], base + 16) << "writeback";
    m.a32(0xf4a10fdf, "vld4.32 {d0[], d1[], d2[], d3[]}, [r1:128]");
    expect_d({0x13121110'13121110, 0x17161514'17161514, 0x1b1a1918'1b1a1918, 0x1f1e1d1c'1f1e1d1c}, "vld4.32");
}

TEST_P(NeonLoadStore, AlignmentSpecifiers) {
    struct Case {
        u32 raw;
        const char* text;
        u32 alignment;
        bool write;
    };
    const Case cases[] = {
        {0xf42102ff, "vld1.64 {d0-d3}, [r1:256]", 32, false},
        {0xf421005d, "vld4.16 {d0-d3}, [r1:64]!", 8, false},
        {0xf4a10baf, "vld4.32 {d0[1]-d3[1]}, [r1:128]", 16, false},
        {0xf4a10f1f, "vld4.8 {d0[]-d3[]}, [r1:32]", 4, false},
        {0xf4a10fdf, "vld4.32 {d0[]-d3[]}, [r1:128]", 16, false},
        {0xf4a1083f, "vld1.32 {d0[0]}, [r1:32]", 4, false},
        {0xf441f79f, "vst1.32 {d31}, [r1:64]", 8, true},
    };
    for (const Case& c : cases) {
        for (u32 offset : {c.alignment / 2, 1u}) {
            Machine k(GetParam());
            prepare(k);
            k.s.r[1] = base + offset;
            k.a32(c.raw, c.text);
            EXPECT_TRUE(k.took(ExceptionKind::data_abort)) << c.text << " at an offset of " << offset;
            EXPECT_EQ(bits(k.s.sys.dfsr, 3, 0), 1u) << c.text << ": status is an alignment fault";
            EXPECT_EQ(bit(k.s.sys.dfsr, 11), c.write) << c.text << ": WnR";
            EXPECT_EQ(k.s.sys.dfar, base + offset) << c.text << ": address";
            EXPECT_EQ(k.s.d[0], old) << c.text << ": nothing loaded";
        }
        Machine k(GetParam());
        prepare(k);
        k.s.r[1] = base + c.alignment;
        k.a32(c.raw, c.text);
        EXPECT_TRUE(k.ram.taken.empty()) << c.text << " at its alignment";
    }
}

TEST_P(NeonLoadStore, ElementAlignmentFollowsSctlr) {
    s.r[1] = base + 2;
    m.a32(0xf42102cf, "vld1.64 {d0-d3}, [r1]");
    EXPECT_TRUE(ram.taken.empty()) << "unaligned elements are allowed";
    EXPECT_EQ(s.d[0], 0x09080706'05040302u) << "and read as they lie";
    s.sys.sctlr |= sctlr::A;
    s.r[1] = base + 4;
    m.a32(0xf42102cf, "vld1.64 {d0-d3}, [r1]");
    EXPECT_TRUE(ram.taken.empty()) << "a doubleword element is two words to SCTLR.A";
    s.r[1] = base + 2;
    m.a32(0xf42102cf, "vld1.64 {d0-d3}, [r1]");
    EXPECT_TRUE(m.took(ExceptionKind::data_abort)) << "but those must be aligned";
}

TEST_P(NeonLoadStore, AbortsCanBeRestarted) {
    for (const auto& [raw, text] :
         {std::pair{0xf421005du & ~0x30u, "vld4.16 {d0-d3}, [r1]!"}, std::pair{0xf401040du, "vst3.8 {d0-d2}, [r1]!"}}) {
        Machine k(GetParam());
        prepare(k);
        k.s.r[1] = ram_base + 0x1000 - 16;
        k.fail_at(ram_base + 0x1000);
        k.a32(raw, text);
        EXPECT_TRUE(k.took(ExceptionKind::data_abort)) << text;
        EXPECT_EQ(k.s.sys.dfar, ram_base + 0x1000) << text << ": the element that failed";
        EXPECT_EQ(k.s.r[1], ram_base + 0x1000 - 16) << text << ": the base is as before";
    }
}

TEST_P(NeonLoadStore, BigEndianElements) {
    s.psr |= psr::E;
    s.refresh_l0_ctx();
    m.a32(0xf421064d & ~0xfu, "vld1.16 {d0-d2}, [r1], r0");
    EXPECT_EQ(s.d[0], 0x06070405'02030001u) << "each halfword by itself";
    s.r[1] = base;
    m.a32(0xf42102cf, "vld1.64 {d0-d3}, [r1]");
    EXPECT_EQ(s.d[0], 0x00010203'04050607u) << "the whole doubleword";
    s.d[0] = 0x11223344'55667788;
    m.a32(0xf4010acd, "vst1.64 {d0, d1}, [r1]!");
    expect_bytes(base, {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88}, "vst1.64");
}

TEST_P(NeonLoadStore, HighRegisters) {
    m.a32(0xf46102cd, "vld1.64 {d16-d19}, [r1]!");
    EXPECT_EQ(s.d[16], 0x07060504'03020100u) << "d16";
    EXPECT_EQ(s.d[19], 0x1f1e1d1c'1b1a1918u) << "d19";
}

}  // namespace
}  // namespace vtoll::isa::test

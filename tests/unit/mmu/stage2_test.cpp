// SPDX-License-Identifier: Apache-2.0
// Stage 2 beyond the matrix: input sizes, concatenated first tables, byte order, what a nested walk reads.
#include <gtest/gtest.h>

#include "tests/unit/mmu/test_memory.hpp"

namespace vtoll::mmu::test {
namespace {

constexpr u64 root = 0x50'0004'0000;  // aligned for the largest concatenation: sixteen tables
constexpr u64 s1_root = 0x0010'0000;

// Stage 1 maps a VA to any 40-bit IPA by a long descriptor; its tables are in stage 2's first gigabyte.
struct NestedWorld {
    TestMemory memory;
    isa::SysRegs sys;
    explicit NestedWorld(int t0sz, unsigned sl0) {
        sys.sctlr = isa::sctlr::M | caches_on;
        sys.ttbcr = isa::ttbcr::EAE;
        sys.ttbr0 = s1_root;
        sys.mair0 = 0xff;
        sys.hcr = isa::hcr::VM;
        sys.vtcr = (static_cast<u32>(t0sz) & 0xf) | (t0sz < 0 ? 1u << 4 : 0) | sl0 << 6;
        sys.vttbr = root;
        // IPA of the stage-1 table, by 2MB block 0
        if (sl0 == 1) {
            memory.write64(root, table(0x60'0000'0000));
            memory.write64(0x60'0000'0000, leaf2(0, 2));
        } else {
            memory.write64(root, leaf2(0, 2));
        }
    }
    Result at_ipa(u64 ipa) {
        memory.write64(s1_root, leaf(ipa >> 30 << 30, 1));
        Mmu mmu(memory, uncached);
        Result r = mmu.translate(sys, read(static_cast<u32>(ipa & 0x3fff'ffff)));
        r.walk = nullptr;
        return r;
    }
};

TEST(Stage2, InputSizesFromLevel1) {
    for (int t0sz = -8; t0sz <= 1; ++t0sz) {
        NestedWorld w(t0sz, 1);
        const u64 last = (u64{1} << (32 - t0sz)) - 0x1000;
        w.memory.write64(root + (last >> 30) * 8, leaf2(0x8'0000'0000, 1));
        const Result r = w.at_ipa(last | 0x10);
        EXPECT_TRUE(r.ok) << "T0SZ " << t0sz << ": last page, by up to two concatenated tables";
        EXPECT_EQ(r.pa, 0x8'0000'0000 + (last & 0x3fff'f000) + 0x10) << "T0SZ " << t0sz;
        if (t0sz == -8) continue;
        const Result past = w.at_ipa(last + 0x1000);
        EXPECT_STREQ(name(past.fault.kind), "translation") << "T0SZ " << t0sz << ": past the input size";
        EXPECT_EQ(past.fault.level, 1) << "level";
        EXPECT_TRUE(past.fault.stage2) << "stage 2";
        EXPECT_EQ(past.fault.ipa, last + 0x1000) << "IPA";
    }
}

TEST(Stage2, InputSizesFromLevel2) {
    for (int t0sz = -2; t0sz <= 7; ++t0sz) {
        NestedWorld w(t0sz, 0);
        const u64 last = (u64{1} << (32 - t0sz)) - 0x1000;
        w.memory.write64(root + (last >> 21) * 8, leaf2(0x8'0020'0000, 2));
        const Result r = w.at_ipa(last | 0x10);
        EXPECT_TRUE(r.ok) << "T0SZ " << t0sz << ": last page, by up to sixteen concatenated tables";
        EXPECT_EQ(r.pa, 0x8'0020'0000 + (last & 0x1f'f000) + 0x10) << "T0SZ " << t0sz;
        EXPECT_EQ(r.page_bits, 21) << "2MB";
        const Result past = w.at_ipa(last + 0x1000);
        EXPECT_STREQ(name(past.fault.kind), "translation") << "T0SZ " << t0sz << ": past the input size";
    }
}

TEST(Stage2, IllegalStartLevelsFault) {
    for (const auto& [t0sz, sl0] : {std::pair{-3, 0u}, {-8, 0u}, {2, 1u}, {0, 2u}, {0, 3u}}) {
        NestedWorld w(t0sz, sl0);
        const Result r = w.at_ipa(0x10'0000);
        EXPECT_STREQ(name(r.fault.kind), "translation") << "T0SZ " << t0sz << " SL0 " << sl0;
        EXPECT_TRUE(r.fault.s1ptw) << "already the stage-1 table is out of reach";
    }
}

TEST(Stage2, TableBaseIgnoresBitsBelowItsSize) {
    NestedWorld w(0, 1);
    w.sys.vttbr = root | 0x18 | u64{0x42} << 48;  // four descriptors: 32 bytes
    w.memory.write64(root + 8, leaf2(0x8'0000'0000, 1));
    EXPECT_EQ(w.at_ipa(0x4000'0123).pa, 0x8'0000'0123u) << "bits below the table's alignment are not address";
}

TEST(Stage2, BigEndianTablesFollowHsctlr) {
    NestedWorld w(0, 1);
    w.sys.hsctlr = isa::sctlr::EE;
    w.memory.write64(root, __builtin_bswap64(table(0x60'0000'0000)));
    w.memory.write64(0x60'0000'0000, __builtin_bswap64(leaf2(0, 2)));
    EXPECT_EQ(w.at_ipa(0x1234).pa, 0x1234u) << "stage 2 by HSCTLR.EE, stage 1 still little-endian";
}

TEST(Stage2, NestedWalkReadsInOrder) {
    NestedWorld w(0, 1);
    w.memory.write64(s1_root, table(s1_root + 0x1000));
    w.memory.write64(s1_root + 0x1000, table(s1_root + 0x2000));
    w.memory.write64(s1_root + 0x2000, leaf(0x4000'0000, 3));
    w.memory.write64(root + 8, table(0x60'0000'1000));
    w.memory.write64(0x60'0000'1000, table(0x60'0000'2000));
    w.memory.write64(0x60'0000'2000, leaf2(0x9'0000'0000, 3));
    const Walk k = walk(regime_of(w.sys, kernel), 0x30, AccessType::read, w.memory);
    ASSERT_TRUE(k.mapped) << "it is mapped";
    const struct {
        unsigned stage, level;
        u64 address;
    } want[] = {
        {2, 1, root},     {2, 2, 0x60'0000'0000}, {1, 1, s1_root},
        {2, 1, root},     {2, 2, 0x60'0000'0000}, {1, 2, s1_root + 0x1000},
        {2, 1, root},     {2, 2, 0x60'0000'0000}, {1, 3, s1_root + 0x2000},
        {2, 1, root + 8}, {2, 2, 0x60'0000'1000}, {2, 3, 0x60'0000'2000},
    };
    ASSERT_EQ(k.count, std::size(want)) << "three levels, each behind stage 2, then stage 2 of the result";
    for (unsigned i = 0; i < k.count; ++i) {
        EXPECT_EQ(k.descriptors[i].stage, want[i].stage) << "descriptor " << i;
        EXPECT_EQ(k.descriptors[i].level, want[i].level) << "descriptor " << i;
        EXPECT_EQ(k.descriptors[i].address, want[i].address) << "descriptor " << i;
    }
    EXPECT_EQ(k.pa, 0x9'0000'0030u) << "address";
    EXPECT_EQ(k.ipa, 0x4000'0030u) << "intermediate address";

    // With everything cached but the TLB, only the last stage-1 descriptor is read.
    Mmu mmu(w.memory, {.tlb_entries = 0, .table_entries = 16, .stage2_entries = 16});
    mmu.translate(w.sys, read(0x30));
    const Result again = mmu.translate(w.sys, read(0x30));
    EXPECT_EQ(again.walk->count, 1) << "the walk cache has the table, the stage-2 cache the rest";
    EXPECT_EQ(again.walk->descriptors[0].address, s1_root + 0x2000) << "the page's own descriptor";
    EXPECT_EQ(again.pa, 0x9'0000'0030u) << "same result";
    EXPECT_GT(mmu.walk_cache_statistics().stage2_hits, 0u) << "counted";
    EXPECT_EQ(mmu.walk_cache_statistics().table_hits, 1u) << "counted";
}

TEST(Stage2, LongestWalkFitsItsList) {
    NestedWorld w(0, 1);
    w.memory.write64(0x60'0000'0000, table(0x60'0000'3000));
    for (u64 page = 0; page < 512; ++page) w.memory.write64(0x60'0000'3000 + page * 8, leaf2(page << 12, 3));
    w.memory.write64(s1_root, table(s1_root + 0x1000));
    w.memory.write64(s1_root + 0x1000, table(s1_root + 0x2000));
    w.memory.write64(s1_root + 0x2000, leaf(0x5000, 3));
    const Walk k = walk(regime_of(w.sys, kernel), 0x30, AccessType::read, w.memory);
    ASSERT_TRUE(k.mapped) << "it is mapped";
    EXPECT_EQ(k.count, 15) << "3 * (3 + 1) + 3";
}

TEST(Stage2, BusErrorInTheTablesIsAStage2Fault) {
    NestedWorld w(0, 1);
    w.memory.write64(root + 8, table(0x61'0000'0000));
    w.memory.break_page(0x61'0000'0000);
    const Result r = w.at_ipa(0x4000'0000);
    EXPECT_STREQ(name(r.fault.kind), "external_walk") << "kind";
    EXPECT_TRUE(r.fault.stage2) << "taken to Hyp mode";
    EXPECT_EQ(r.fault.level, 2) << "level";
    EXPECT_EQ(isa::fault_status_long(r.fault), 0b010110u) << "HSR.DFSC";
}

}  // namespace
}  // namespace vtoll::mmu::test

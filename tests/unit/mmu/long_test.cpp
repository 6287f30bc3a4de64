// SPDX-License-Identifier: Apache-2.0
// Long descriptors at stage 1 beyond the matrix: regions, hierarchical attributes, the Hyp regime.
#include <gtest/gtest.h>

#include "tests/unit/mmu/test_memory.hpp"

namespace vtoll::mmu::test {
namespace {

constexpr u64 root0 = 0x0010'0000, root1 = 0x0020'0000, second = 0x0030'0000, third = 0x0040'0000;

struct LongWorld {
    TestMemory memory;
    isa::SysRegs sys;
    LongWorld() {
        sys.sctlr = sys.hsctlr = isa::sctlr::M | caches_on;
        sys.ttbcr = isa::ttbcr::EAE;
        sys.ttbr0 = root0;
        sys.ttbr1 = root1;
        sys.httbr = root0;
        sys.mair0 = sys.hmair0 = 0xff;
    }
    Result at(Access a) {
        Mmu mmu(memory, uncached);
        Result r = mmu.translate(sys, a);
        r.walk = nullptr;
        return r;
    }
    bool unmapped_at_level_1(Access a) {
        const Result r = at(a);
        return r.fault.kind == isa::FaultKind::translation && r.fault.level == 1;
    }
};

// §B3.6.5, every T0SZ: the region's last page is found through the right index, the page after it is not.
TEST(Long, T0szRanges) {
    for (unsigned t0sz = 0; t0sz <= 7; ++t0sz) {
        LongWorld w;
        w.sys.ttbcr |= t0sz | isa::ttbcr::EPD1;
        const u32 last = t0sz == 0 ? 0xffff'f000 : (1u << (32 - t0sz)) - 0x1000;
        const bool from_level_2 = t0sz >= 2;
        const u64 base = root0 + (from_level_2 ? 0x1000u >> (t0sz - 2) : 0x20u >> t0sz);  // its own alignment only
        w.sys.ttbr0 = base;
        if (from_level_2) {
            w.memory.write64(base + (last >> 21) * 8, table(third));
        } else {
            w.memory.write64(base + (last >> 30) * 8, table(second));
            w.memory.write64(second + 511 * 8, table(third));
        }
        w.memory.write64(third + 511 * 8, leaf(0x12'3456'7000, 3));
        const Result r = w.at(read(last | 0x678));
        EXPECT_TRUE(r.ok) << "T0SZ " << t0sz << ": last page of the region, fault " << name(r.fault.kind);
        EXPECT_EQ(r.pa, 0x12'3456'7678u) << "T0SZ " << t0sz;
        if (t0sz != 0) {
            EXPECT_TRUE(w.unmapped_at_level_1(read(last + 0x1000))) << "T0SZ " << t0sz << ": past the region";
        }
    }
}

TEST(Long, T1szRanges) {
    for (unsigned t0sz = 0; t0sz <= 1; ++t0sz) {
        for (unsigned t1sz = 1; t1sz <= 7; ++t1sz) {
            LongWorld w;
            w.sys.ttbcr |= t0sz | t1sz << 16;
            const u32 first = ~u32{0} << (32 - t1sz);
            if (t1sz >= 2) {
                w.memory.write64(root1, leaf(0x5'0000'0000, 2));
            } else {
                w.memory.write64(root1, leaf(0x5'0000'0000, 1));
            }
            EXPECT_EQ(w.at(read(first | 0x99)).pa, 0x5'0000'0099u) << "T1SZ " << t1sz << ": first address";
            const u32 below = first - 0x1000;
            w.memory.write64(root0 + (below >> 30) * 8, leaf(u64{below >> 30} << 30, 1));
            const Result r = w.at(read(below));
            const bool in_ttbr0 = t0sz == 0 || (below >> 31) == 0;
            EXPECT_EQ(r.ok, in_ttbr0) << "T0SZ " << t0sz << " T1SZ " << t1sz << ": below it TTBR0 or a gap";
            if (in_ttbr0) {
                EXPECT_EQ(r.pa, below) << "through TTBR0";
            }
        }
    }
}

TEST(Long, T1szZeroTakesWhatT0szLeaves) {
    LongWorld w;
    w.sys.ttbcr |= 2;
    w.memory.write64(root1 + 1 * 8, leaf(0x8000'0000, 1));  // 4GB table: indexed by VA[31:30]
    EXPECT_EQ(w.at(read(0x4000'0010)).pa, 0x8000'0010u) << "just past TTBR0's 1GB";
}

TEST(Long, EpdBitsAndA1) {
    LongWorld w;
    w.sys.ttbcr |= 1 | 1 << 16 | isa::ttbcr::EPD0;
    w.memory.write64(root0, leaf(0, 1));
    w.memory.write64(root1, leaf(0, 1));
    EXPECT_TRUE(w.unmapped_at_level_1(read(0))) << "EPD0";
    EXPECT_TRUE(w.at(read(0x8000'0000)).ok) << "EPD0 leaves TTBR1 alone";
    w.sys.ttbcr ^= isa::ttbcr::EPD0 | isa::ttbcr::EPD1;
    EXPECT_TRUE(w.unmapped_at_level_1(read(0x8000'0000))) << "EPD1";
    EXPECT_TRUE(w.at(read(0)).ok) << "EPD1 leaves TTBR0 alone";
    w.sys.ttbr0 |= u64{0x11} << 48;
    w.sys.ttbr1 |= u64{0x22} << 48;
    EXPECT_EQ(regime_of(w.sys, kernel).select.asid, 0x11) << "A1 clear: the ASID is TTBR0's";
    w.sys.ttbcr |= isa::ttbcr::A1;
    EXPECT_EQ(regime_of(w.sys, kernel).select.asid, 0x22) << "A1 set: TTBR1's";
}

// §B3.6.1: table bits take rights away from everything below.
TEST(Long, HierarchicalAttributes) {
    struct Row {
        const char* what;
        LongTable first, second;
        bool kr, kw, kx, ur, uw, ux;
    };
    const Row rows[] = {
        {"none", {}, {}, 1, 1, 1, 1, 1, 1},
        {"APTable 01 first", {.ap = 1}, {}, 1, 1, 1, 0, 0, 0},
        {"APTable 10 first", {.ap = 2}, {}, 1, 0, 1, 1, 0, 1},
        {"APTable 11 second", {}, {.ap = 3}, 1, 0, 1, 0, 0, 0},
        {"APTable 01 then 10", {.ap = 1}, {.ap = 2}, 1, 0, 1, 0, 0, 0},
        {"XNTable second", {}, {.xn = true}, 1, 1, 0, 1, 1, 0},
        {"PXNTable first", {.pxn = true}, {}, 1, 1, 0, 1, 1, 1},
    };
    for (const Row& row : rows) {
        LongWorld w;
        w.memory.write64(root0, table(second, row.first));
        w.memory.write64(second, table(third, row.second));
        w.memory.write64(third, leaf(0x1000, 3, {.ap = 1}));
        Mmu warm(w.memory, {.tlb_entries = 0, .table_entries = 16, .stage2_entries = 0});
        for (int pass = 0; pass < 2; ++pass) {  // the second pass starts from the walk cache
            const Result k = warm.translate(w.sys, read(0));
            EXPECT_EQ(k.may_read, row.kr) << row.what << " PL1 read, pass " << pass;
            EXPECT_EQ(k.may_write, row.kw) << row.what << " PL1 write, pass " << pass;
            EXPECT_EQ(k.may_exec, row.kx) << row.what << " PL1 fetch, pass " << pass;
            EXPECT_EQ(k.walk->count, pass == 0 ? 3 : 1) << row.what << ": descriptors, pass " << pass;
            EXPECT_EQ(warm.translate(w.sys, read(0, user)).ok, row.ur) << row.what << " PL0 read, pass " << pass;
            EXPECT_EQ(warm.translate(w.sys, write(0, user)).ok, row.uw) << row.what << " PL0 write, pass " << pass;
            EXPECT_EQ(warm.translate(w.sys, fetch(0, user)).ok, row.ux) << row.what << " PL0 fetch, pass " << pass;
        }
    }
}

TEST(Long, ReservedLevel3EncodingFaults) {
    LongWorld w;
    w.memory.write64(root0, table(second));
    w.memory.write64(second, table(third));
    w.memory.write64(third, leaf(0x1000, 3) & ~u64{2});
    const Result r = w.at(read(0));
    EXPECT_STREQ(name(r.fault.kind), "translation") << "0b01 at level 3";
    EXPECT_EQ(r.fault.level, 3) << "level";
}

TEST(Long, ContiguousHintChangesNothing) {
    LongWorld w;
    w.memory.write64(root0, table(second));
    w.memory.write64(second, leaf(0x4000'0000, 2, {.contiguous = true}));
    EXPECT_EQ(w.at(read(0x1f'fff0)).page_bits, 21) << "a hint, ignored";
    EXPECT_EQ(w.at(read(0x1f'fff0)).pa, 0x401f'fff0u) << "address";
}

TEST(Long, BigEndianTables) {
    LongWorld w;
    w.sys.sctlr |= isa::sctlr::EE;
    w.memory.write64(root0, __builtin_bswap64(leaf(0x40'0000'0000, 1)));
    EXPECT_EQ(w.at(read(0x44)).pa, 0x40'0000'0044u) << "SCTLR.EE";
}

TEST(Long, HypRegime) {
    LongWorld w;
    w.sys.sctlr = 0;
    w.sys.hcr = isa::hcr::VM;                                        // stage 2 does not apply to Hyp mode
    w.memory.write64(root0, table(second, {.ap = 1, .pxn = true}));  // both bits are reserved for Hyp
    w.memory.write64(second, leaf(0x8000'0000, 2, {.ap = 1, .pxn = true, .ng = true}));
    w.memory.write64(second + 8, leaf(0x8020'0000, 2, {.ap = 3}));
    w.memory.write64(second + 16, leaf(0x8040'0000, 2, {.ap = 1, .xn = true}));
    Result r = w.at(write(0x10, hyp));
    EXPECT_TRUE(r.ok && r.may_exec) << "read, write, execute";
    EXPECT_EQ(r.pa, 0x8000'0010u) << "address";
    EXPECT_STREQ(name(w.at(write(0x20'0000, hyp)).fault.kind), "permission") << "AP[2]: read-only";
    EXPECT_EQ(w.at(write(0x20'0000, hyp)).fault.level, 2) << "level";
    EXPECT_FALSE(w.at(fetch(0x40'0000, hyp)).ok) << "XN";
    w.sys.hsctlr |= isa::sctlr::WXN;
    EXPECT_FALSE(w.at(fetch(0x10, hyp)).ok) << "HSCTLR.WXN on a writable block";
    EXPECT_TRUE(w.at(fetch(0x20'0000, hyp)).ok) << "HSCTLR.WXN on a read-only block";
    const Walk k = walk(regime_of(w.sys, hyp), 0x10, AccessType::read, w.memory);
    EXPECT_TRUE(k.global) << "Hyp entries know no ASID";

    w.sys.htcr = 1;
    EXPECT_TRUE(w.at(read(0x10, hyp)).ok) << "HTCR.T0SZ 1";
    EXPECT_TRUE(w.unmapped_at_level_1(read(0x8000'0000, hyp))) << "past 2GB there is no TTBR1 to turn to";
}

}  // namespace
}  // namespace vtoll::mmu::test

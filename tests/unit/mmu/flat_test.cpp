// SPDX-License-Identifier: Apache-2.0
// Disabled MMUs and disabled caches, ARM DDI 0406C §B3.2.1, §B2.2.
#include <gtest/gtest.h>

#include "tests/unit/mmu/test_memory.hpp"

namespace vtoll::mmu::test {
namespace {

constexpr MemAttr so{MemType::strongly_ordered, Shareability::outer, 0, 0};

struct Stage2World {
    TestMemory memory;
    isa::SysRegs sys;
    Stage2World() {
        sys.hcr = isa::hcr::VM;
        sys.vtcr = 1 << 6;
        sys.vttbr = 0x5000'0000;
        memory.write64(0x5000'0000, leaf2(0xc000'0000, 1));
    }
};

TEST(Flat, DataIsStronglyOrderedAndFetchesFollowI) {
    TestMemory memory;
    Mmu mmu(memory);
    isa::SysRegs sys;
    Result r = mmu.translate(sys, write(0xfedc'ba98, user));
    EXPECT_TRUE(r.ok) << "a disabled MMU refuses nothing";
    EXPECT_EQ(r.pa, 0xfedc'ba98u) << "the address passes through";
    EXPECT_EQ(r.attr, so) << "data accesses are Strongly-ordered";
    EXPECT_TRUE(r.may_read && r.may_write && r.may_exec) << "no permissions are checked";
    r = mmu.translate(sys, fetch(0x1000));
    EXPECT_EQ(r.attr, normal_attr(0x4, 0x4, Shareability::outer)) << "I=0: fetches are Normal Non-cacheable";
    sys.sctlr = isa::sctlr::I;
    r = mmu.translate(sys, fetch(0x1000));
    EXPECT_EQ(r.attr.inner_policy(), CachePolicy::write_through) << "I=1: fetches are Write-Through";
    EXPECT_EQ(mmu.translate(sys, fetch(0x1000, hyp)).attr.inner_policy(), CachePolicy::non_cacheable)
        << "the Hyp regime has its own I bit";
    EXPECT_EQ(memory.reads, 0u) << "nothing is read";
    EXPECT_EQ(mmu.statistics().misses, 0u) << "nothing is missed";
}

TEST(Flat, WxnMeansNothingWithTheMmuOff) {
    TestMemory memory;
    Mmu mmu(memory);
    isa::SysRegs sys;
    sys.sctlr = isa::sctlr::WXN | isa::sctlr::UWXN;
    EXPECT_TRUE(mmu.translate(sys, fetch(0x1000)).ok) << "WXN is a check on descriptors";
    Stage2World w;
    w.sys.sctlr = isa::sctlr::WXN | isa::sctlr::UWXN;
    Mmu nested(w.memory, uncached);
    EXPECT_TRUE(nested.translate(w.sys, fetch(0x1000)).ok) << "nor under stage 2";
    const Walk k = walk(regime_of(w.sys, kernel), 0x1000, AccessType::fetch, w.memory);
    EXPECT_FALSE(k.fault) << "nor in the walk itself";
}

TEST(Flat, UnderStage2AttributesCombine) {
    Stage2World w;
    Mmu mmu(w.memory);
    for (int pass = 0; pass < 2; ++pass) {
        Result r = mmu.translate(w.sys, read(0x1234));
        EXPECT_EQ(r.pa, 0xc000'1234u) << "stage 2 alone translates";
        EXPECT_EQ(r.attr, so) << "Strongly-ordered from the disabled stage 1";
        EXPECT_EQ(r.page_bits, 30) << "the size is stage 2's";
        r = mmu.translate(w.sys, fetch(0x1234));
        EXPECT_EQ(r.attr, normal_attr(0x4, 0x4, Shareability::outer)) << "a fetch of the same page is Normal";
        w.sys.sctlr = isa::sctlr::I;
        EXPECT_EQ(mmu.translate(w.sys, fetch(0x1234)).attr.inner_policy(), CachePolicy::write_through)
            << "SCTLR.I counts from the next access on";
        w.sys.sctlr = 0;
    }
}

TEST(Flat, DefaultCacheable) {
    Stage2World w;
    w.sys.hcr = isa::hcr::DC | isa::hcr::VM;
    Mmu mmu(w.memory);
    const Result r = mmu.translate(w.sys, read(0x1234));
    EXPECT_EQ(r.attr.type, MemType::normal) << "HCR.DC: Normal";
    EXPECT_EQ(r.attr.inner, 0xf) << "inner Write-Back, Read- and Write-Allocate";
    EXPECT_EQ(r.attr.share, Shareability::inner) << "Non-shareable itself: stage 2's Inner Shareable remains";
    w.sys.hcr = isa::hcr::VM;
    EXPECT_EQ(mmu.translate(w.sys, read(0x1234)).attr, so) << "an entry made under DC does not serve without it";
}

TEST(Flat, DisabledCachesMakeNormalMemoryNonCacheable) {
    TestMemory memory;
    isa::SysRegs sys;
    sys.sctlr = isa::sctlr::M;
    sys.dacr = 1;
    sys.ttbr0 = 0x4000;
    memory.write32(0x4000, section(0x8000'0000));                              // Write-Back
    memory.write32(0x4004, section(0x8010'0000, {.tex = 0, .c = 0, .b = 1}));  // Device
    Mmu mmu(memory);
    for (int pass = 0; pass < 2; ++pass) {
        sys.sctlr = isa::sctlr::M;
        EXPECT_FALSE(mmu.translate(sys, read(0)).attr.cacheable()) << "SCTLR.C clear";
        EXPECT_EQ(mmu.translate(sys, read(0x100000)).attr.type, MemType::device) << "Device stays Device";
        sys.sctlr = isa::sctlr::M | isa::sctlr::C;
        EXPECT_TRUE(mmu.translate(sys, read(0)).attr.cacheable()) << "SCTLR.C set, from the same TLB entry";
        EXPECT_FALSE(mmu.translate(sys, fetch(0)).attr.cacheable()) << "SCTLR.I clear";
        sys.sctlr = isa::sctlr::M | isa::sctlr::I;
        EXPECT_TRUE(mmu.translate(sys, fetch(0)).attr.cacheable()) << "SCTLR.I set";
    }
}

TEST(Flat, TgeAndDcOverrideAnEnabledStage1) {
    TestMemory memory;
    Mmu mmu(memory);
    isa::SysRegs sys;
    sys.sctlr = isa::sctlr::M;
    EXPECT_FALSE(mmu.translate(sys, read(0x1000)).ok) << "tables of zeros translate nothing";
    sys.hcr = isa::hcr::TGE;
    EXPECT_TRUE(mmu.translate(sys, read(0x1000)).ok) << "HCR.TGE: SCTLR.M behaves as 0";
}

}  // namespace
}  // namespace vtoll::mmu::test

// SPDX-License-Identifier: Apache-2.0
// From which caches walks may read: IRGN and RGN of the 32-bit TTBRs, IRGN and ORGN of TTBCR, HTCR and VTCR, disabled
// caches, and stage 2's word on the tables of stage 1. ARM DDI 0406C §B3.5, §B3.6, §B4.1.
#include <gtest/gtest.h>

#include "tests/unit/mmu/test_memory.hpp"

namespace vtoll::mmu::test {
namespace {

constexpr u32 root = 0x10'0000;

std::string text(Cacheability c) { return std::string(c.inner ? "inner " : "") + (c.outer ? "outer" : ""); }

/// What the descriptors of a walk were read from, in order.
std::vector<std::string> memories(const isa::SysRegs& sys, u32 va, TestMemory& memory, isa::Privilege pl = kernel) {
    const Walk w = walk(regime_of(sys, pl), va, AccessType::read, memory);
    EXPECT_TRUE(w.mapped) << "the walk finds its way";
    std::vector<std::string> out;
    for (unsigned i = 0; i < w.count; ++i) out.push_back(text(w.descriptors[i].memory));
    return out;
}
using Texts = std::vector<std::string>;

TEST(TableMemory, ShortTtbr) {
    TestMemory memory;
    memory.write32(root, section(0x4000'0000));
    isa::SysRegs sys;
    sys.sctlr = isa::sctlr::M | isa::sctlr::C;
    sys.dacr = 1;
    const auto with = [&](u32 bits) {
        sys.ttbr0 = root | bits;
        return memories(sys, 0, memory);
    };
    EXPECT_EQ(with(0x00), Texts{""}) << "neither";
    EXPECT_EQ(with(0x01), Texts{"inner "}) << "IRGN 10: write-through";
    EXPECT_EQ(with(0x40), Texts{"inner "}) << "IRGN 01: its low bit is bit 6";
    EXPECT_EQ(with(0x08), Texts{"outer"}) << "RGN 01";
    EXPECT_EQ(with(0x18), Texts{"outer"}) << "RGN 11";
    EXPECT_EQ(with(0x59), Texts{"inner outer"}) << "both";
    sys.sctlr &= ~isa::sctlr::C;
    EXPECT_EQ(with(0x59), Texts{""}) << "disabled caches hold no tables";
}

TEST(TableMemory, ShortTtbr1) {
    TestMemory memory;
    memory.write32(root + 0x800 * 4, section(0x4000'0000));
    isa::SysRegs sys;
    sys.sctlr = isa::sctlr::M | isa::sctlr::C;
    sys.dacr = 1;
    sys.ttbcr = 1;
    sys.ttbr0 = 0x59;
    sys.ttbr1 = root | 0x08;
    EXPECT_EQ(memories(sys, 0x8000'0000, memory), Texts{"outer"}) << "the attributes of the register that is used";
}

TEST(TableMemory, LongTtbcr) {
    TestMemory memory;
    memory.write64(root, leaf(0x4000'0000, 1));
    memory.write64(root + 24, leaf(0x4000'0000, 1));
    isa::SysRegs sys;
    sys.sctlr = isa::sctlr::M | isa::sctlr::C;
    sys.ttbr0 = sys.ttbr1 = root;
    sys.mair0 = 0xff;
    const auto with = [&](u32 va, u32 bits) {
        sys.ttbcr = isa::ttbcr::EAE | 1u << 17 | bits;  // T1SZ 2: the last gigabyte
        return memories(sys, va, memory);
    };
    memory.write64(root, leaf(0x4000'0000, 1));
    EXPECT_EQ(with(0, 0), Texts{""}) << "neither";
    EXPECT_EQ(with(0, 1u << 8), Texts{"inner "}) << "IRGN0";
    EXPECT_EQ(with(0, 3u << 10), Texts{"outer"}) << "ORGN0";
    EXPECT_EQ(with(0, 1u << 24 | 1u << 26), Texts{""}) << "TTBR1's say nothing of TTBR0";
    sys.sctlr &= ~isa::sctlr::C;
    EXPECT_EQ(with(0, 5u << 8), Texts{""}) << "disabled caches";
}

TEST(TableMemory, Hyp) {
    TestMemory memory;
    memory.write64(root, leaf(0x4000'0000, 1));
    isa::SysRegs sys;
    sys.hsctlr = isa::sctlr::M | isa::sctlr::C;
    sys.httbr = root;
    sys.hmair0 = 0xff;
    sys.htcr = 2u << 8;
    EXPECT_EQ(memories(sys, 0, memory, hyp), Texts{"inner "}) << "HTCR.IRGN0";
    sys.htcr = 1u << 10;
    EXPECT_EQ(memories(sys, 0, memory, hyp), Texts{"outer"}) << "HTCR.ORGN0";
    sys.hsctlr &= ~isa::sctlr::C;
    EXPECT_EQ(memories(sys, 0, memory, hyp), Texts{""}) << "HSCTLR.C";
}

TEST(TableMemory, Stage2HasTablesOfItsOwnAndAWordOnThoseOfStage1) {
    constexpr u64 root2 = 0x20'0000;
    TestMemory memory;
    memory.write32(root, section(0x8000'0000));
    isa::SysRegs sys;
    sys.sctlr = isa::sctlr::M | isa::sctlr::C;
    sys.dacr = 1;
    sys.ttbr0 = root | 0x59;
    sys.hcr = isa::hcr::VM;
    sys.vttbr = root2;
    const auto with = [&](u32 vtcr, u64 attr) {
        sys.vtcr = 1u << 6 | vtcr;
        memory.write64(root2, leaf2(0, 1, {.attr = attr}));
        memory.write64(root2 + 16, leaf2(0x8000'0000, 1));
        return memories(sys, 0, memory);
    };
    EXPECT_EQ(with(0, 0xf), (Texts{"", "inner outer", ""})) << "stage 2 of the table, stage 1, stage 2 of the page";
    EXPECT_EQ(with(1u << 8 | 1u << 10, 0xf), (Texts{"inner outer", "inner outer", "inner outer"})) << "VTCR";
    EXPECT_EQ(with(1u << 10, 0xd), (Texts{"outer", "outer", "outer"})) << "inner Non-cacheable by stage 2";
    EXPECT_EQ(with(0, 0x5), (Texts{"", "", ""})) << "Non-cacheable by stage 2";
}

/// The way to a table is remembered; what its attributes are now is not.
TEST(TableMemory, RememberedTablesObeyTheRegistersOfTheDay) {
    TestMemory memory;
    memory.write32(root, page_table(0x20'0000));
    for (u32 page = 0; page < 8; ++page) memory.write32(0x20'0000 + page * 4, small_page(0x4000'0000));
    isa::SysRegs sys;
    sys.sctlr = isa::sctlr::M | isa::sctlr::C;
    sys.dacr = 1;
    sys.ttbr0 = root | 0x59;
    Mmu mmu(memory, {.tlb_entries = 0, .tlb_ways = 1, .table_entries = 16, .stage2_entries = 0});
    (void)mmu.translate(sys, read(0));
    const Result warm = mmu.translate(sys, read(0x1000));
    ASSERT_EQ(warm.walk->count, 1) << "the second level only";
    EXPECT_EQ(text(warm.walk->descriptors[0].memory), "inner outer");
    sys.sctlr &= ~isa::sctlr::C;
    const Result off = mmu.translate(sys, read(0x2000));
    ASSERT_EQ(off.walk->count, 1);
    EXPECT_EQ(text(off.walk->descriptors[0].memory), "") << "the caches are off now";
}

}  // namespace
}  // namespace vtoll::mmu::test

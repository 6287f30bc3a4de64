// SPDX-License-Identifier: Apache-2.0
// Short descriptors beyond the matrix: table selection, sizes, the Access flag, domains, endianness, what is read.
#include <gtest/gtest.h>

#include "tests/unit/mmu/test_memory.hpp"

namespace vtoll::mmu::test {
namespace {

constexpr u32 root0 = 0x0010'0000, root1 = 0x0020'0000;

struct ShortWorld {
    TestMemory memory;
    isa::SysRegs sys;
    ShortWorld() {
        sys.sctlr = isa::sctlr::M | caches_on;
        sys.dacr = 0x5555'5555;
        sys.ttbr0 = root0;
        sys.ttbr1 = root1;
    }
    Result at(Access a) {
        Mmu mmu(memory, uncached);
        Result r = mmu.translate(sys, a);
        r.walk = nullptr;  // it dies with the MMU
        return r;
    }
};

// §B3.5.4: N zero bits on top select TTBR0, whose table shrinks with N.
TEST(Short, TtbcrNSplitsTheAddressSpace) {
    for (unsigned n = 0; n <= 7; ++n) {
        ShortWorld w;
        w.sys.ttbcr = n;
        const u32 base0 = root0 + (n == 0 ? 0 : 0x4000u >> n);  // aligned to its own size only
        w.sys.ttbr0 = base0 | 0x6a;                             // walk attributes in the low bits are not address
        const u32 boundary = n == 0 ? 0 : 1u << (32 - n);
        const u32 last_low = boundary - 0x10'0000;
        w.memory.write32(base0 + ((last_low >> 20) << 2), section(0xa000'0000));
        const Result low = w.at(read(last_low | 0x123));
        EXPECT_TRUE(low.ok) << "N " << n << ": top of TTBR0's region";
        EXPECT_EQ(low.pa, 0xa000'0123u) << "N " << n;
        if (n == 0) continue;
        w.memory.write32(root1 + ((boundary >> 20) << 2), section(0xb000'0000));
        const Result high = w.at(read(boundary | 0x123));
        EXPECT_TRUE(high.ok) << "N " << n << ": bottom of TTBR1's region, full-size table";
        EXPECT_EQ(high.pa, 0xb000'0123u) << "N " << n;
    }
}

TEST(Short, Pd0AndPd1RefuseToWalk) {
    ShortWorld w;
    w.sys.ttbcr = 1 | isa::ttbcr::PD0;
    w.memory.write32(root0, section(0));
    w.memory.write32(root1 + 0x2000, section(0));
    Mmu mmu(w.memory);
    Result r = mmu.translate(w.sys, read(0));
    EXPECT_STREQ(name(r.fault.kind), "translation") << "PD0";
    EXPECT_EQ(r.fault.level, 1) << "first level";
    EXPECT_EQ(r.walk->count, 0) << "nothing is read";
    EXPECT_TRUE(w.at(read(0x8000'0000)).ok) << "PD0 leaves TTBR1 alone";
    w.sys.ttbcr = 1 | isa::ttbcr::PD1;
    EXPECT_TRUE(w.at(read(0)).ok) << "PD1 leaves TTBR0 alone";
    EXPECT_STREQ(name(w.at(read(0x8000'0000)).fault.kind), "translation") << "PD1";
}

TEST(Short, SupersectionHasFortyBitAddress) {
    ShortWorld w;
    for (u32 i = 0; i < 16; ++i) w.memory.write32(root0 + (0x420 + i) * 4, supersection(0xab'5600'0000, {.ng = true}));
    for (const u32 va : {0x4200'0000u, 0x42ff'ffffu, 0x4276'5432u}) {
        const Result r = w.at(read(va));
        EXPECT_EQ(r.pa, 0xab'5600'0000u | (va & 0xff'ffff)) << "address " << std::hex << va;
        EXPECT_EQ(r.page_bits, 24) << "16MB";
    }
    w.sys.dacr = 0;
    EXPECT_STREQ(name(w.at(read(0x4200'0000)).fault.kind), "domain") << "supersections are in domain 0";
    w.sys.dacr = 1;
    EXPECT_TRUE(w.at(read(0x4200'0000)).ok) << "client of domain 0 only";
}

TEST(Short, LargePageUsesAddressBits15To12) {
    ShortWorld w;
    w.memory.write32(root0 + 4, page_table(0x30'0400, {.domain = 3}));
    for (u32 i = 0; i < 16; ++i) w.memory.write32(0x30'0400 + (0x20 + i) * 4, large_page(0x7770'0000));
    for (u32 i = 0; i < 16; ++i) {
        EXPECT_EQ(w.at(read(0x12'0000 + i * 0x1000 + 5)).pa, 0x7770'0005u + i * 0x1000) << "repeat " << i;
    }
}

TEST(Short, WalkReportsWhatItRead) {
    ShortWorld w;
    w.memory.write32(root0 + 4, page_table(0x30'0400, {.domain = 3}));
    w.memory.write32(0x30'0400 + 0x34 * 4, small_page(0x7777'1000, {.ng = true}));
    const Walk k = walk(regime_of(w.sys, kernel), 0x13'4008, AccessType::read, w.memory);
    ASSERT_TRUE(k.mapped) << "it is mapped";
    ASSERT_EQ(k.count, 2) << "two levels";
    EXPECT_EQ(k.descriptors[0].address, root0 + 4u) << "first-level descriptor";
    EXPECT_EQ(k.descriptors[0].value, page_table(0x30'0400, {.domain = 3})) << "its value";
    EXPECT_EQ(k.descriptors[0].level, 1) << "its level";
    EXPECT_EQ(k.descriptors[1].address, 0x30'0400u + 0x34 * 4) << "second-level descriptor";
    EXPECT_EQ(k.descriptors[1].size, 4) << "a word";
    EXPECT_EQ(k.descriptors[1].stage, 1) << "stage 1";
    EXPECT_FALSE(k.global) << "nG";
    EXPECT_EQ(k.stage1.domain, 3) << "domain comes from the first level";
}

// Table B3-8: every AP value, both privileges.
TEST(Short, AccessPermissionsTable) {
    struct Row {
        unsigned ap;
        bool pl1_r, pl1_w, pl0_r, pl0_w;
    };
    const Row rows[] = {{0, 0, 0, 0, 0}, {1, 1, 1, 0, 0}, {2, 1, 1, 1, 0}, {3, 1, 1, 1, 1},
                        {4, 0, 0, 0, 0}, {5, 1, 0, 0, 0}, {6, 1, 0, 1, 0}, {7, 1, 0, 1, 0}};
    for (const Row& row : rows) {
        ShortWorld w;
        w.memory.write32(root0, section(0, {.ap = row.ap}));
        w.memory.write32(root0 + 4, page_table(0x30'0400));
        w.memory.write32(0x30'0400, large_page(0, {.ap = row.ap}));
        w.memory.write32(0x30'0400 + 0x40, small_page(0, {.ap = row.ap}));
        for (const u32 va : {0u, 0x10'0000u, 0x11'0000u}) {
            EXPECT_EQ(w.at(read(va)).ok, row.pl1_r) << "AP " << row.ap << " PL1 read at " << va;
            EXPECT_EQ(w.at(write(va)).ok, row.pl1_w) << "AP " << row.ap << " PL1 write at " << va;
            EXPECT_EQ(w.at(fetch(va)).ok, row.pl1_r) << "AP " << row.ap << " PL1 fetch at " << va;
            EXPECT_EQ(w.at(read(va, user)).ok, row.pl0_r) << "AP " << row.ap << " PL0 read at " << va;
            EXPECT_EQ(w.at(write(va, user)).ok, row.pl0_w) << "AP " << row.ap << " PL0 write at " << va;
            EXPECT_EQ(w.at(fetch(va, user)).ok, row.pl0_r) << "AP " << row.ap << " PL0 fetch at " << va;
        }
    }
}

// Table B3-9: with SCTLR.AFE, AP[0] is the Access flag.
TEST(Short, AccessFlag) {
    ShortWorld w;
    w.sys.sctlr |= isa::sctlr::AFE;
    const bool pl0_r[] = {false, true, false, true}, wr[] = {true, true, false, false};
    for (unsigned ap21 = 0; ap21 < 4; ++ap21) {
        w.memory.write32(root0, section(0, {.ap = ap21 << 1 | 1}));
        EXPECT_TRUE(w.at(read(0)).ok) << "AP[2:1] " << ap21;
        EXPECT_EQ(w.at(write(0)).ok, wr[ap21]) << "AP[2:1] " << ap21;
        EXPECT_EQ(w.at(read(0, user)).ok, pl0_r[ap21]) << "AP[2:1] " << ap21;
        EXPECT_EQ(w.at(write(0, user)).ok, pl0_r[ap21] && wr[ap21]) << "AP[2:1] " << ap21;
        w.memory.write32(root0, section(0, {.ap = ap21 << 1}));
        EXPECT_STREQ(name(w.at(read(0)).fault.kind), "access_flag") << "AP[2:1] " << ap21;
    }
}

TEST(Short, AccessFlagFaultComesBeforeDomainAndPermission) {
    ShortWorld w;
    w.sys.sctlr |= isa::sctlr::AFE;
    w.sys.dacr = 0;
    w.memory.write32(root0, section(0, {.ap = 0b110}));
    EXPECT_STREQ(name(w.at(write(0)).fault.kind), "access_flag") << "the walk itself ends there";
    w.memory.write32(root0, section(0, {.ap = 0b111}));
    EXPECT_STREQ(name(w.at(write(0)).fault.kind), "domain") << "then the domain, then the permission";
}

TEST(Short, ManagerDomainIgnoresPermissionsAndXn) {
    ShortWorld w;
    w.sys.dacr = 3u << 18;
    w.sys.sctlr |= isa::sctlr::WXN;
    w.memory.write32(root0, section(0, {.ap = 0, .xn = true, .pxn = true, .domain = 9}));
    const Result r = w.at(fetch(0, user));
    EXPECT_TRUE(r.ok) << "no check applies to a manager";
    EXPECT_TRUE(r.may_write) << "not for writes either";
}

TEST(Short, BigEndianTables) {
    ShortWorld w;
    w.sys.sctlr |= isa::sctlr::EE;
    w.memory.write32(root0, __builtin_bswap32(section(0x1230'0000)));
    EXPECT_EQ(w.at(read(0x44)).pa, 0x1230'0044u) << "SCTLR.EE";
}

TEST(Short, BusErrorOnEachLevel) {
    ShortWorld w;
    w.memory.write32(root0, page_table(0x30'0000, {.domain = 6}));
    w.memory.break_page(0x30'0000);
    Result r = w.at(read(0));
    EXPECT_STREQ(name(r.fault.kind), "external_walk") << "second level";
    EXPECT_EQ(r.fault.level, 2) << "second level";
    EXPECT_EQ(isa::fault_status_short(r.fault), 0b01110u) << "DFSR.FS";
    w.memory.break_page(root0);
    r = w.at(read(0));
    EXPECT_EQ(r.fault.level, 1) << "first level";
    EXPECT_EQ(isa::fault_status_short(r.fault), 0b01100u) << "DFSR.FS";
}

TEST(Short, TexRemapIsUsedWhenEnabled) {
    ShortWorld w;
    w.memory.write32(root0, section(0, {.s = true, .tex = 0, .c = 0, .b = 1}));
    EXPECT_EQ(w.at(read(0)).attr.type, MemType::device) << "TRE clear: shareable Device";
    w.sys.sctlr |= isa::sctlr::TRE;
    w.sys.mair0 = 0xff0a'81a8;
    w.sys.mair1 = 0x40e0'40e0;
    EXPECT_EQ(w.at(read(0)).attr.type, MemType::normal) << "TRE set: Normal, by PRRR";
}

}  // namespace
}  // namespace vtoll::mmu::test

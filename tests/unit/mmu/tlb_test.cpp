// SPDX-License-Identifier: Apache-2.0
// What the TLB may keep and what each maintenance operation must remove, ARM DDI 0406C §B3.9, §B3.10, §B4.2.2.
// A stale mapping shows whether an entry is still there: tables are changed behind the TLB's back.
#include "mmu/tlb.hpp"

#include <gtest/gtest.h>

#include "tests/unit/mmu/test_memory.hpp"

namespace vtoll::mmu::test {
namespace {

using isa::TlbOp;
constexpr u32 root = 0x0010'0000, second = 0x0020'0000;
constexpr u64 hyp_root = 0x0030'0000, s2_root = 0x5000'0000;

constexpr u32 private_va = 0x0010'1000;  // nG small page
constexpr u32 global_va = 0x0010'2000;   // global small page
constexpr u32 section_va = 0x0023'4000;  // nG section
constexpr u32 hyp_va = 0x0020'0000;

struct TlbWorld {
    TestMemory memory;
    isa::SysRegs sys;
    Mmu mmu{memory};

    TlbWorld() {
        sys.sctlr = sys.hsctlr = isa::sctlr::M | caches_on;
        sys.dacr = 1;
        sys.ttbr0 = root;
        sys.httbr = hyp_root;
        sys.hcr = isa::hcr::VM;
        sys.vtcr = 1 << 6;
        sys.vttbr = s2_root;
        memory.write64(s2_root, table(s2_root + 0x1000));
        for (u64 i = 0; i < 512; ++i) memory.write64(s2_root + 0x1000 + i * 8, leaf2(i << 21, 2));
        memory.write32(root + 4, page_table(second));
        map(0x8'0000);
    }
    /// All mappings lead to `page` and what follows it.
    void map(u32 page) {
        memory.write32(second + 4, small_page(page << 12 & 0x3fff'ffff, {.ng = true}));
        memory.write32(second + 8, small_page((page << 12 & 0x3fff'ffff) + 0x1000));
        memory.write32(root + 8, section(page << 12 & 0x3fff'ffff, {.ng = true}));
        memory.write64(hyp_root, table(0x0040'0000));
        memory.write64(0x0040'0000 + 8, leaf(u64{page} << 12 & 0x3fe0'0000, 2));
    }
    void context(u8 vmid, u8 asid) {
        sys.vttbr = s2_root | u64{vmid} << 48;
        sys.contextidr = asid;
    }
    bool cached(u32 va, isa::Privilege p = kernel) { return mmu.translate(sys, read(va, p)).tlb_hit; }
    /// Fill the TLB: VMIDs 1 and 2, ASIDs 3 and 4, and Hyp.
    void fill() {
        for (const u8 vmid : {1, 2}) {
            for (const u8 asid : {3, 4}) {
                context(vmid, asid);
                for (const u32 va : {private_va, global_va, section_va}) mmu.translate(sys, read(va));
            }
        }
        mmu.translate(sys, read(hyp_va, hyp));
        context(1, 3);
    }
};

struct Present {
    u8 vmid, asid;
    u32 va;
    bool operator==(const Present&) const = default;
};

// Entries of the other VMID, and those the operation does not name, survive.
struct MaintenanceCase {
    const char* name;
    TlbOp op;
    u32 operand;
    bool (*removes)(const Present&);
    bool removes_hyp;
};

const MaintenanceCase maintenance_cases[] = {
    {"TLBIALL", TlbOp::all, 0, [](const Present& e) { return e.vmid == 1; }, false},
    {"TLBIASID", TlbOp::asid, 3, [](const Present& e) { return e.vmid == 1 && e.asid == 3 && e.va != global_va; },
     false},
    {"TLBIMVA_private", TlbOp::mva, private_va | 3,
     [](const Present& e) { return e.vmid == 1 && e.asid == 3 && e.va == private_va; }, false},
    {"TLBIMVA_private_other_asid", TlbOp::mva, private_va | 4,
     [](const Present& e) { return e.vmid == 1 && e.asid == 4 && e.va == private_va; }, false},
    {"TLBIMVA_global_any_asid", TlbOp::mva, global_va | 0x99,
     [](const Present& e) { return e.vmid == 1 && e.va == global_va; }, false},
    {"TLBIMVA_inside_section", TlbOp::mva, 0x002f'f000 | 3,
     [](const Present& e) { return e.vmid == 1 && e.asid == 3 && e.va == section_va; }, false},
    {"TLBIMVAA_private", TlbOp::mva_all_asid, private_va,
     [](const Present& e) { return e.vmid == 1 && e.va == private_va; }, false},
    {"TLBIMVAA_global", TlbOp::mva_all_asid, global_va,
     [](const Present& e) { return e.vmid == 1 && e.va == global_va; }, false},
    {"TLBIMVAA_section", TlbOp::mva_all_asid, 0x0020'0000,
     [](const Present& e) { return e.vmid == 1 && e.va == section_va; }, false},
    {"TLBIMVA_elsewhere", TlbOp::mva, 0x0040'0003, [](const Present&) { return false; }, false},
    {"TLBIALLH", TlbOp::all_hyp, 0, [](const Present&) { return false; }, true},
    {"TLBIMVAH", TlbOp::mva_hyp, hyp_va + 0x1f'f000, [](const Present&) { return false; }, true},
    {"TLBIMVAH_elsewhere", TlbOp::mva_hyp, hyp_va + 0x20'0000, [](const Present&) { return false; }, false},
    {"TLBIALLNSNH", TlbOp::all_nonsecure_nonhyp, 0, [](const Present&) { return true; }, false},
};

class Maintenance : public testing::TestWithParam<MaintenanceCase> {};

TEST_P(Maintenance, RemovesExactlyWhatItNames) {
    const MaintenanceCase& c = GetParam();
    // Asking about an entry brings it back, and a global entry serves both ASIDs: one world per question.
    for (const u8 vmid : {1, 2}) {
        for (const u8 asid : {3, 4}) {
            for (const u32 va : {private_va, global_va, section_va}) {
                TlbWorld w;
                w.fill();
                w.mmu.maintain(c.op, isa::TlbSide::unified, c.operand, vmid_of(w.sys));
                w.context(vmid, asid);
                EXPECT_EQ(w.cached(va), !c.removes({vmid, asid, va}))
                    << c.name << ": VMID " << int(vmid) << " ASID " << int(asid) << " VA " << std::hex << va;
            }
        }
    }
    TlbWorld w;
    w.fill();
    w.mmu.maintain(c.op, isa::TlbSide::data, c.operand, vmid_of(w.sys));
    EXPECT_EQ(w.cached(hyp_va, hyp), !c.removes_hyp) << c.name << ": the Hyp entry";
}

INSTANTIATE_TEST_SUITE_P(Operations, Maintenance, testing::ValuesIn(maintenance_cases),
                         [](const auto& info) { return info.param.name; });

TEST(Tlb, StaleUntilMaintained) {
    TlbWorld w;
    w.context(1, 3);
    EXPECT_EQ(w.mmu.translate(w.sys, read(private_va)).pa, 0x0'8000'0000u & 0x3fff'ffff) << "first mapping";
    w.map(0x1'2345);
    EXPECT_EQ(w.mmu.translate(w.sys, read(private_va)).pa, 0u) << "the TLB still has the old one";
    w.mmu.maintain(TlbOp::mva, isa::TlbSide::unified, private_va | 3, vmid_of(w.sys));
    EXPECT_EQ(w.mmu.translate(w.sys, read(private_va)).pa, 0x1234'5000u) << "maintenance brings the new one";
}

TEST(Tlb, MaintenanceDropsTablePointers) {
    TlbWorld w;
    w.context(1, 3);
    w.mmu.translate(w.sys, read(private_va));
    w.memory.write32(root + 4, page_table(second + 0x400));
    w.memory.write32(second + 0x400 + 4, small_page(0x2222'2000, {.ng = true}));
    w.mmu.maintain(TlbOp::mva, isa::TlbSide::unified, private_va | 3, vmid_of(w.sys));
    EXPECT_EQ(w.mmu.translate(w.sys, read(private_va)).pa, 0x2222'2000u) << "the new table, by address";
    w.memory.write32(root + 4, page_table(second));
    w.mmu.maintain(TlbOp::asid, isa::TlbSide::unified, 3, vmid_of(w.sys));
    EXPECT_EQ(w.mmu.translate(w.sys, read(private_va)).pa, 0u) << "the old table, by ASID";
}

TEST(Tlb, HypMaintenanceDropsTablePointers) {
    for (const TlbOp op : {TlbOp::all_hyp, TlbOp::mva_hyp}) {
        TlbWorld w;
        w.mmu.translate(w.sys, read(hyp_va, hyp));
        w.memory.write64(hyp_root, table(0x0041'0000));
        w.memory.write64(0x0041'0000 + 8, leaf(0x3000'0000, 2));
        w.mmu.maintain(op, isa::TlbSide::unified, hyp_va, vmid_of(w.sys));
        EXPECT_EQ(w.mmu.translate(w.sys, read(hyp_va, hyp)).pa, 0x3000'0000u) << "the new table";
    }
}

TEST(Tlb, HypAndPl1TablePointersDoNotMix) {
    TlbWorld w;
    w.sys.hcr = 0;
    w.sys.vttbr = 0;
    w.sys.ttbcr = isa::ttbcr::EAE;  // VMID 0, ASID 0: what the Hyp regime is filed under
    w.memory.write64(root, table(second));
    w.memory.write64(second + 8, leaf(0x3000'0000, 2));
    w.memory.write64(second + 16, leaf(0x3020'0000, 2));
    w.mmu.translate(w.sys, read(hyp_va, hyp));
    EXPECT_EQ(w.mmu.translate(w.sys, read(hyp_va + 0x20'0000)).pa, 0x3020'0000u) << "the table is PL1's own";
    w.mmu.maintain(TlbOp::all_nonsecure_nonhyp, isa::TlbSide::unified, 0, vmid_of(w.sys));
    EXPECT_TRUE(w.cached(hyp_va, hyp)) << "Hyp entries stay";
}

TEST(Tlb, AsidAndVmidSwitchWithoutFlush) {
    TlbWorld w;
    w.fill();
    const u64 misses = w.mmu.statistics().misses;
    for (int round = 0; round < 3; ++round) {
        for (const u8 vmid : {1, 2}) {
            for (const u8 asid : {3, 4}) {
                w.context(vmid, asid);
                EXPECT_TRUE(w.cached(private_va)) << "VMID " << int(vmid) << " ASID " << int(asid);
            }
        }
    }
    EXPECT_EQ(w.mmu.statistics().misses, misses) << "coming back costs no walk";
    w.context(3, 3);
    EXPECT_FALSE(w.cached(global_va)) << "global is global within a VMID";
    w.context(1, 77);
    EXPECT_TRUE(w.cached(global_va)) << "any ASID";
    EXPECT_FALSE(w.cached(private_va)) << "a new ASID has nothing of its own";
}

TEST(Tlb, LongFormatAsidComesFromA1) {
    TestMemory memory;
    Mmu mmu(memory);
    isa::SysRegs sys;
    sys.sctlr = isa::sctlr::M;
    sys.ttbcr = isa::ttbcr::EAE;
    sys.ttbr0 = root | u64{5} << 48;
    sys.ttbr1 = u64{6} << 48;
    memory.write64(root, leaf(0, 1, {.ng = true}));
    mmu.translate(sys, read(0));
    EXPECT_TRUE(mmu.translate(sys, read(0)).tlb_hit) << "ASID 5";
    sys.ttbcr |= isa::ttbcr::A1;
    EXPECT_FALSE(mmu.translate(sys, read(0)).tlb_hit) << "ASID 6";
}

TEST(Tlb, EntryOfAReadJudgesLaterAccesses) {
    TlbWorld w;
    w.context(1, 3);
    w.memory.write32(second + 12, small_page(0x0030'0000, {.ap = 1}));          // PL1 only
    w.memory.write64(s2_root + 0x1000 + 8, leaf2(0x0020'0000, 2, {.hap = 1}));  // IPA 2MB..4MB read-only
    ASSERT_TRUE(w.mmu.translate(w.sys, read(0x0010'3004)).ok) << "a privileged read fills the entry";
    Result r = w.mmu.translate(w.sys, write(0x0010'3004, user));
    EXPECT_TRUE(r.tlb_hit) << "no walk";
    EXPECT_FALSE(r.fault.stage2) << "stage 1 refuses first";
    EXPECT_STREQ(name(r.fault.kind), "permission") << "kind";
    EXPECT_EQ(r.fault.level, 2) << "stage 1's level";
    r = w.mmu.translate(w.sys, write(0x0010'3004));
    EXPECT_TRUE(r.tlb_hit) << "no walk";
    EXPECT_TRUE(r.fault.stage2) << "stage 1 lets it, stage 2 does not";
    EXPECT_EQ(r.fault.ipa, 0x0030'0004u) << "for HPFAR";
    EXPECT_EQ(r.fault.level, 2) << "stage 2's level";
    w.sys.dacr = 0;
    r = w.mmu.translate(w.sys, read(0x0010'3004));
    EXPECT_TRUE(r.tlb_hit) << "DACR is looked at on every access";
    EXPECT_STREQ(name(r.fault.kind), "domain") << "kind";
    EXPECT_EQ(w.mmu.statistics().faults, 3u) << "faults on hits count";
}

TEST(Tlb, FaultsAreNeverRemembered) {
    TlbWorld w;
    w.context(1, 3);
    EXPECT_FALSE(w.mmu.translate(w.sys, read(0x0010'5000)).ok) << "unmapped";
    w.memory.write32(second + 20, small_page(0x1000));
    EXPECT_TRUE(w.mmu.translate(w.sys, read(0x0010'5000)).ok) << "mapped without maintenance: §B3.10.1 allows it";
    w.memory.write64(s2_root + 0x1000, leaf2(0, 2, {.af = false}));
    w.mmu.maintain(TlbOp::all, isa::TlbSide::unified, 0, vmid_of(w.sys));
    EXPECT_STREQ(name(w.mmu.translate(w.sys, read(0x0010'5000)).fault.kind), "access_flag") << "stage 2";
    w.memory.write64(s2_root + 0x1000, leaf2(0, 2));
    EXPECT_TRUE(w.mmu.translate(w.sys, read(0x0010'5000)).ok) << "flag set without maintenance";
}

// A 1MB section over 4KB stage-2 pages is kept in pieces; maintenance by any address of the section removes them all.
TEST(Tlb, FragmentsOfASectionGoTogether) {
    for (const TlbOp op : {TlbOp::mva, TlbOp::mva_all_asid}) {
        TlbWorld w;
        w.context(1, 3);
        w.memory.write64(s2_root + 0x1000 + 16, table(s2_root + 0x2000));  // IPA 4MB..6MB by pages
        for (u64 i = 0; i < 512; ++i) w.memory.write64(s2_root + 0x2000 + i * 8, leaf2(0x40'0000 + (i << 12), 3));
        w.memory.write32(root + 8, section(0x0040'0000, {.ng = true}));
        for (u32 i = 0; i < 256; ++i) w.mmu.translate(w.sys, read(0x0020'0000 + (i << 12)));
        EXPECT_GE(w.mmu.tlb().live(), 256u) << "one entry a page";
        EXPECT_EQ(w.mmu.translate(w.sys, read(0x0020'0000)).page_bits, 12) << "the smaller of both stages";
        w.memory.write32(root + 8, section(0x0050'0000, {.ng = true}));
        w.mmu.maintain(op, isa::TlbSide::unified, 0x0028'8000 | 3, vmid_of(w.sys));
        for (u32 i = 0; i < 256; ++i) {
            EXPECT_EQ(w.mmu.translate(w.sys, read(0x0020'0000 + (i << 12))).pa, 0x0050'0000u + (i << 12))
                << "page " << i;
        }
    }
}

TEST(Tlb, FragmentsOfAGigabyteGoTogether) {
    TestMemory memory;
    Mmu mmu(memory);
    isa::SysRegs sys;
    sys.sctlr = isa::sctlr::M;
    sys.ttbcr = isa::ttbcr::EAE;
    sys.ttbr0 = root;
    sys.hcr = isa::hcr::VM;
    sys.vtcr = 1 << 6;
    sys.vttbr = s2_root;
    memory.write64(s2_root, table(s2_root + 0x1000));
    for (u64 i = 0; i < 512; ++i) memory.write64(s2_root + 0x1000 + i * 8, leaf2(i << 21, 2));
    memory.write64(root, leaf(0, 1));
    mmu.translate(sys, read(0x3fe0'0000));
    EXPECT_TRUE(mmu.translate(sys, read(0x3fe0'0000)).tlb_hit) << "kept as 2MB";
    mmu.maintain(TlbOp::mva, isa::TlbSide::unified, 0x0000'1000, vmid_of(sys));
    EXPECT_FALSE(mmu.translate(sys, read(0x3fe0'0000)).tlb_hit) << "the other end of the same block";
}

TEST(Tlb, ContextChangesSelectOtherEntries) {
    TlbWorld w;
    w.context(1, 3);
    w.mmu.translate(w.sys, read(global_va));
    w.sys.sctlr &= ~isa::sctlr::M;
    EXPECT_FALSE(w.mmu.translate(w.sys, read(global_va)).tlb_hit) << "stage 1 off: another kind of entry";
    w.sys.sctlr |= isa::sctlr::M;
    w.sys.hcr = 0;
    EXPECT_FALSE(w.mmu.translate(w.sys, read(global_va)).tlb_hit) << "stage 2 off: another kind of entry";
    w.sys.hcr = isa::hcr::VM;
    EXPECT_TRUE(w.mmu.translate(w.sys, read(global_va)).tlb_hit) << "and back";
}

/// Registers for tables that map the first megabyte page by page.
isa::SysRegs megabyte_of_pages(TestMemory& memory) {
    isa::SysRegs sys;
    sys.sctlr = isa::sctlr::M;
    sys.dacr = 1;
    sys.ttbr0 = root;
    memory.write32(root, page_table(second));
    for (u32 i = 0; i < 256; ++i) memory.write32(second + i * 4, small_page(i << 12));
    return sys;
}

TEST(Tlb, ReplacementIsDeterministicAndBounded) {
    TestMemory memory;
    const isa::SysRegs sys = megabyte_of_pages(memory);
    Mmu a(memory, {.tlb_entries = 8, .tlb_ways = 2}), b(memory, {.tlb_entries = 8, .tlb_ways = 2});
    u32 x = 12345;
    for (int i = 0; i < 2000; ++i) {
        x = x * 1664525 + 1013904223;
        const Access access = read((x >> 24) << 12 & 0xf000);
        EXPECT_EQ(a.translate(sys, access).tlb_hit, b.translate(sys, access).tlb_hit) << "step " << i;
    }
    EXPECT_EQ(a.tlb().live(), 8u) << "full";
    EXPECT_GT(a.statistics().hits, 100u) << "it does hit";
    EXPECT_GT(a.statistics().misses, 100u) << "16 pages do not fit in 8 entries";
    EXPECT_EQ(a.statistics().hits + a.statistics().misses, 2000u) << "each access is one or the other";
    a.flush_all();
    EXPECT_EQ(a.tlb().live(), 0u) << "empty";
}

TEST(Tlb, ExitsApartDisplaceNothing) {
    TestMemory memory;
    const isa::SysRegs sys = megabyte_of_pages(memory);
    Mmu apart(memory, {.tlb_entries = 8, .tlb_ways = 2, .exits_apart = true}),
        usual(memory, {.tlb_entries = 8, .tlb_ways = 2});
    const auto hits = [&](Mmu& mmu, u32 first, u32 count) {
        unsigned n = 0;
        for (u32 page = first; page < first + count; ++page) n += mmu.translate(sys, read(page << 12)).tlb_hit;
        return n;
    };
    for (Mmu* mmu : {&apart, &usual}) {
        hits(*mmu, 0, 8);
        EXPECT_EQ(hits(*mmu, 0, 8), 8u) << "the guest's pages fit";
        mmu->stand(true);
        hits(*mmu, 100, 64);
        EXPECT_EQ(hits(*mmu, 3, 1), mmu == &apart) << "an exit finds what the guest has, if it has not displaced it";
        mmu->stand(false);
    }
    EXPECT_EQ(hits(apart, 0, 8), 8u) << "nothing is displaced";
    EXPECT_LT(hits(usual, 0, 8), 8u) << "unless they are one";
    EXPECT_EQ(hits(apart, 163, 1), 1u) << "what an exit walked for is there";
    apart.stand(true);
    hits(apart, 100, 16);
    apart.stand(false);
    EXPECT_EQ(hits(apart, 163, 1), 1u) << "and the guest's from then on";
    apart.maintain(TlbOp::all, isa::TlbSide::unified, 0, vmid_of(sys));
    EXPECT_EQ(hits(apart, 163, 1), 0u) << "maintenance drops the guest's";
    apart.stand(true);
    EXPECT_EQ(hits(apart, 115, 1), 0u) << "and the exits'";
    apart.flush_all();
    EXPECT_EQ(hits(apart, 115, 1), 0u) << "so does a flush";
    apart.stand(false);
    EXPECT_EQ(hits(apart, 115, 1), 1u) << "of which both find what came since";
}

TEST(Tlb, StatisticsCountDescriptors) {
    TlbWorld w;
    w.context(1, 3);
    w.mmu.translate(w.sys, read(private_va));
    const Statistics& s = w.mmu.statistics();
    EXPECT_EQ(s.walks, 1u) << "one walk";
    EXPECT_EQ(s.descriptors_stage1, 2u) << "two levels";
    EXPECT_EQ(s.descriptors_stage2, 4u) << "two levels for each of the two 2MB blocks; the result is in the first";
    EXPECT_EQ(s.hits, 0u) << "no hit yet";
}

}  // namespace
}  // namespace vtoll::mmu::test

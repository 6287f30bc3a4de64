// SPDX-License-Identifier: Apache-2.0
// Address translation operations and PAR, ARM DDI 0406C §B3.18, §B4.1.112.
#include <gtest/gtest.h>

#include "tests/unit/mmu/test_memory.hpp"

namespace vtoll::mmu::test {
namespace {

using isa::AtsOp;
constexpr u32 root = 0x0010'0000, second = 0x0020'0000;
constexpr u64 s2_root = 0x5000'0000, hyp_root = 0x0030'0000;
constexpr AtsOp pl1_read{AtsOp::stage1_current, false, false}, pl1_write{AtsOp::stage1_current, false, true},
    pl0_read{AtsOp::stage1_current, true, false}, pl0_write{AtsOp::stage1_current, true, true},
    both_read{AtsOp::stages12, false, false}, both_write{AtsOp::stages12, false, true},
    hyp_read{AtsOp::hyp, false, false}, hyp_write{AtsOp::hyp, false, true};

struct AtsWorld {
    TestMemory memory;
    isa::SysRegs sys;
    Mmu mmu{memory};
    isa::Fault abort;

    AtsWorld() {
        sys.sctlr = sys.hsctlr = isa::sctlr::M | caches_on;
        sys.dacr = 1;
        sys.ttbr0 = root;
        sys.httbr = hyp_root;
        sys.hmair0 = 0xff;
    }
    void stage2() {
        sys.hcr = isa::hcr::VM;
        sys.vtcr = 1 << 6;
        sys.vttbr = s2_root;
        memory.write64(s2_root, table(s2_root + 0x1000));
        memory.write64(s2_root + 0x1000, leaf2(0, 2));
        memory.write64(s2_root + 0x1008, leaf2(0x20'0000, 2));
    }
    u64 par(AtsOp op, u32 va, isa::Privilege current = kernel) {
        abort = {};
        return mmu.address_translation(sys, op, va, current, &abort);
    }
};

TEST(Ats, ShortFormatSuccess) {
    AtsWorld w;
    w.memory.write32(root, section(0x8760'0000, {.s = true, .tex = 1, .c = 1, .b = 1}));
    const u64 par = w.par(pl1_write, 0x0005'4321);
    EXPECT_EQ(par & 1, 0u) << "F";
    EXPECT_EQ(par & 0xffff'f000, 0x8765'4000u) << "address";
    EXPECT_EQ(par >> 4 & 7, 0b101u) << "Inner: Write-Back, Write-Allocate";
    EXPECT_EQ(par >> 2 & 3, 0b01u) << "Outer: Write-Back, Write-Allocate";
    EXPECT_EQ(par >> 7 & 1, 1u) << "SH";
    EXPECT_EQ(par >> 10 & 1, 0u) << "NOS: Outer Shareable";
    EXPECT_EQ(par >> 11 & 1, 0u) << "LPAE: 32-bit format";
    EXPECT_EQ(par >> 32, 0u) << "upper word";
    EXPECT_FALSE(w.abort) << "no abort";
}

TEST(Ats, ShortFormatMemoryTypes) {
    struct Row {
        const char* what;
        Short d;
        u32 inner, outer, sh;
    };
    const Row rows[] = {
        {"Strongly-ordered", {.tex = 0, .c = 0, .b = 0}, 0b001, 0, 1},
        {"Device", {.tex = 0, .c = 0, .b = 1}, 0b011, 0, 1},
        {"Write-Through", {.tex = 0, .c = 1, .b = 0}, 0b110, 0b10, 0},
        {"Write-Back no allocate", {.tex = 0, .c = 1, .b = 1}, 0b111, 0b11, 0},
        {"Non-cacheable", {.tex = 1, .c = 0, .b = 0}, 0b000, 0b00, 1},
    };
    for (const Row& r : rows) {
        AtsWorld w;
        w.memory.write32(root, section(0, r.d));
        const u64 par = w.par(pl1_read, 0);
        EXPECT_EQ(par >> 4 & 7, r.inner) << r.what << ": Inner";
        EXPECT_EQ(par >> 2 & 3, r.outer) << r.what << ": Outer";
        EXPECT_EQ(par >> 7 & 1, r.sh) << r.what << ": SH";
    }
}

TEST(Ats, ShortFormatSupersection) {
    AtsWorld w;
    for (u32 i = 0; i < 16; ++i) w.memory.write32(root + i * 4, supersection(0xab'5600'0000));
    const u64 par = w.par(pl1_read, 0x12'3456);
    EXPECT_EQ(par >> 1 & 1, 1u) << "SS";
    EXPECT_EQ(par >> 24 & 0xff, 0x56u) << "PA[31:24]";
    EXPECT_EQ(par >> 16 & 0xff, 0xabu) << "PA[39:32]";
    EXPECT_EQ(par >> 12 & 0xf, 0u) << "nothing between";
}

TEST(Ats, ShortFormatFaults) {
    struct Row {
        const char* what;
        u32 first, fs;
        AtsOp op;
    };
    const Row rows[] = {
        {"translation, section", 0, 0b00101, pl1_read},
        {"permission, section", section(0, {.ap = 5}), 0b01101, pl1_write},
        {"permission, section, user", section(0, {.ap = 1}), 0b01101, pl0_read},
        {"permission, user write", section(0, {.ap = 2}), 0b01101, pl0_write},
        {"domain, section", section(0, {.domain = 2}), 0b01001, pl1_read},
        {"translation, page", page_table(second), 0b00111, pl1_read},
    };
    for (const Row& r : rows) {
        AtsWorld w;
        w.memory.write32(root, r.first);
        const u64 par = w.par(r.op, 0);
        EXPECT_EQ(par, 1u | r.fs << 1) << r.what;
        EXPECT_FALSE(w.abort) << r.what << ": a stage-1 fault is only reported";
    }
}

TEST(Ats, LongFormat) {
    AtsWorld w;
    w.sys.ttbcr = isa::ttbcr::EAE;
    w.sys.mair0 = 0x00'44'04'bb;
    w.memory.write64(root, leaf(0x12'4000'0000, 1, {.sh = 3, .index = 0}));
    u64 par = w.par(pl1_read, 0x0765'4321);
    EXPECT_EQ(par >> 12 & 0xfff'ffff, 0x12'4765'4u) << "PA[39:12]";
    EXPECT_EQ(par >> 56, 0xbbu) << "ATTR: the MAIR byte";
    EXPECT_EQ(par >> 7 & 3, 3u) << "SH";
    EXPECT_EQ(par >> 11 & 1, 1u) << "LPAE";
    EXPECT_EQ(par & 1, 0u) << "F";
    w.memory.write64(root, leaf(0, 1, {.ap = 3, .index = 1}));
    par = w.par(pl1_read, 0);
    EXPECT_EQ(par >> 56, 0x04u) << "Device";
    par = w.par(pl1_write, 0);
    EXPECT_EQ(par, 1u | 0b001101u << 1 | 1 << 11) << "permission fault, level 1";
    w.memory.write64(root, leaf(0, 1, {.af = false}));
    EXPECT_EQ(w.par(pl1_read, 0), 1u | 0b001001u << 1 | 1 << 11) << "Access flag fault, level 1";
}

TEST(Ats, Stage1OnlyStopsAtTheIntermediateAddress) {
    AtsWorld w;
    w.stage2();
    w.memory.write32(root, section(0x7000'0000));  // an IPA that stage 2 does not map
    const u64 par = w.par(pl1_read, 0x1234);
    EXPECT_EQ(par & 1, 0u) << "stage 1 alone succeeds";
    EXPECT_EQ(par & 0xffff'f000, 0x7000'1000u) << "the IPA";
    EXPECT_EQ(par >> 11 & 1, 0u) << "32-bit format: TTBCR.EAE is clear and PL1 asked";
    EXPECT_EQ(w.par(pl1_read, 0x1234, hyp) >> 11 & 1, 1u) << "Hyp mode always gets the 64-bit format";
}

TEST(Ats, Stage2FaultOnTheWalkIsTakenFromPl1AndReportedToPl2) {
    AtsWorld w;
    w.stage2();
    w.memory.write64(s2_root + 0x1000, 0);  // the stage-1 table's block
    w.par(pl1_write, 0x1234);
    ASSERT_TRUE(w.abort) << "PL1: a Data Abort taken to Hyp mode";
    EXPECT_TRUE(w.abort.stage2 && w.abort.s1ptw) << "stage-2 fault on a stage-1 walk";
    EXPECT_EQ(w.abort.ipa, root) << "for HPFAR";
    EXPECT_EQ(w.abort.va, 0x1234u) << "for HDFAR";
    EXPECT_TRUE(w.abort.cache_maintenance) << "HSR.CM";
    EXPECT_STREQ(name(w.abort.kind), "translation") << "kind";
    EXPECT_EQ(w.abort.level, 2) << "level";
    const u64 par = w.par(pl1_write, 0x1234, hyp);
    EXPECT_FALSE(w.abort) << "PL2: only reported";
    EXPECT_EQ(par, 1u | 0b000110u << 1 | 1 << 8 | 1 << 9 | 1 << 11) << "F, FST, S2WLK, FSTAGE, LPAE";
}

TEST(Ats, BothStages) {
    AtsWorld w;
    w.stage2();
    w.memory.write32(root, section(0x0020'0000));
    w.memory.write64(s2_root + 0x1008, leaf2(0x9'0020'0000, 2, {.hap = 1, .attr = 0b1010}));
    u64 par = w.par(both_read, 0x1234, hyp);
    EXPECT_EQ(par & 1, 0u) << "F";
    EXPECT_EQ(par >> 12 & 0xfff'ffff, 0x9'0020'1u) << "PA";
    EXPECT_EQ(par >> 56, 0xbbu) << "combined: Write-Through of stage 2, hints of stage 1";
    EXPECT_EQ(par >> 11 & 1, 1u) << "64-bit format, HCR.VM is set";
    par = w.par(both_write, 0x1234, hyp);
    EXPECT_EQ(par, 1u | 0b001110u << 1 | 1 << 9 | 1 << 11) << "stage-2 permission fault level 2: FSTAGE without S2WLK";
    w.sys.dacr = 0;
    par = w.par(both_read, 0x1234, hyp);
    EXPECT_EQ(par, 1u | 0b111101u << 1 | 1 << 11) << "stage-1 domain fault in the 64-bit format";
    w.sys.dacr = 1;
    w.sys.hcr = 0;
    par = w.par(both_read, 0x1234, hyp);
    EXPECT_EQ(par >> 11 & 1, 0u) << "stage 2 off and EAE clear: 32-bit format";
    EXPECT_EQ(par & 0xffff'f000, 0x0020'1000u) << "stage 1's result";
}

TEST(Ats, HypRegime) {
    AtsWorld w;
    w.memory.write64(hyp_root, leaf(0x40'0000'0000, 1, {.ap = 3}));
    EXPECT_EQ(w.par(hyp_read, 0x1234, hyp) >> 12 & 0xfff'ffff, 0x40'0000'1u) << "PA";
    EXPECT_EQ(w.par(hyp_write, 0x1234, hyp), 1u | 0b001101u << 1 | 1 << 11) << "read-only";
    EXPECT_EQ(w.par(hyp_read, 0x4000'0000, hyp), 1u | 0b000101u << 1 | 1 << 11) << "unmapped";
}

TEST(Ats, ExternalAbortOnTheWalkIsTaken) {
    AtsWorld w;
    w.memory.break_page(root);
    w.par(pl1_read, 0);
    ASSERT_TRUE(w.abort) << "the operation aborts";
    EXPECT_FALSE(w.abort.stage2) << "to PL1";
    EXPECT_STREQ(name(w.abort.kind), "external_walk") << "kind";
}

TEST(Ats, DisabledMmu) {
    AtsWorld w;
    w.sys.sctlr = 0;
    const u64 par = w.par(pl1_read, 0x8765'4321);
    EXPECT_EQ(par & 0xffff'f000, 0x8765'4000u) << "flat";
    EXPECT_EQ(par >> 4 & 7, 0b001u) << "Strongly-ordered";
}

}  // namespace
}  // namespace vtoll::mmu::test

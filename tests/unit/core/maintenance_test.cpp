// SPDX-License-Identifier: Apache-2.0
// Maintenance of caches and predictors told apart: what is held afterwards, and what it makes the core wait for.
#include "tests/unit/core/filter_of_core.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "core/timing/core_model.hpp"
#include "tests/unit/core/small_core.hpp"

namespace vtoll::core {
namespace {

using namespace isa::cache_op;

constexpr u32 two_levels = 0x0a20'0023;  ///< CLIDR: L2 inside, LoC 2, LoUU 1, as on Cortex-A7, A8 and A15
constexpr u32 one_level = 0x0920'0003;   ///< the L2 is outside, as on the Cortex-A9

CoreProfile profile(u32 clidr = two_levels) {
    CoreProfile p = test::small_core();
    p.l2_interval = 5;
    p.write_ns = 40;
    p.store_buffer = 2;
    p.identity.clidr = clidr;
    return p;
}

constexpr u32 from_l1 = 0, from_l2 = 20 - 3, from_memory = 20 + 100 - 3;

struct Model {
    StallTotals stalls{};
    CoreModel core;
    u64 ticks = 0;
    test::FilterOfCore filter;

    explicit Model(const CoreProfile& p = profile()) : core(p, 1'000'000'000, stalls), filter(core) {}
    u32 load(u64 pa) {
        const u32 cost = pass(core.load(pa, pa, nullptr, {ticks, 0}));
        filter.keep(pa);
        return cost;
    }
    void store(u64 pa) {
        pass(core.store(pa, pa, nullptr, {ticks, 0}));
        filter.keep(pa);
    }
    /// Lines that the filter of the run loop has lost by the latest maintenance.
    std::size_t forgotten() { return filter.lost().size(); }
    u32 maintain(isa::CacheOp op, u64 pa, u32 operand = 0, u32 actlr = 0) {
        filter.lost();
        return pass(core.maintain(op, operand, pa, actlr, {ticks, 0}));
    }
    u32 pass(u32 cost) {
        ticks += 1000;  // the store buffer has drained
        return cost;
    }
};

TEST(Maintenance, CleaningKeepsTheLine) {
    for (const auto& [name, op] : {std::pair{"DCCMVAC", DCCMVAC}, std::pair{"DCCMVAU", DCCMVAU}}) {
        Model m;
        m.store(0x1000);
        m.maintain(op, 0x1000);
        EXPECT_EQ(m.forgotten(), 1u) << name << ": the next store has to make the line dirty again";
        EXPECT_EQ(m.load(0x1000), from_l1) << name << " of a dirty line";
        m.maintain(op, 0x1000);
        EXPECT_EQ(m.forgotten(), 0u) << name << " of a clean line changes nothing";
        EXPECT_EQ(m.load(0x1000), from_l1) << name << " of a clean line";
    }
}

TEST(Maintenance, InvalidatingReachesThePointOfCoherency) {
    for (const auto& [name, op] : {std::pair{"DCIMVAC", DCIMVAC}, std::pair{"DCCIMVAC", DCCIMVAC}}) {
        Model m;
        m.load(0x1000);
        m.maintain(op, 0x1000);
        EXPECT_EQ(m.forgotten(), 1u) << name;
        EXPECT_EQ(m.load(0x1000), from_memory) << name << ": neither L1 nor L2 has it";
        Model outside(profile(one_level));
        outside.load(0x1000);
        outside.maintain(op, 0x1000);
        EXPECT_EQ(outside.load(0x1000), from_l2) << name << ": an L2 outside is not reached";
    }
}

TEST(Maintenance, BySetAndWay) {
    // L1 has 8 sets of 2 ways: way in bit 31, set from bit 6 on. L2 has 32 sets of 4 ways: way in bits 31:30.
    const auto level1 = [](u32 set, u32 way) { return way << 31 | set << 6; };
    const auto level2 = [](u32 set, u32 way) { return way << 30 | set << 6 | 1 << 1; };
    Model m;
    m.load(0x1000);
    m.load(0x1200);
    m.maintain(DCISW, 0, level1(0, 1));
    EXPECT_EQ(m.load(0x1000), from_l1) << "the other way stays";
    EXPECT_EQ(m.load(0x1200), from_l2) << "the way is gone from L1 only";
    m.maintain(DCCISW, 0, level1(1, 0));
    EXPECT_EQ(m.load(0x1000), from_l1) << "the other set stays";
    m.maintain(DCISW, 0, level1(0, 0));
    m.maintain(DCISW, 0, level2(0, 0));
    EXPECT_EQ(m.load(0x1000), from_memory) << "gone from both levels";
    m.maintain(DCISW, 0, 7 << 1);
    EXPECT_EQ(m.forgotten(), 0u) << "there is no such level";
    Model outside(profile(one_level));
    outside.load(0x1000);
    outside.maintain(DCISW, 0, level1(0, 0));
    outside.maintain(DCISW, 0, level2(0, 0));
    EXPECT_EQ(outside.load(0x1000), from_l2) << "an L2 outside is not reached";
}

TEST(Maintenance, LevelsThatClidrDoesNotName) {
    constexpr u32 three_levels = two_levels | 4 << 6, data_only = 0x0a20'0022;
    constexpr u32 first_way_of_l2 = 0, third_level = 2 << 1;
    Model with_l3(profile(three_levels));
    with_l3.load(0x1000);
    with_l3.maintain(DCISW, 0, first_way_of_l2 | third_level);
    with_l3.maintain(DCISW, 0, 0);  // out of L1
    EXPECT_EQ(with_l3.load(0x1000), from_l2) << "a third level is none that the model has";
    Model split(profile(data_only));
    split.load(0x1000);
    split.maintain(DCISW, 0, 0);
    EXPECT_EQ(split.load(0x1000), from_l2) << "L1 has data, and no code beside it";
    Model none(profile(0x23));
    none.store(0x1000);
    none.maintain(DCIMVAC, 0x1000);
    EXPECT_EQ(none.load(0x1000), from_l1) << "the point of coherency is in front of L1";
}

TEST(Maintenance, NothingIsMappedAtZero) {
    Model m;
    m.store(0);
    m.maintain(DCIMVAC, 0);
    EXPECT_EQ(m.load(0), from_l1) << "an address that maps nothing is not the first line of memory";
    m.pass(m.core.fetch(0, 0, 4, m.ticks));
    m.maintain(ICIMVAU, 0);
    EXPECT_EQ(m.core.fetch(0, 0, 4, m.ticks), 0u) << "in L1I too";
}

TEST(Maintenance, WhatIsInvalidatedIsNotWritten) {
    constexpr u32 first_way_of_l2 = 1 << 1;
    for (const auto& [op, written] : {std::pair{DCISW, 0u}, std::pair{DCCISW, 40u}}) {
        Model m;
        m.store(0x1000);
        m.maintain(DCCSW, 0, 0);  // into L2, which agrees with no memory
        const u64 now = m.ticks;
        EXPECT_EQ(m.core.maintain(op, first_way_of_l2, 0, 0, {now, 0}), 0u) << "nobody waits for it";
        EXPECT_EQ(m.core.barrier(isa::SystemCost::dsb, {now, 0}), written) << "but a DSB, if it is written";
    }
}

// Lines on their way out take places in the store buffer, and memory takes one in 40 ns.
TEST(Maintenance, LinesLeaveOneBehindTheOther) {
    CoreProfile p = profile();
    p.store_buffer = 3;
    Model m(p);
    constexpr std::array<u64, 5> lines = {0x1000, 0x1040, 0x1080, 0x10c0, 0x1100};
    for (const u64 pa : lines) m.store(pa);
    const u64 now = m.ticks;
    std::vector<u32> waits;
    u64 waited = 0;
    for (const u64 pa : lines) {
        waits.push_back(m.core.maintain(DCCMVAC, 0, pa, 0, {now + waited, 0}));
        waited += waits.back();
    }
    EXPECT_EQ(waits, (std::vector<u32>{0, 0, 0, 40, 40})) << "three places, and then one in 40 ticks";
    EXPECT_EQ(m.stalls[static_cast<std::size_t>(Stall::data)], 80u) << "waiting as a store does";
    EXPECT_EQ(m.core.barrier(isa::SystemCost::dsb, {now, 0}), 5 * 40u) << "a DSB waits for all five";
}

// A miss of memory, and behind it one that L2 has, which is done sooner.
TEST(Maintenance, ALineWaitsForThePlaceThatItTakes) {
    CoreProfile p = profile();
    p.store_fills = 2;
    Model m(p);
    m.store(0x1000);
    m.load(0x2000);
    m.maintain(DCISW, 0, 0);  // out of L1, which leaves it in L2
    m.maintain(DCISW, 0, 1u << 31);
    m.store(0x1040);
    const u64 now = m.ticks;
    m.core.store(0x3000, 0x3000, nullptr, {now, 0});  // done in 120 ticks
    m.core.store(0x2000, 0x2000, nullptr, {now, 0});  // in 20
    EXPECT_EQ(m.core.maintain(DCCMVAC, 0, 0x1040, 0, {now, 0}), 120u) << "the first place is free then";
    EXPECT_EQ(m.core.barrier(isa::SystemCost::dsb, {now, 0}), 120u + 40) << "and memory takes the line behind that";
}

// The store buffer has two entries: the third dirty line waits until memory has taken the first.
TEST(Maintenance, DirtyLinesAreWrittenBack) {
    const auto third = [](isa::CacheOp op, bool dirty) {
        Model m;
        for (const u64 pa : {0x1000, 0x1040, 0x1080}) dirty ? m.store(pa) : static_cast<void>(m.load(pa));
        u32 cost = 0;
        for (const u64 pa : {0x1000, 0x1040, 0x1080}) cost = m.core.maintain(op, 0, pa, 0, {m.ticks, 0});
        return cost;
    };
    EXPECT_EQ(third(DCCMVAC, true), 40u) << "a line in 40 ns";
    EXPECT_EQ(third(DCCIMVAC, true), 40u) << "a line in 40 ns";
    EXPECT_EQ(third(DCCMVAU, true), 5u) << "to L2, a line in 5 cycles";
    EXPECT_EQ(third(DCCMVAC, false), 0u) << "clean lines are not written";
    EXPECT_EQ(third(DCIMVAC, true), 0u) << "invalidated lines are not written";
}

TEST(Maintenance, ACleanedLineIsNotWrittenAgain) {
    Model m;
    m.store(0x1000);
    m.maintain(DCCMVAC, 0x1000);
    const u64 before = m.core.statistics().write_backs;
    for (u64 pa = 0x10'1000; pa < 0x11'0000; pa += 0x200) m.load(pa);  // pushes it out of both levels
    EXPECT_EQ(m.core.statistics().write_backs, before) << "memory has it already";
}

TEST(Maintenance, OfAnotherProcessor) {
    Model m;
    m.store(0x1000);
    m.core.fetch(0x1000, 0x1000, 4, m.ticks);
    const StallTotals before = m.stalls;
    m.core.maintain_for_other(DCCIMVAC, 0x1000, 0x1000, 0);
    m.core.maintain_for_other(ICIMVAU, 0x1000, 0x1000, 0);
    EXPECT_EQ(m.stalls, before) << "it takes no time here";
    EXPECT_EQ(m.forgotten(), 1u) << "the filter loses the line";
    EXPECT_EQ(m.load(0x1000), from_memory) << "gone from L1 data and L2";
    EXPECT_NE(m.core.fetch(0x1000, 0x1000, 4, m.ticks), 0u) << "gone from L1 instruction";
}

TEST(Maintenance, OfInstructions) {
    Model m;
    const auto fetch = [&](u64 pa) { return m.core.fetch(pa, pa, 4, m.ticks) != 0; };
    fetch(0x1000);
    fetch(0x1040);
    const u32 epoch = m.core.fetch_epoch();
    m.maintain(ICIMVAU, 0x1000);
    EXPECT_NE(m.core.fetch_epoch(), epoch) << "blocks have to look at their lines again";
    EXPECT_FALSE(fetch(0x1040)) << "ICIMVAU: another line stays";
    EXPECT_TRUE(fetch(0x1000)) << "ICIMVAU: this one is gone";
    m.maintain(ICIALLU, 0);
    EXPECT_TRUE(fetch(0x1040)) << "ICIALLU: all are gone";
}

/// Trains a conditional branch, does `op`, and says whether the branch is predicted still.
bool remembered(const CoreProfile& p, isa::CacheOp op, u32 pc, u32 actlr) {
    Model m(p);
    const auto branch = [&] { return m.core.branch(0x8000, BranchKind::conditional, true, 0x9000, 0x8004); };
    for (int i = 0; i < 20; ++i) branch();
    m.maintain(op, 0, pc, actlr);
    return branch() == 0;
}

TEST(Maintenance, OfPredictorsByCore) {
    const auto with = [](u32 bpiall, u32 iciallu) {
        CoreProfile p = profile();
        p.bpiall_needs = bpiall;
        p.iciallu_needs = iciallu;
        return p;
    };
    EXPECT_FALSE(remembered(with(0, ~0u), BPIALL, 0, 0)) << "Cortex-A9: BPIALL acts";
    EXPECT_TRUE(remembered(with(0x40, ~0u), BPIALL, 0, 0)) << "Cortex-A8 without ACTLR.IBE: a NOP";
    EXPECT_FALSE(remembered(with(0x40, ~0u), BPIALL, 0, 0x42)) << "Cortex-A8 with ACTLR.IBE: acts";
    EXPECT_TRUE(remembered(with(~0u, 1), BPIALL, 0, ~0u)) << "Cortex-A15: always a NOP";
    EXPECT_TRUE(remembered(with(~0u, 1), ICIALLU, 0, 0)) << "Cortex-A15: ICIALLU keeps predictions";
    EXPECT_FALSE(remembered(with(~0u, 1), ICIALLU, 0, 1)) << "Cortex-A15 with ACTLR[0]: ICIALLU forgets them";
    EXPECT_TRUE(remembered(with(0, ~0u), ICIALLU, 0, 1)) << "Cortex-A9: ICIALLU keeps predictions";
    EXPECT_FALSE(remembered(with(0, ~0u), BPIMVA, 0x8000, 0)) << "BPIMVA forgets the branch";
    EXPECT_TRUE(remembered(with(0, ~0u), BPIMVA, 0x8040, 0)) << "BPIMVA keeps another";
}

}  // namespace
}  // namespace vtoll::core

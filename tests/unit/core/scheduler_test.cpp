// SPDX-License-Identifier: Apache-2.0
// The price of blocks: chains, throughput, pairing, forwarding, the window.
#include "core/timing/scheduler.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "core/timing/pricing.hpp"
#include "isa/encodings/encoding.hpp"
#include "isa/features.hpp"

namespace vtoll::core {
namespace {

const CoreProfile& profile(const std::string& name) {
    static std::map<std::string, Pricing> loaded;
    if (!loaded.contains(name)) loaded[name] = pricing_for(name);
    return *loaded[name].core;
}

Scheduled decoded(u32 raw) {
    isa::Features features;
    const isa::DecodeContext context{
        .pc = 0x1000, .privilege = isa::Privilege::pl1, .itstate = 0, .features = &features};
    isa::Decoding d;
    EXPECT_EQ(isa::decode(isa::InstrSet::a32, raw, context, d), isa::Decoded::ok) << std::hex << raw;
    return scheduled(d);
}

/// Cycles that one more copy of the block adds.
double price(const std::string& core, std::vector<u32> raws, unsigned copies = 1) {
    std::vector<Scheduled> block;
    for (unsigned i = 0; i < copies; ++i)
        for (u32 raw : raws) block.push_back(decoded(raw));
    std::vector<u16> costs(block.size());
    const BlockPrice p = price_block(profile(core), block, costs);
    const unsigned whole = std::accumulate(costs.begin(), costs.end(), 0u);
    EXPECT_EQ(whole, p.total / BlockPrice::scale) << "the instructions' costs make up the whole cycles of the block";
    EXPECT_LE(p.issue, p.total) << "a block can't be faster than the pipeline is wide";
    return double(p.total) / BlockPrice::scale;
}

constexpr u32 add_r2_r2_r3 = 0xe0822003, add_r4_r4_r5 = 0xe0844005, add_r2_r2_1 = 0xe2822001, add_r4_r4_1 = 0xe2844001;
constexpr u32 add_r2_r3_r2_lsl3 = 0xe0832182, mul_r2_r2_r3 = 0xe0020392, mul_r4_r5_r3 = 0xe0040395;
constexpr u32 ldr_r2_at_r2 = 0xe5922000, ldr_r4_at_r3 = 0xe5934000, str_r8_at_r3 = 0xe5838008,
              ldr_r3_post_r2 = 0xe6903002;
constexpr u32 mov_r2_r3 = 0xe1a02003, mov_r4_r5 = 0xe1a04005, push_r4_lr = 0xe92d4010, pop_r4_r5 = 0xe8bd0030;
constexpr u32 cmp_r2_0 = 0xe3520000, bne = 0x1afffffe, vadd_s4 = 0xee322a22, vadd_d0 = 0xee300b01;
constexpr u32 vmul_d0 = 0xee200b01, mrc_sctlr = 0xee113f10;

TEST(Scheduler, ChainOfAdditionsRunsOneACycle) {
    for (const char* core : {"cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15"}) {
        EXPECT_DOUBLE_EQ(price(core, {add_r2_r2_r3}), 1) << core;
        EXPECT_DOUBLE_EQ(price(core, {add_r2_r2_r3}, 48), 48) << core << ": the same however long the block";
    }
}

TEST(Scheduler, IndependentAdditionsFillTheAlus) {
    EXPECT_DOUBLE_EQ(price("cortex-a15", {add_r2_r2_r3, add_r4_r4_r5}, 12), 12) << "two ALUs";
    EXPECT_DOUBLE_EQ(price("cortex-a8", {add_r2_r2_r3, add_r4_r4_r5}, 12), 12) << "two symmetric ALUs";
    EXPECT_DOUBLE_EQ(price("cortex-a7", {add_r2_r2_r3, add_r4_r4_r5}, 12), 24) << "two register forms don't pair";
    EXPECT_DOUBLE_EQ(price("cortex-a7", {add_r2_r2_r3, add_r4_r4_1}, 12), 12) << "the second may be an immediate form";
}

TEST(Scheduler, ShiftedOperandIsNeededEarlier) {
    EXPECT_DOUBLE_EQ(price("cortex-a15", {add_r2_r3_r2_lsl3}, 10), 20) << "2 with a shift";
    EXPECT_DOUBLE_EQ(price("cortex-a8", {add_r2_r3_r2_lsl3}, 10), 20) << "the shifter stands before the ALU";
}

TEST(Scheduler, LatenciesOfMultiplicationAndLoads) {
    EXPECT_DOUBLE_EQ(price("cortex-a15", {mul_r2_r2_r3}, 10), 30) << "chain: latency";
    EXPECT_DOUBLE_EQ(price("cortex-a15", {mul_r4_r5_r3}, 10), 10) << "independent: one a cycle";
    EXPECT_DOUBLE_EQ(price("cortex-a8", {mul_r2_r2_r3}, 10), 60);
    EXPECT_DOUBLE_EQ(price("cortex-a15", {ldr_r2_at_r2}, 10), 40) << "pointer chase: the destination is the base too";
    EXPECT_DOUBLE_EQ(price("cortex-a9", {ldr_r2_at_r2}, 10), 40);
    EXPECT_DOUBLE_EQ(price("cortex-a8", {ldr_r2_at_r2}, 10), 30);
    EXPECT_DOUBLE_EQ(price("cortex-a15", {ldr_r4_at_r3}, 10), 10) << "one load a cycle";
}

TEST(Scheduler, BaseUpdateDoesNotWaitForData) {
    for (const char* core : {"cortex-a8", "cortex-a15"})
        EXPECT_DOUBLE_EQ(price(core, {ldr_r3_post_r2}, 10), 10) << core << ": the address adder writes the base";
    EXPECT_LE(price("cortex-a15", {push_r4_lr, pop_r4_r5}), 2) << "the stack pointer goes ahead of what is loaded";
}

TEST(Scheduler, LoadAndStorePairWhereThereAreTwoPipes) {
    EXPECT_DOUBLE_EQ(price("cortex-a15", {ldr_r4_at_r3, str_r8_at_r3}, 12), 12) << "one load and one store a cycle";
    EXPECT_DOUBLE_EQ(price("cortex-a8", {ldr_r4_at_r3, str_r8_at_r3}, 12), 24) << "one load or store a cycle";
}

TEST(Scheduler, PredictedBranchDoesNotWaitForFlags) {
    EXPECT_DOUBLE_EQ(price("cortex-a8", {cmp_r2_0, bne}), 1) << "comparison and branch issue together";
    EXPECT_DOUBLE_EQ(price("cortex-a7", {cmp_r2_0, bne}), 1);
}

TEST(Scheduler, DoublesTakeLonger) {
    EXPECT_DOUBLE_EQ(price("cortex-a7", {vmul_d0}, 10), 70) << "fpmuld 7";
    EXPECT_DOUBLE_EQ(price("cortex-a9", {vadd_s4}, 10), 50);
    EXPECT_DOUBLE_EQ(price("cortex-a9", {vadd_d0}, 10), 50);
}

TEST(Scheduler, SerialisingInstructionsHoldEverything) {
    const double alone = price("cortex-a8", {mrc_sctlr}),
                 beside = price("cortex-a8", {mrc_sctlr, mov_r2_r3, mov_r4_r5});
    EXPECT_GE(alone, 60) << "no overlap between copies";
    EXPECT_GT(beside, alone) << "what follows starts afterwards";
}

constexpr u32 veor_d0 = 0xf3000111, veor_q0 = 0xf3000152, veor_q2_q0_q1 = 0xf3004152, vsri_q8 = 0xf3ec0452,
              vsri_q10 = 0xf3ec4452, vmlal_u32_q0 = 0xf3a40805, vmlal_u32_q3 = 0xf3a46805, vmull_u32_q0 = 0xf3a40c05,
              vmull_u16_q0 = 0xf3940c05, vmul_i32_q0 = 0xf2240956, vext_q8 = 0xf2f204e2, vmov_r4_d16 = 0xee104b90,
              vmov_d16_r4 = 0xee004b90, vldr_d20 = 0xedd34b00;
constexpr u32 ldm_r3_r4_r7 = 0xe89300f0, eor_r0_r7_r7_ror5 = 0xe02702e7, eor_r6_r8_r9 = 0xe0286009,
              ror_r4_r5_7 = 0xe1a043e5, strd_r4_at_sp = 0xe1cd40f0;

TEST(Scheduler, QuadwordsTakeTwiceAsLongOnADatapathOfADoubleword) {
    EXPECT_DOUBLE_EQ(price("cortex-a7", {veor_q2_q0_q1}, 10), 20);
    EXPECT_DOUBLE_EQ(price("cortex-a8", {veor_q2_q0_q1}, 10), 10) << "a quadword a cycle";
    for (const char* core : {"cortex-a8", "cortex-a9"})
        EXPECT_DOUBLE_EQ(price(core, {vsri_q8, vsri_q10}, 5), 20)
            << core << ": shift and insert, two cycles a quadword";
}

TEST(Scheduler, SomeOperandsOfNeonAreNeededLate) {
    EXPECT_DOUBLE_EQ(price("cortex-a8", {veor_d0}, 10), 20) << "N3 to N2";
    EXPECT_DOUBLE_EQ(price("cortex-a9", {veor_q0}, 10), 20);
    EXPECT_DOUBLE_EQ(price("cortex-a15", {veor_q0}, 10), 40);
}

TEST(Scheduler, MultipliersPassWordsTwice) {
    EXPECT_DOUBLE_EQ(price("cortex-a8", {vmull_u16_q0}, 10), 10);
    EXPECT_DOUBLE_EQ(price("cortex-a8", {vmull_u32_q0}, 10), 20);
    EXPECT_DOUBLE_EQ(price("cortex-a9", {vmul_i32_q0}, 10), 40) << "words, quadwords";
}

TEST(Scheduler, AccumulatorsAreForwarded) {
    EXPECT_DOUBLE_EQ(price("cortex-a15", {vmlal_u32_q0}, 10), 10) << "a chain of sums";
    EXPECT_DOUBLE_EQ(price("cortex-a8", {vmlal_u32_q0}, 10), price("cortex-a8", {vmlal_u32_q0, vmlal_u32_q3}, 5))
        << "as if they did not depend on each other";
    EXPECT_DOUBLE_EQ(price("cortex-a7", {vmlal_u32_q0}, 10), 40) << "mla 4";
    EXPECT_DOUBLE_EQ(price("cortex-a15", {veor_q0, vmlal_u32_q0}, 5), 5 * (4 + 6)) << "to their like only";
}

TEST(Scheduler, NeonOfACortexA8RunsBehindTheIntegerPipeline) {
    EXPECT_DOUBLE_EQ(price("cortex-a8", {veor_q2_q0_q1, vext_q8}, 10), 20) << "arithmetic beside permutation";
    EXPECT_DOUBLE_EQ(price("cortex-a9", {veor_q2_q0_q1, vext_q8}, 10), 30) << "one NEON instruction a cycle";
    const double chain = price("cortex-a8", {veor_d0}, 10);
    EXPECT_DOUBLE_EQ(price("cortex-a8", {veor_d0, add_r2_r2_r3}, 10), chain) << "the core goes on beside it";
    EXPECT_GE(price("cortex-a8", {vmov_d16_r4, vmov_r4_d16}), 20) << "but waits for what comes back";
    EXPECT_LE(price("cortex-a8", {vmov_d16_r4}, 10), 20) << "what goes there is cheap";
}

TEST(Scheduler, TheQueueOfACortexA8HasAnEnd) {
    std::vector<u32> block(40, veor_d0);  // a chain, two cycles each
    block.insert(block.end(), 80, add_r2_r2_r3);
    EXPECT_NEAR(price("cortex-a8", block), (40 - 16) * 2 + 80, 4)
        << "the additions begin when sixteen are left, not when all have come";
}

TEST(Scheduler, FlagsOfAComparisonOfNumbersComeWithItsResult) {
    for (const char* core : {"cortex-a7", "cortex-a9", "cortex-a15"}) {
        const CoreProfile& p = profile(core);
        const Scheduled compare{.cls = isa::CostClass::vfp_add, .flags_out = isa::flag::fp_nzcv, .ext_in = 1};
        Scheduled use{.cls = isa::CostClass::alu, .early = 1 << 4, .core_out = 1 << 2};
        // Where instructions overtake each other, the next comparison is made to wait for what is made of the last.
        Scheduled next = compare;
        next.early = 1 << 2;
        const auto ticks = [&](const std::vector<Scheduled>& block) {
            std::vector<u16> costs(block.size());
            return price_block(p, block, costs).total / BlockPrice::scale;
        };
        const unsigned free = ticks({next, use});
        use.flags_in = isa::flag::fp_nzcv;
        EXPECT_GE(ticks({next, use}), p.of(isa::CostClass::vfp_add).latency) << core << ": it waits for the comparison";
        EXPECT_LT(free, p.of(isa::CostClass::vfp_add).latency) << core << ": and would not without its flags";
    }
}

TEST(Scheduler, AnAccessLeavesTheWindowBeforeItsDataCome) {
    const auto ticks = [](isa::CostClass cls, u8 latency) {
        CoreProfile p = profile("cortex-a15");
        p.window = 4;
        for (ClassTiming& t : p.by_class) t.latency = latency;
        std::vector<Scheduled> block(16, Scheduled{.cls = cls, .units = 1});
        std::vector<u16> costs(block.size());
        return price_block(p, block, costs).total;
    };
    using enum isa::CostClass;
    for (const isa::CostClass cls : {load, load_multiple, store, store_multiple, vfp_load, vfp_store, neon_load,
                                     neon_store, exclusive, branch_load})
        EXPECT_EQ(ticks(cls, 20), ticks(cls, 2)) << cost_class_name(cls) << ": the window does not wait for it";
    for (const isa::CostClass cls : {alu, mul, vfp_add, neon_int})
        EXPECT_GT(ticks(cls, 20), ticks(cls, 2)) << cost_class_name(cls) << ": it leaves with its result";
}

/// Cycles of one more copy.
double price_of(const CoreProfile& p, const std::vector<Scheduled>& block) {
    std::vector<u16> costs(block.size());
    return double(price_block(p, block, costs).total) / BlockPrice::scale;
}

// MUL or VMOV of the base, and a store of that which moves the base on.
TEST(Scheduler, AStoresAddressGoesAheadOfItsData) {
    using enum isa::CostClass;
    constexpr u16 base = 1 << 2, data = 1 << 4;
    for (const isa::CostClass cls : {store, store_multiple, vfp_store, neon_store}) {
        const bool core = cls == store || cls == store_multiple;
        Scheduled make{.cls = core ? mul : vfp_move, .units = 1, .early = base};
        Scheduled use{.cls = cls, .units = 1, .early = base, .core_out = base, .base_out = base};
        if (core) make.core_out = use.late = data;
        else make.ext_out = use.ext_in = 1;
        EXPECT_LE(price_of(profile("cortex-a15"), {make, use}), 2) << cost_class_name(cls) << ": the base is not late";
    }
}

TEST(Scheduler, SystemRegistersOfTheVfpShareNoPortWithNeon) {
    CoreProfile p = profile("cortex-a9");
    p.by_class[static_cast<std::size_t>(isa::CostClass::vfp_sysreg)] = {.unit = Unit::system};
    const auto beside_a_load = [&](isa::CostClass cls) {
        return price_of(p, {{.cls = cls, .units = 1}, {.cls = isa::CostClass::load, .units = 1}});
    };
    EXPECT_DOUBLE_EQ(beside_a_load(isa::CostClass::vfp_sysreg), 1) << "issued together";
    EXPECT_DOUBLE_EQ(beside_a_load(isa::CostClass::vfp_move), 2) << "memory and NEON are one port";
}

TEST(Scheduler, PortsOfACortexA9) {
    EXPECT_DOUBLE_EQ(price("cortex-a9", {vldr_d20, ldr_r4_at_r3}, 10), 20) << "one of memory and NEON a cycle";
    EXPECT_DOUBLE_EQ(price("cortex-a9", {veor_q2_q0_q1, ldr_r4_at_r3}, 10), 20);
    EXPECT_DOUBLE_EQ(price("cortex-a15", {veor_q2_q0_q1, ldr_r4_at_r3}, 12), 12);
    EXPECT_DOUBLE_EQ(price("cortex-a9", {eor_r6_r8_r9, mov_r4_r5}, 10), 10) << "three registers read";
    EXPECT_GT(price("cortex-a9", {eor_r6_r8_r9, strd_r4_at_sp}, 10), 12) << "five: more than four ports";
}

TEST(Scheduler, TheSecondOfAPairOnACortexA7ShiftsNothing) {
    EXPECT_DOUBLE_EQ(price("cortex-a7", {eor_r6_r8_r9, add_r2_r2_1}, 10), 10);
    EXPECT_DOUBLE_EQ(price("cortex-a7", {eor_r6_r8_r9, eor_r0_r7_r7_ror5}, 10), 20) << "one register, but shifted";
    EXPECT_DOUBLE_EQ(price("cortex-a7", {eor_r6_r8_r9, ror_r4_r5_7}, 10), 20);
    EXPECT_DOUBLE_EQ(price("cortex-a7", {ror_r4_r5_7, add_r2_r2_1}, 10), 10) << "as the first it may";
}

TEST(Scheduler, WhatIssuesForSeveralCyclesHoldsWhatFollows) {
    EXPECT_DOUBLE_EQ(price("cortex-a7", {veor_q2_q0_q1, eor_r6_r8_r9}, 10), 30) << "both pipes for two cycles";
    EXPECT_DOUBLE_EQ(price("cortex-a7", {ldm_r3_r4_r7, eor_r6_r8_r9}, 10), 30) << "two registers a cycle";
    EXPECT_DOUBLE_EQ(price("cortex-a8", {ldm_r3_r4_r7, eor_r6_r8_r9, add_r2_r2_r3}, 10), 30);
}

TEST(Scheduler, EmptyBlockCostsNothing) {
    EXPECT_EQ(price_block(profile("cortex-a15"), {}, {}).total, 0u) << "no instructions";
}

TEST(Scheduler, PriceRepeats) {
    const std::vector<u32> raws{ldr_r4_at_r3, add_r2_r2_1, mul_r2_r2_r3, cmp_r2_0, bne};
    EXPECT_DOUBLE_EQ(price("cortex-a15", raws), price("cortex-a15", raws)) << "a pure function of profile and block";
}

}  // namespace
}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// Direction, targets and returns.
#include "core/timing/predictor.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace vtoll::core {
namespace {

CoreProfile small() {
    CoreProfile p;
    p.history_bits = 6;
    p.counter_entries = 1024;
    p.btb_entries = 16;
    p.btb_ways = 2;
    p.return_stack = 4;
    return p;
}

constexpr u32 pc = 0x1000, target = 0x2000;

TEST(Predictor, LoopIsLearnedAndItsEndIsNot) {
    Predictor predictor(small());
    for (int i = 0; i < 100; ++i) predictor.resolve(pc, BranchKind::conditional, true, target, pc + 4);
    EXPECT_EQ(predictor.resolve(pc, BranchKind::conditional, true, target, pc + 4), Prediction::right)
        << "a hundred times taken";
    EXPECT_EQ(predictor.resolve(pc, BranchKind::conditional, false, pc + 4, pc + 4), Prediction::wrong)
        << "the loop's end";
}

TEST(Predictor, HistoryLearnsAPattern) {
    Predictor predictor(small());
    unsigned wrong = 0;
    for (int i = 0; i < 1000; ++i) {
        const bool taken = i % 3 != 0;
        const Prediction p = predictor.resolve(pc, BranchKind::conditional, taken, taken ? target : pc + 4, pc + 4);
        if (i >= 500 && p == Prediction::wrong) ++wrong;
    }
    EXPECT_EQ(wrong, 0u) << "a period of three fits six bits of history";
}

TEST(Predictor, RandomDirectionsAreWrongHalfOfTheTime) {
    Predictor predictor(small());
    const u32 seed = 7;
    std::mt19937 random(seed);
    for (int i = 0; i < 20'000; ++i) {
        const bool taken = random() >> 31;
        predictor.resolve(pc, BranchKind::conditional, taken, taken ? target : pc + 4, pc + 4);
    }
    const double rate = double(predictor.mispredicts()) / double(predictor.branches());
    EXPECT_GT(rate, 0.45) << "seed " << seed;
    EXPECT_LT(rate, 0.55) << "seed " << seed;
}

/// A path of branches that repeats itself exactly, as the path of a system call does, is learned: neighbours must not
/// share counters.
TEST(Predictor, ARepeatedPathIsLearned) {
    const u32 seed = 11;
    std::mt19937 random(seed);
    u64 wrong = 0, all = 0;
    for (int path = 0; path < 100; ++path) {
        CoreProfile profile = small();
        profile.history_bits = 8;
        profile.counter_entries = 4096;
        Predictor predictor(profile);
        struct Branch {
            u32 pc;
            bool taken;
        };
        std::vector<Branch> branches;
        for (u32 at = 0xc000'0000 + (random() & 0xf'fff0); branches.size() < 60; at += 4 + 4 * (random() % 12))
            branches.push_back({at, random() % 2 != 0});
        for (int round = 0; round < 40; ++round)
            for (const Branch& b : branches) {
                const bool bad =
                    predictor.resolve(b.pc, BranchKind::conditional, b.taken, b.pc + 64, b.pc + 4) == Prediction::wrong;
                if (round < 20) continue;
                ++all;
                wrong += bad;
            }
    }
    EXPECT_LT(wrong * 100, all) << "less than one in a hundred is wrong once the path is known, seed " << seed;
}

TEST(Predictor, TargetOfADirectBranchIsFoundLateTheFirstTime) {
    Predictor predictor(small());
    EXPECT_EQ(predictor.resolve(pc, BranchKind::direct, true, target, pc + 4), Prediction::late) << "decode finds it";
    EXPECT_EQ(predictor.resolve(pc, BranchKind::direct, true, target, pc + 4), Prediction::right)
        << "the buffer has it";
}

TEST(Predictor, IndirectBranchToAnotherTargetIsWrong) {
    Predictor predictor(small());
    predictor.resolve(pc, BranchKind::indirect, true, target, pc + 4);
    EXPECT_EQ(predictor.resolve(pc, BranchKind::indirect, true, target, pc + 4), Prediction::right) << "same target";
    EXPECT_EQ(predictor.resolve(pc, BranchKind::indirect, true, target + 4, pc + 4), Prediction::wrong)
        << "another target";
}

TEST(Predictor, TargetBufferHasAnEnd) {
    Predictor predictor(small());
    for (u32 i = 0; i < 64; ++i) predictor.resolve(pc + 4 * i, BranchKind::direct, true, target, 0);
    EXPECT_EQ(predictor.resolve(pc, BranchKind::direct, true, target, pc + 4), Prediction::late)
        << "64 branches, 16 entries";
}

TEST(Predictor, TargetBufferHoldsAsManyBranchesAsItHasEntries) {
    for (const u32 size : {2u, 4u}) {  // T32, A32
        Predictor predictor(small());
        for (int round = 0; round < 3; ++round)
            for (u32 i = 0; i < 16; ++i)
                EXPECT_EQ(predictor.resolve(pc + i * size, BranchKind::direct, true, target, pc + (i + 1) * size),
                          round ? Prediction::right : Prediction::late)
                    << "instructions of " << size << " bytes, branch " << i << ", round " << round;
    }
}

TEST(Predictor, ReturnsMatchCallsAsDeepAsTheStack) {
    Predictor predictor(small());
    for (u32 i = 0; i < 4; ++i) predictor.resolve(pc + 16 * i, BranchKind::call, true, target, pc + 16 * i + 4);
    for (u32 i = 4; i-- > 0;)
        EXPECT_EQ(predictor.resolve(target, BranchKind::ret, true, pc + 16 * i + 4, 0), Prediction::right)
            << "return " << i;
    EXPECT_EQ(predictor.resolve(target, BranchKind::ret, true, pc + 4, 0), Prediction::wrong) << "the stack is empty";

    for (u32 i = 0; i < 5; ++i) predictor.resolve(pc + 16 * i, BranchKind::call, true, target, pc + 16 * i + 4);
    for (u32 i = 5; i-- > 1;) predictor.resolve(target, BranchKind::ret, true, pc + 16 * i + 4, 0);
    EXPECT_EQ(predictor.resolve(target, BranchKind::ret, true, pc + 4, 0), Prediction::wrong)
        << "the fifth call pushed the first out";
}

TEST(Predictor, ReturnUnderAConditionThatIsNotTakenLeavesTheStackAlone) {
    Predictor predictor(small());
    predictor.resolve(pc, BranchKind::call, true, target, pc + 4);
    for (int i = 0; i < 8; ++i) predictor.resolve(target, BranchKind::conditional_ret, false, target + 4, target + 4);
    EXPECT_EQ(predictor.resolve(target, BranchKind::conditional_ret, false, target + 4, target + 4), Prediction::right)
        << "the counters know it as not taken";
    EXPECT_EQ(predictor.resolve(target + 64, BranchKind::ret, true, pc + 4, 0), Prediction::right)
        << "the call's return address is still there";

    predictor.resolve(pc, BranchKind::call, true, target, pc + 4);
    EXPECT_EQ(predictor.resolve(target, BranchKind::conditional_ret, true, pc + 4, target + 4), Prediction::wrong)
        << "the direction was not expected";
    for (int i = 0; i < 8; ++i) {
        predictor.resolve(pc, BranchKind::call, true, target, pc + 4);
        predictor.resolve(target, BranchKind::conditional_ret, true, pc + 4, target + 4);
    }
    predictor.resolve(pc, BranchKind::call, true, target, pc + 4);
    EXPECT_EQ(predictor.resolve(target, BranchKind::conditional_ret, true, pc + 4, target + 4), Prediction::right)
        << "taken, and back to where the call came from";
}

TEST(Predictor, MaintenanceForgets) {
    Predictor predictor(small());
    predictor.resolve(pc, BranchKind::direct, true, target, pc + 4);
    predictor.forget();
    EXPECT_EQ(predictor.resolve(pc, BranchKind::direct, true, target, pc + 4), Prediction::late)
        << "the target was forgotten";
    predictor.resolve(pc, BranchKind::call, true, target, pc + 4);
    predictor.forget();
    EXPECT_EQ(predictor.resolve(target, BranchKind::ret, true, pc + 4, 0), Prediction::wrong) << "and who called";
}

TEST(Predictor, MaintenanceByAddressForgetsOneBranch) {
    Predictor predictor(small());
    const auto all = [&] {
        std::vector<Prediction> found;
        for (u32 i = 0; i < 16; ++i)
            found.push_back(predictor.resolve(pc + 4 * i, BranchKind::direct, true, target, pc + 4 * i + 4));
        return found;
    };
    all();
    for (u32 i = 0; i < 16; ++i) {
        predictor.forget(pc + 4 * i);
        std::vector<Prediction> expected(16, Prediction::right);
        expected[i] = Prediction::late;
        EXPECT_EQ(all(), expected) << "of sixteen targets, number " << i << " was forgotten";
    }
}

TEST(Predictor, WithoutAReturnStackReturnsAreAsOtherIndirectBranches) {
    CoreProfile p = small();
    p.return_stack = 0;
    Predictor predictor(p);
    predictor.resolve(pc, BranchKind::call, true, target, pc + 4);
    EXPECT_EQ(predictor.resolve(target, BranchKind::ret, true, pc + 4, 0), Prediction::wrong) << "the first time";
    EXPECT_EQ(predictor.resolve(target, BranchKind::ret, true, pc + 4, 0), Prediction::right) << "to the same caller";
    EXPECT_EQ(predictor.resolve(target, BranchKind::ret, true, pc + 8, 0), Prediction::wrong) << "to another";
}

TEST(Predictor, WhatCallsPushesItsReturn) {
    Predictor predictor(small());
    predictor.resolve(pc, BranchKind::call, true, target, pc + 4);
    predictor.resolve(target, BranchKind::indirect_call, true, target + 0x100, target + 4);
    predictor.resolve(target + 0x100, BranchKind::call, false, target + 0x104, target + 0x104);
    EXPECT_EQ(predictor.resolve(target + 0x104, BranchKind::ret, true, target + 4, 0), Prediction::right)
        << "behind the indirect call: the one behind it was not made";
    EXPECT_EQ(predictor.resolve(target + 8, BranchKind::ret, true, pc + 4, 0), Prediction::right) << "and the first";
}

TEST(Predictor, AReturnStackOfThreeGoesRound) {
    CoreProfile p = small();
    p.return_stack = 3;
    Predictor predictor(p);
    for (u32 round = 0; round < 4; ++round) {
        for (u32 i = 0; i < 3; ++i) predictor.resolve(pc + 16 * i, BranchKind::call, true, target, pc + 16 * i + 4);
        for (u32 i = 3; i-- > 0;)
            EXPECT_EQ(predictor.resolve(target, BranchKind::ret, true, pc + 16 * i + 4, 0), Prediction::right)
                << "return " << i << " of round " << round;
        predictor.resolve(pc, BranchKind::call, true, target, pc + 4);  // the next round begins one further
    }
}

}  // namespace
}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// Waiting loops: which ones are told to the machine, and what a store to what another processor polls has to wait for.
#include <gtest/gtest.h>

#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core::test {
namespace {

constexpr u32 word = 0x400f'f000, branch_self = 0xeafffffe;
constexpr u64 granule = word >> poll_granule;

/// A processor that is not alone. It runs `code` with the MMU on: r0 = `word`, r7 = the device.
struct OneOfTwo : SmallMachine {
    OneOfTwo(const char* rung, bool shortcuts, std::initializer_list<u32> code)
        : SmallMachine(pricing_for(rung), shortcuts, false) {
        load(mmu_on);
        write(behind_mmu_on, code);
    }
    u64 ticks = 0;
    StopReason run(u64 more = 2'000) { return cpu.run(ticks += more); }
};

class PollWatchTest : public testing::TestWithParam<std::tuple<const char*, bool>> {
protected:
    std::unique_ptr<OneOfTwo> machine(std::initializer_list<u32> code) {
        return std::make_unique<OneOfTwo>(std::get<0>(GetParam()), std::get<1>(GetParam()), code);
    }
};

using Polled = SmallMachine::Polled;

TEST_P(PollWatchTest, ALoopThatLooksAtAWordIsTold) {
    // 1: LDR r1, [r0]; CMP r1, #0; BEQ 1b; B .
    const auto m = machine({0xe5901000, 0xe3510000, 0x0afffffc, branch_self});
    m->run();
    ASSERT_EQ(m->polled.size(), 1u) << "once, not every time round";
    EXPECT_EQ(m->polled[0], (Polled{true, {granule}, false})) << "it waits for the word";
    m->write(word, {1});
    m->run();
    ASSERT_EQ(m->polled.size(), 3u) << "it has left the loop and goes round in another one";
    EXPECT_EQ(m->polled[1], (Polled{false, {}, false})) << "the word is polled no longer";
    EXPECT_EQ(m->polled[2], (Polled{true, {}, false})) << "B . waits for an interrupt";
}

TEST_P(PollWatchTest, ALoopOfSeveralBlocksIs) {
    // 1: LDR r1, [r0]; CMP r1, #0; BEQ 2f; B .; 2: LDR r1, [r0, #128]; CMP r1, #0; BEQ 1b; B .
    const auto m =
        machine({0xe5901000, 0xe3510000, 0x0a000000, branch_self, 0xe5901080, 0xe3510000, 0x0afffff8, branch_self});
    m->run();
    ASSERT_EQ(m->polled.size(), 1u) << "two words are looked at";
    EXPECT_EQ(m->polled[0], (Polled{true, {granule, granule + 4}, false})) << "both are known";
}

TEST_P(PollWatchTest, SoIsOneThatWouldTakeALock) {
    // 1: LDREX r1, [r0]; CMP r1, #0; STREXEQ r2, r3, [r0]; CMPEQ r2, #0; BNE 1b; B .
    const auto m = machine({0xe1901f9f, 0xe3510000, 0x01802f93, 0x03520000, 0x1afffffa, branch_self});
    m->write(word, {1});
    m->run();
    ASSERT_EQ(m->polled.size(), 1u) << "the lock is taken: it stores nothing";
    EXPECT_EQ(m->polled[0], (Polled{true, {granule}, false})) << "it waits for the lock";
}

TEST_P(PollWatchTest, ALoopThatLooksAtADeviceIs) {
    // 1: LDR r1, [r7]; CMP r1, #0; BNE 1b
    const auto m = machine({0xe5971000, 0xe3510000, 0x1afffffc});
    m->run();
    ASSERT_EQ(m->polled.size(), 1u) << "the register reads the same every time";
    EXPECT_EQ(m->polled[0], (Polled{true, {}, true})) << "a device, no memory";
}

TEST_P(PollWatchTest, LoopsThatDoSomethingAreNot) {
    struct {
        const char* what;
        std::initializer_list<u32> code;
    } const cases[] = {
        // 1: LDR r1, [r0]; SUBS r4, r4, #1; BNE 1b
        {"it counts", {0xe5901000, 0xe2544001, 0x1afffffc, branch_self}},
        // 1: LDR r1, [r0]; STR r1, [r0]; CMP r1, #0; BEQ 1b
        {"it stores", {0xe5901000, 0xe5801000, 0xe3510000, 0x0afffffb, branch_self}},
        // 1: MRRC r4, r5, CNTPCT; LDR r1, [r0]; CMP r1, #0; BEQ 1b
        {"it looks at the time", {0xec554f0e, 0xe5901000, 0xe3510000, 0x0afffffb, branch_self}},
    };
    for (const auto& c : cases) {
        const auto m = machine(c.code);
        m->run();
        EXPECT_TRUE(m->polled.empty()) << c.what;
    }
}

TEST_P(PollWatchTest, StoresToWhatIsPolledWaitForThePoller) {
    struct {
        const char* what;
        u32 instruction;
    } const cases[] = {
        {"STR r8, [r0]", 0xe5808000},      {"STRH r8, [r0]", 0xe1c080b0},    {"STM r0, {r8, r9}", 0xe8800300},
        {"STR r8, [r0, #-2]", 0xe5008002}, {"SWP r1, r8, [r0]", 0xe1001098}, {"LDREX r1, [r0]", 0xe1901f9f},
    };
    for (const auto& c : cases) {
        // STR r8, [r0, #32]; LDR r1, [r7]; the instruction; B . With the store, L0 holds the line or page; with the
        // load, processor 1 begins to poll.
        const auto m = machine({0xe5808020, 0xe5971000, c.instruction, branch_self});
        m->cpu.state().sys.sctlr |= isa::sctlr::SW;
        m->cpu.state().r[8] = 0x1234'5678;
        m->on_device = [&](u64, bool) { m->cpu.polled_elsewhere(1, std::span(&granule, 1), false); };
        m->others_have_come = false;
        const u64 before = m->word(word);
        EXPECT_EQ(m->run(), StopReason::quantum) << c.what << ": its turn is over";
        EXPECT_LT(m->cpu.now(), m->ticks) << c.what << ": before its end";
        EXPECT_EQ(m->cpu.state().r[15], SmallMachine::behind_mmu_on + 8) << c.what << ": comes again";
        EXPECT_EQ(m->word(word), before) << c.what << ": nothing is stored yet";
        ASSERT_EQ(m->asked.size(), 1u) << c.what << ": the machine is asked";
        EXPECT_EQ(m->asked[0].first, 2u) << c.what << ": for processor 1";
        EXPECT_EQ(m->asked[0].second, m->cpu.now()) << c.what << ": whether it has come to where this one is";
        const u64 insns = m->cpu.instructions();
        m->others_have_come = true;
        m->run(10);
        EXPECT_GT(m->cpu.instructions(), insns) << c.what << ": it goes on";
        const bool stores = c.instruction != 0xe1901f9f;
        EXPECT_EQ(m->word(word) != before, stores) << c.what << ": and stores";
    }
}

TEST_P(PollWatchTest, StoresBesideItDoNotWait) {
    // LDR r1, [r7]; STR r7, [r0, #32]; B .
    const auto m = machine({0xe5971000, 0xe5807020, branch_self});
    m->on_device = [&](u64, bool) { m->cpu.polled_elsewhere(1, std::span(&granule, 1), false); };
    m->others_have_come = false;
    m->run();
    EXPECT_EQ(m->word(word + 32), SmallMachine::device) << "another granule is nobody's business";
    EXPECT_TRUE(m->asked.empty()) << "nor is the machine asked";
}

TEST_P(PollWatchTest, AProcessorThatIsAloneLooksAtNothing) {
    SmallMachine m(pricing_for(std::get<0>(GetParam())), std::get<1>(GetParam()));
    m.load(SmallMachine::mmu_on);
    m.write(SmallMachine::behind_mmu_on, {0xe5901000, 0xe3510000, 0x0afffffc});
    m.cpu.run(2'000);
    EXPECT_TRUE(m.polled.empty()) << "there is nobody to wait for";
}

INSTANTIATE_TEST_SUITE_P(Rungs, PollWatchTest,
                         testing::Combine(testing::Values("functional", "cortex-a15"), testing::Bool()),
                         [](const auto& info) {
                             std::string name = std::get<0>(info.param);
                             std::erase(name, '-');
                             return name + (std::get<1>(info.param) ? "" : "_no_shortcuts");
                         });

}  // namespace
}  // namespace vtoll::core::test

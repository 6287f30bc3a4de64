// SPDX-License-Identifier: Apache-2.0
// The time of a processor cut into instructions: nothing is lost and nothing counts twice, whatever interrupts a block.
#include "core/trace/path/slices.hpp"

#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <random>

#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core::trace {
namespace {

using test::SmallMachine;

constexpr auto dependency = static_cast<std::size_t>(Stall::dependency),
               system_stall = static_cast<std::size_t>(Stall::system);

/// r2 = 100, then as often: a load, a multiplication that needs it, a load that aborts, another multiplication, a
/// system register, a store, a device. The handler goes on behind what aborted.
constexpr u32 vectors = SmallMachine::code + 0x1000, begin = SmallMachine::behind_mmu_on, body = begin + 5 * 4;
constexpr std::initializer_list<u32> loop = {
    0xe3011000, 0xe3441000, 0xee0c1f10,  // MOVW, MOVT r1, vectors; MCR VBAR
    0xe3a08205, 0xe3a02064,              // MOV r8, unmapped; MOV r2, #100
    0xe5903000, 0xe0040393, 0xe5985000,  // LDR r3, [r0]; MUL r4, r3, r3; LDR r5, [r8]
    0xe0060494, 0xee0d2f70, 0xe5804040,  // MUL r6, r4, r4; MCR TPIDRURO; STR r4, [r0, #0x40]
    0xe5979000, 0xe2522001, 0x1afffff6,  // LDR r9, [r7]; SUBS r2, #1; BNE body
    0xeafffffe};

class Collected final : public Slices {
public:
    explicit Collected(Processor& cpu) : Slices(cpu), cpu_(cpu) {
        cpu.set_trace_sink(this);
        cpu.record_instructions();
        restart();
    }
    ~Collected() override { cpu_.set_trace_sink(nullptr); }
    void took(const Slice& slice) override {
        EXPECT_GE(slice.begin, end) << "one after the other";
        end = slice.begin + slice.ticks;
        executed += slice.executed;
        ticks += slice.ticks;
        ++times[slice.place.address];
        aborted[slice.place.address] += !slice.executed;
        for (std::size_t i = 0; i < stall_count; ++i) {
            stalls[i] += slice.stalls[i];
            by_address[slice.place.address][i] += slice.stalls[i];
        }
    }

    u64 end = 0, executed = 0, ticks = 0;
    StallTicks stalls{};
    std::map<u32, u64> times, aborted;
    std::map<u32, StallTicks> by_address;

private:
    Processor& cpu_;
};

class OnEachModel : public testing::TestWithParam<const char*> {};

TEST_P(OnEachModel, SlicesAddUpToWhatTheProcessorCounts) {
    SmallMachine machine(pricing_for(GetParam()));
    machine.load(SmallMachine::mmu_on);
    machine.write(begin, loop);
    machine.write(vectors + 0x10, {0xe25ef004});  // SUBS pc, lr, #4
    Processor& cpu = machine.cpu;
    Collected all(cpu);
    cpu.set_instruction_limit(900);
    while (cpu.run(cpu.now() + 97) != StopReason::limit) {
    }
    EXPECT_EQ(all.executed, cpu.instructions()) << "instructions that completed";
    EXPECT_EQ(all.ticks, cpu.now()) << "ticks";
    for (std::size_t i = first_core_stall; i < static_cast<std::size_t>(Stall::exception); ++i)
        EXPECT_EQ(all.stalls[i], static_cast<s64>(cpu.stalls()[i])) << name_of(static_cast<Stall>(i));
    const u32 faulting = body + 2 * 4;
    EXPECT_GT(all.times[faulting], 50u) << "the load that aborts is told of";
    EXPECT_EQ(all.aborted[faulting], all.times[faulting]) << "and never completes";
    EXPECT_EQ(all.aborted[body], 0u) << "the others do";
    if (pricing_for(GetParam()).core) {
        EXPECT_GT(all.by_address[body + 4 * 4][system_stall], 0) << "the system register has its own stall";
        EXPECT_GT(all.by_address[body + 6 * 4][static_cast<std::size_t>(Stall::device)], 0) << "and so has the device";
    }
}

INSTANTIATE_TEST_SUITE_P(PathSlices, OnEachModel,
                         testing::Values("functional", "weights", "cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15"),
                         [](const auto& model) {
                             std::string name = model.param;
                             std::erase(name, '-');
                             return name;
                         });

s64 sum_of(std::span<const Slice> slices, std::size_t stall) {
    return std::accumulate(slices.begin(), slices.end(), s64{0},
                           [stall](s64 sum, const Slice& slice) { return sum + slice.stalls[stall]; });
}

TEST(PathSlices, WhatIsAboveAnEvenShareWaited) {
    const std::array<u16, 4> costs{1, 0, 7, 1};
    std::array<Slice, 4> slices{};
    share_price(costs, 0, 0, 6, slices);  // issue is 3 of 9
    EXPECT_EQ(slices[2].stalls[dependency], 6) << "the one that stands out";
    EXPECT_EQ(slices[0].stalls[dependency] + slices[1].stalls[dependency] + slices[3].stalls[dependency], 0);
}

TEST(PathSlices, SystemOperationsHaveTheirOwn) {
    const std::array<u16, 3> costs{2, 9, 1};
    std::array<Slice, 3> slices{};
    share_price(costs, 0b010, 8, 1, slices);
    EXPECT_EQ(slices[1].stalls[system_stall], 8) << "as much as was booked";
    EXPECT_EQ(sum_of(slices, dependency), 1) << "and the rest of the price is shared";
}

TEST(PathSlices, WhateverIsBookedIsShared) {
    const u32 seed = std::random_device()();
    std::mt19937 random(seed);
    for (int i = 0; i < 2000; ++i) {
        std::vector<u16> costs(1 + random() % max_block_insns);
        for (u16& cost : costs) cost = static_cast<u16>(random() % 4 ? random() % 3 : random() % 40);
        const s64 system = random() % 30,
                  waited = static_cast<s64>(random() % 60) - 5;  // also more than there is, and given back
        std::vector<Slice> slices(costs.size());
        share_price(costs, random() | u64{random()} << 32, system, waited, slices);
        ASSERT_EQ(sum_of(slices, system_stall), system) << "seed " << seed << ", case " << i;
        ASSERT_EQ(sum_of(slices, dependency), waited) << "seed " << seed << ", case " << i;
    }
}

}  // namespace
}  // namespace vtoll::core::trace

// SPDX-License-Identifier: Apache-2.0
// A processor's time: exact in the middle of blocks that were charged in advance, and its turns' ends.
#include <gtest/gtest.h>

#include "core/cpu/hooks/driver.hpp"
#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core::test {
namespace {

const char* const rungs[] = {"functional", "weights", "cortex-a7", "cortex-a15"};

/// MOV r1, #1; ADD r1, r1, #2; ADD r1, r1, #3; MOV r2, #1; ADD r1, r1, #4; B .
constexpr std::array<u32, 6> sums = {0xe3a01001, 0xe2811002, 0xe2811003, 0xe3a02001, 0xe2811004, 0xeafffffe};
constexpr BlockKey sums_key{SmallMachine::code, SmallMachine::code, 1u << BlockKey::privilege_shift};

std::span<const u8> bytes_of(const std::array<u32, 6>& words) {
    return {reinterpret_cast<const u8*>(words.data()), sizeof words};
}

TEST(CpuClock, GivesBackWhatABlockWasChargedBehindAnInstruction) {
    for (const char* rung : rungs) {
        SmallMachine m(pricing_for(rung));
        Driver driver(m.cpu);
        CpuClock& clock = m.cpu.parts().clock;
        m.load({});
        const Block& block = *driver.decode(sums_key, bytes_of(sums));
        const Counts before = clock.counts();
        driver.begin(block);
        const Counts whole = clock.counts();
        EXPECT_EQ(whole.insns, before.insns + 6) << rung << ": a block's instructions are counted at its head";
        u32 price = 0;
        for (const isa::Op& op : block.instructions()) {
            EXPECT_EQ(clock.completed(&op), before.insns + op.idx) << rung << ": instructions in front of " << +op.idx;
            price += op.cost;
            EXPECT_EQ(clock.now_at(&op), whole.ticks - block.head().ticks + price)
                << rung << ": ticks when instruction " << +op.idx << " completes";
            EXPECT_EQ(clock.counts_at(&op).insns, clock.completed(&op) + 1) << rung << ": counts are with instruction";

            clock.wind_back(&op, true);
            EXPECT_EQ(clock.counts().insns, before.insns + op.idx + 1) << rung << ": wound back behind " << +op.idx;
            EXPECT_EQ(clock.now(), whole.ticks - block.head().ticks + price) << rung << ": ticks behind " << +op.idx;
            if (op.idx < 5) clock.wind_forward(&op + 1);
            EXPECT_EQ(clock.now(), whole.ticks) << rung << ": ticks, wound back and forward at " << +op.idx;
            EXPECT_EQ(clock.counts().insns, whole.insns) << rung << ": instructions, wound back and forward";
        }
        EXPECT_EQ(price, block.head().ticks) << rung << ": instructions cost what their block costs";
    }
}

TEST(CpuClock, TellsADeviceTheMomentOfItsAccess) {
    SmallMachine m;
    m.load({0xe3a07409, 0xe3a01001, 0xe5871000, 0xe2811002, 0xe2811003, 0xeafffffe});  // the third is STR r1, [r7]
    const isa::Op* none = nullptr;
    u64 insns = 0;
    struct Books final : Observer {
        void exception_taken(const isa::CpuState&, const isa::ExceptionTaken&, Counts, u32) override {}
        void exception_returned(const isa::CpuState&, isa::Mode, Counts, u32) override {}
        void region_entered(u32, Counts) override {}
        void marker(const isa::CpuState&, unsigned, Counts) override {}
        void address_translated(Counts) override {}
        void device_accessed(const DeviceAccess&, Counts at) override { ticks = at.ticks; }
        void register_accessed(const isa::RegisterAccess&, u32) override {}
        void controls_changed(const isa::CpuState&, Counts) override {}
        void idled(Counts, u64) override {}
        void out_of_step(u64) override {}
        u64 ticks = 0;
    } books;
    m.cpu.set_observer(&books);
    m.on_device = [&](u64, bool) { insns = m.cpu.parts().clock.completed(none); };
    m.cpu.run(100);
    EXPECT_EQ(insns, 6u) << "the block was charged as a whole";
    EXPECT_EQ(books.ticks, 3u) << "but the store is the third instruction of one tick each";
}

TEST(CpuClock, EndsATurnThatIsCutShortAtTheNextBlock) {
    SmallMachine m;
    m.load({0xe3a07409, 0xe5871000, 0xe2811002, 0xe2811003, 0xeafffffe});
    m.on_device = [&](u64, bool) { m.cpu.end_run_by(0); };
    EXPECT_EQ(m.cpu.run(1'000'000), StopReason::quantum) << "asked to come back at once";
    EXPECT_EQ(m.cpu.now(), 5u) << "the running block is finished first";
}

TEST(CpuClock, HoldsTheLimitOfInstructions) {
    for (const char* rung : {"functional", "weights", "cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15"}) {
        SmallMachine m(pricing_for(rung));
        m.load(SmallMachine::mmu_on);
        // Four a round that need nothing of each other: ADD r1, r1, #2; ADD r2, r2, #2; ADD r3, r3, #2; B back
        m.write(SmallMachine::behind_mmu_on, {0xe2811002, 0xe2822002, 0xe2833002, 0xeafffffb});
        for (const u64 limit : {500u, 501u, 502u, 503u, 700u, 1'009u, 5'003u}) {
            m.cpu.set_instruction_limit(limit);
            EXPECT_EQ(m.cpu.run(never), StopReason::limit) << rung << ": the limit ends the run";
            EXPECT_GE(m.cpu.instructions(), limit) << rung << ": not before it is reached";
            EXPECT_LT(m.cpu.instructions(), limit + 4) << rung << ": and by less than a block late";
        }
    }
}

TEST(CpuClock, SleepIsTimeWithoutInstructions) {
    SmallMachine m;
    m.load({0xe3a01001, 0xe320f003, 0xeafffffe});  // MOV; WFI; B .
    EXPECT_EQ(m.cpu.run(1000), StopReason::waiting) << "asleep";
    const u64 insns = m.cpu.instructions();
    m.cpu.advance_to(500);
    EXPECT_EQ(m.cpu.now(), 500u) << "slept until then";
    EXPECT_EQ(m.cpu.instructions(), insns) << "and executed nothing";
}

}  // namespace
}  // namespace vtoll::core::test

// SPDX-License-Identifier: Apache-2.0
// What entering a block does beside running it: regions are told of, branches go to the predictor, time passes.
#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core::test {
namespace {

constexpr u32 vectors = SmallMachine::code + 0x1000, begin = SmallMachine::behind_mmu_on;
const char* const cores[] = {"cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15"};

/// A loop of `body`, run 40 times, with r8 = an address that faults. A system call and a data abort are returned from
/// behind the instruction.
struct Loop : SmallMachine {
    Loop(const std::string& rung, std::initializer_list<u32> body) : SmallMachine(pricing_for(rung)) {
        load(mmu_on);
        write(begin, {0xe3019000, 0xe3449000, 0xee0c9f10, 0xe3a08205, 0xe3a02028});  // VBAR; r8; r2 = 40
        write(start, body);
        end = start + 4 * static_cast<u32>(body.size()) + 8;
        write(end - 8, {0xe2522001, 0x1a00'0000 | (0xff'ffff & -(static_cast<u32>(body.size()) + 3)), 0xeafffffe});
        write(vectors + 8, {0xe1b0f00e});     // MOVS pc, lr
        write(vectors + 0x10, {0xe25ef004});  // SUBS pc, lr, #4
    }
    void run_to(u32 address) {
        cpu.stop_at(isa::Privilege::pl1, address);
        EXPECT_EQ(cpu.run(1'000'000), StopReason::stop_point) << "it comes there";
        cpu.clear_stops();
    }
    static constexpr u32 start = begin + 4 * 5;
    u32 end;
};

struct Branches {
    u64 all, taken;
    bool operator==(const Branches&) const = default;
};

/// Branches that the predictor hears of in the loop.
Branches of_loop(Loop& m) {
    m.run_to(Loop::start);
    const Predictor& predictor = m.cpu.parts().core->predictor();
    const Branches before{predictor.branches(), predictor.taken()};
    m.run_to(m.end);
    return {predictor.branches() - before.all, predictor.taken() - before.taken};
}

TEST(Entering, ThePredictorHearsOfEveryBranch) {
    for (const char* core : cores) {
        Loop calls(core, {0xef000000, 0xeb000000, 0xea000000, 0xe12fff1e});  // SVC; BL 1f; B 2f; 1: BX lr; 2:
        // The handler's MOVS pc, lr is a return from an exception, and none that is predicted.
        EXPECT_EQ(of_loop(calls), (Branches{4 * 40, 4 * 40 - 1}))
            << core << ": call, return, branch and the loop's own, which falls through once, behind exceptions too";
        Loop skips(core, {0xe3120001, 0x1a000000, 0xe1a00000});  // TST r2, #1; BNE 1f; NOP; 1:
        EXPECT_EQ(of_loop(skips), (Branches{2 * 40, 40 - 1 + 20})) << core << ": of one, every second is taken";
    }
}

TEST(Entering, ALoadOfThePcThatFaultsIsNoBranch) {
    for (const char* core : cores) {
        Loop m(core, {0xe598f000});  // LDR pc, [r8]
        EXPECT_EQ(of_loop(m), (Branches{40, 40 - 1})) << core << ": the loop's own";
    }
}

/// Hears of regions.
struct Books final : Observer {
    void exception_taken(const isa::CpuState&, const isa::ExceptionTaken&, Counts, u32) override {}
    void exception_returned(const isa::CpuState&, isa::Mode, Counts, u32) override {}
    void region_entered(u32 region, Counts) override { regions.push_back(region); }
    void marker(const isa::CpuState&, unsigned, Counts) override {}
    void address_translated(Counts) override {}
    void device_accessed(const DeviceAccess&, Counts) override {}
    void register_accessed(const isa::RegisterAccess&, u32) override {}
    void controls_changed(const isa::CpuState&, Counts) override {}
    void idled(Counts, u64) override {}
    void out_of_step(u64) override {}
    std::vector<u32> regions;
};

TEST(Entering, ARegionIsToldOfWhenItIsComeTo) {
    constexpr u16 region = 7;
    for (const char* rung : {"functional", "weights", "cortex-a7", "cortex-a15"})
        for (const bool watched : {false, true}) {
            // ADD r1, r1, #1; B 1f; 1: ADD r1, r1, #1; B 2f; 2: two blocks in the region
            const std::initializer_list<u32> body = {0xe2811001, 0xeaffffff, 0xe2811001, 0xeaffffff};
            Loop m(rung, body);
            RegionMap regions;
            regions.add(isa::Privilege::pl1, Loop::start, Loop::start + 4 * static_cast<u32>(body.size()), region);
            m.cpu.set_regions(std::move(regions));
            Books books;
            if (watched) m.cpu.set_observer(&books);
            m.run_to(m.end);
            std::vector<u32> expected;
            for (int i = 0; i < 40; ++i) expected.insert(expected.end(), {region, 0});
            EXPECT_EQ(books.regions, watched ? expected : std::vector<u32>{})
                << rung << ": in and out, once each time round";
            EXPECT_EQ(m.r(1), 2u * 40) << rung << ": it is run, " << (watched ? "told of" : "with nobody there");
        }
}

TEST(Entering, TimePassesWhateverThePrices) {
    Pricing nothing = pricing_for("weights");
    for (Price& price : nothing.by_class) price = {};
    for (Price& price : nothing.by_event) price = {};
    SmallMachine m(nothing);
    m.load({0xe2811001, 0xeafffffd});  // ADD r1, r1, #1; B back
    EXPECT_EQ(m.cpu.run(100), StopReason::quantum) << "the turn ends";
    EXPECT_EQ(m.cpu.now(), 100u) << "at its end";
    EXPECT_EQ(m.cpu.instructions(), 200u) << "a block of two instructions takes a tick";
}

TEST(Entering, ATurnMayBeCutShortToALaterMoment) {
    SmallMachine m;
    m.load({0xe3a07409, 0xe5871000, 0xeafffffe});  // MOV r7, device; STR r1, [r7]; B .
    m.on_device = [&](u64, bool) { m.cpu.end_run_by(50); };
    EXPECT_EQ(m.cpu.run(1'000'000), StopReason::quantum) << "asked to come back then";
    EXPECT_EQ(m.cpu.now(), 50u) << "at that tick";
    m.cpu.end_run_by(2'000'000);
    EXPECT_EQ(m.cpu.run(100), StopReason::quantum) << "an end behind the turn's own";
    EXPECT_EQ(m.cpu.now(), 100u) << "is none of it";
}

}  // namespace
}  // namespace vtoll::core::test

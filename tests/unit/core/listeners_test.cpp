// SPDX-License-Identifier: Apache-2.0
// Who listens to a processor changes nothing of what it does: recorders, debuggers and triggers that come and go.
#include <gtest/gtest.h>

#include <map>

#include "tests/unit/core/quiet_sink.hpp"
#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core::test {
namespace {

/// r2 = 200, then as often: LDR r3, [r0]; MCR TPIDRURO, r2; STR r3, [r0, #0x40]; SUBS; DBG #3; BNE back; then B .
constexpr std::initializer_list<u32> loop = {0xe3a020c8, 0xe5903000, 0xee0d2f70, 0xe5803040,
                                             0xe2522001, 0xe320f0f3, 0x1afffff9, 0xeafffffe};
constexpr u32 begin = SmallMachine::behind_mmu_on, body = begin + 4;

struct Loop : SmallMachine {
    explicit Loop(const char* rung) : SmallMachine(pricing_for(rung)) {
        load(mmu_on);
        write(begin, loop);
    }
    struct Outcome {
        u64 insns, ticks;
        u32 r2;
        StallTotals stalls;
        bool operator==(const Outcome&) const = default;
    };
    /// In turns of some ticks each, until so many instructions have run.
    Outcome run() {
        cpu.set_instruction_limit(1500);
        while (cpu.run(cpu.now() + 97) != StopReason::limit) {
        }
        return {cpu.instructions(), cpu.now(), r(2), cpu.stalls()};
    }
};

struct Sink final : QuietSink {
    explicit Sink(bool each) : each_(each) {}
    void marker(const isa::CpuState&, const isa::Op*, unsigned, Counts) override { ++markers; }
    void switched(const isa::CpuState&, bool, Counts) override { ++switches; }
    bool every_instruction() const override { return each_; }
    void instruction(const isa::CpuState&, const BlockKey&, const isa::Op* op, Counts at) override {
        EXPECT_EQ(at.insns, ++instructions + before) << "instructions, told of " << std::hex << op->pc;
    }
    void block(const isa::CpuState&, const BlockKey& key, std::span<const isa::Op> ops, Counts) override {
        EXPECT_EQ(ops.front().pc, key.va) << "instructions of the block";
        in_blocks += ops.size();
    }
    void access(const isa::CpuState&, const isa::Op*, const MemoryAccess&) override { ++accesses; }
    void system(const isa::CpuState&, const isa::Op*) override { ++systems; }

    u64 instructions = 0, before = 0, in_blocks = 0, accesses = 0, systems = 0, markers = 0, switches = 0;

private:
    const bool each_;
};

/// Stops at whatever it is told to, and goes on by `then`.
struct Watching final : Debugger {
    void stopped(Processor& cpu, const CpuStop& stop) override {
        ++stops[stop.why];
        pcs.push_back(cpu.state().r[15]);
        insns.push_back(cpu.instructions());
        if (then) then(cpu, stop);
    }
    void turn(Processor&) override {}
    bool wants(Processor&, const isa::ExceptionTaken&) override { return false; }
    bool wants_marker(Processor&, unsigned option) override { return option == marker; }

    std::function<void(Processor&, const CpuStop&)> then;
    std::optional<unsigned> marker;
    std::map<CpuStop::Why, unsigned> stops;
    std::vector<u32> pcs;
    std::vector<u64> insns;
};

class ListenersTest : public testing::TestWithParam<const char*> {
protected:
    Loop alone_{GetParam()}, machine_{GetParam()};
    const Loop::Outcome expected_ = alone_.run();
    Processor& cpu_ = machine_.cpu;
    void expect_the_same(const char* who) {
        const Loop::Outcome got = machine_.run();
        EXPECT_EQ(got.insns, expected_.insns) << who << ": instructions";
        EXPECT_EQ(got.ticks, expected_.ticks) << who << ": ticks";
        EXPECT_EQ(got.r2, expected_.r2) << who << ": r2";
        EXPECT_EQ(got.stalls, expected_.stalls) << who << ": what the time went to";
    }
};

TEST_P(ListenersTest, ARecorderHearsOfBlocksAndOfWhatChangesTheProcessor) {
    Sink sink(false);
    cpu_.set_trace_sink(&sink);
    cpu_.record(true);
    expect_the_same("recorder");
    EXPECT_EQ(sink.in_blocks, expected_.insns) << "every instruction is in a block";
    EXPECT_EQ(sink.systems, 3u + 200u) << "MCRs of the start and of each time round";
    EXPECT_EQ(sink.accesses, 400u) << "two accesses each time round";
    EXPECT_EQ(sink.markers, 200u) << "one marker each time round";
}

TEST_P(ListenersTest, ALogHearsOfEveryInstruction) {
    Sink sink(true);
    cpu_.set_trace_sink(&sink);
    cpu_.record_instructions();
    expect_the_same("log");
    EXPECT_EQ(sink.instructions, expected_.insns) << "each of them";
}

TEST_P(ListenersTest, ARecorderComesAndGoes) {
    Sink sink(false);
    cpu_.set_trace_sink(&sink);
    for (u64 at = 100; at <= 1100; at += 200) {
        cpu_.set_instruction_limit(at);
        while (cpu_.run(cpu_.now() + 97) != StopReason::limit) {
        }
        cpu_.record(at % 400 == 100);
    }
    expect_the_same("recorder that comes and goes");
    EXPECT_EQ(sink.switches, 6u) << "three times on and off";
    EXPECT_GT(sink.in_blocks, 500u) << "it heard of what ran while it was on";
    EXPECT_LT(sink.in_blocks, 700u) << "and of no more";
}

TEST_P(ListenersTest, ALogMayEndWhileADebuggerStays) {
    Watching debugger;
    cpu_.set_debugger(&debugger);
    {
        Sink sink(true);
        cpu_.set_trace_sink(&sink);
        cpu_.record_instructions();
        cpu_.set_instruction_limit(500);
        while (cpu_.run(cpu_.now() + 97) != StopReason::limit) {
        }
        cpu_.set_trace_sink(nullptr);
    }
    expect_the_same("log that ended");
    cpu_.set_debugger(nullptr);
}

TEST_P(ListenersTest, ADebuggerStepsThroughEverything) {
    Watching debugger;
    cpu_.set_debugger(&debugger);
    debugger.then = [](Processor& cpu, const CpuStop&) { cpu.debugging().step(1); };
    cpu_.debugging().step(1);
    expect_the_same("steps");
    ASSERT_GE(debugger.insns.size(), 1400u) << "it stopped at every instruction";
    for (std::size_t i = 1; i < debugger.insns.size(); ++i)
        ASSERT_EQ(debugger.insns[i], debugger.insns[i - 1] + 1) << "stop " << i << " is one instruction on";
}

TEST_P(ListenersTest, BreakpointsStopInTheMiddleOfABlock) {
    Watching debugger;
    cpu_.set_debugger(&debugger);
    cpu_.debugging().add(Breakpoint{body + 8, {}, {}});
    unsigned left = 50;
    debugger.then = [&](Processor& cpu, const CpuStop&) {
        if (--left == 0) cpu.debugging().remove(Breakpoint{body + 8, {}, {}});
    };
    expect_the_same("breakpoint");
    EXPECT_EQ(debugger.stops[CpuStop::Why::breakpoint], 50u) << "each time round until it was removed";
    for (const u32 pc : debugger.pcs) EXPECT_EQ(pc, body + 8) << "r15 is the breakpoint's address";
}

TEST_P(ListenersTest, WatchpointsStopInFrontOfTheAccess) {
    Watching debugger;
    cpu_.set_debugger(&debugger);
    cpu_.debugging().add(Watchpoint{.va = 0x400f'f042, .size = 1, .reads = true, .writes = true, .level = {}});
    expect_the_same("watchpoint");
    EXPECT_EQ(debugger.stops[CpuStop::Why::watchpoint], 200u) << "the store covers the byte each time round";
    EXPECT_EQ(debugger.pcs.front(), body + 8) << "the store has not happened";
}

TEST_P(ListenersTest, ALogMayBeginAtAMarkerInTheMiddleOfABlock) {
    Watching debugger;
    Sink sink(true);
    cpu_.set_debugger(&debugger);
    cpu_.set_trace_sink(&sink);
    debugger.marker = 3;
    debugger.then = [&](Processor& cpu, const CpuStop& stop) {
        EXPECT_EQ(stop.why, CpuStop::Why::marker) << "it was told to stop behind markers";
        debugger.marker.reset();
        sink.before = cpu.instructions();
        cpu.record_instructions();
    };
    expect_the_same("log from a marker");
    EXPECT_EQ(debugger.pcs.front(), body + 20) << "behind the marker";
    EXPECT_EQ(sink.instructions + sink.before, expected_.insns) << "everything from there on";
}

TEST_P(ListenersTest, TargetsAreHeldExactly) {
    Watching debugger;
    cpu_.set_debugger(&debugger);
    cpu_.debugging().stop_at_instruction(777);
    expect_the_same("count of instructions");
    EXPECT_EQ(debugger.stops[CpuStop::Why::instructions], 1u) << "once";
    EXPECT_EQ(debugger.insns.front(), 777u) << "in the middle of a block or not";
}

INSTANTIATE_TEST_SUITE_P(Rungs, ListenersTest, testing::Values("functional", "weights", "cortex-a7", "cortex-a15"));

TEST(Listeners, ATriggerIsAMarkerAndABlockOfItsOwn) {
    Loop machine("functional");
    Sink sink(false);
    machine.cpu.set_trace_sink(&sink);
    machine.cpu.add_trigger(isa::Privilege::pl1, body + 8, 5);
    machine.run();
    EXPECT_EQ(sink.markers, 400u) << "the trigger and the guest's own, each time round";
}

TEST(Listeners, AStopPointEndsTheRunInFrontOfItsAddress) {
    Loop machine("functional");
    machine.cpu.set_instruction_limit(100);
    machine.cpu.run(never);
    machine.cpu.stop_at(isa::Privilege::pl1, body + 12);
    machine.cpu.set_instruction_limit(~u64{0});
    EXPECT_EQ(machine.cpu.run(1'000'000), StopReason::stop_point) << "blocks decoded before end there now";
    EXPECT_EQ(machine.r(15), body + 12) << "in front of the instruction";
}

}  // namespace
}  // namespace vtoll::core::test

// SPDX-License-Identifier: Apache-2.0
// What is recorded beside the books: functions without other block ends, and everything once.
#include "core/ledger/store/recording_sqlite.hpp"

#include "tests/unit/core/book_driver.hpp"

namespace vtoll::core {
namespace {

using isa::Mode;
using isa::Privilege;

Symbol function(u32 address, u32 size, const char* name) { return {address, size, true, false, name}; }

TEST(FunctionMap, RegionsAreFunctionsWithinPhases) {
    RegionMap phases;
    phases.add(Privilege::pl2, 0x1000, 0x1020, 3);
    FunctionMap map;
    map.add(
        "hyp.elf",
        Symbols({function(0x1000, 0x20, "save"), function(0x1020, 0x10, "handle"), {0x1024, 4, false, false, "table"}}),
        {Privilege::pl2});
    map.add("guest.elf", Symbols({function(0x1000, 0x40, "main")}), {Privilege::pl1, Privilege::pl0});
    const RegionMap regions = map.divide(phases);
    const auto at = [&](Privilege pl, u32 va) {
        const RegionPart part = map.parts().at(regions.find(pl, va));
        return std::pair(map.functions().at(part.function).name, part.phase);
    };
    EXPECT_EQ(at(Privilege::pl2, 0x101c), std::pair(std::string("save"), u16{3})) << "a function with a phase";
    EXPECT_EQ(at(Privilege::pl2, 0x1028), std::pair(std::string("handle"), u16{0}))
        << "one without; data inside is not code";
    EXPECT_EQ(at(Privilege::pl2, 0x2000), std::pair(std::string(), u16{0})) << "code of no symbol";
    EXPECT_EQ(at(Privilege::pl0, 0x103c), std::pair(std::string("main"), u16{0})) << "the guest's user mode";
    for (const Privilege pl : {Privilege::pl0, Privilege::pl1, Privilege::pl2})
        for (u32 va = 0xff0; va < 0x1060; va += 4)
            EXPECT_EQ(regions.boundary_after(pl, va), phases.boundary_after(pl, va))
                << "blocks end where they did: " << va;
}

TEST(FunctionMap, LabelsReachToTheNext) {
    FunctionMap map;
    map.add("a", Symbols({{0x80, 0, false, false, "vectors"}, {0xa0, 0, false, false, "last"}}), {Privilege::pl2});
    const RegionMap regions = map.divide({});
    const auto name = [&](u32 va) {
        return map.functions().at(map.parts().at(regions.find(Privilege::pl2, va)).function).name;
    };
    EXPECT_EQ(name(0x7c), "") << "in front of it";
    EXPECT_EQ(name(0x9c), "vectors") << "to the next label";
    EXPECT_EQ(name(0xa0), "last") << "the last one";
    EXPECT_EQ(name(0xa4), "") << "is one instruction";
}

TEST(FunctionMap, MoreThanCanBeToldApartAreRefused) {
    std::vector<Symbol> symbols;
    for (u32 i = 0; i < 0x10000; ++i) symbols.push_back(function(4 * i, 4, "f"));
    FunctionMap map;
    EXPECT_THROW(map.add("big.elf", Symbols(symbols), {Privilege::pl1}), InputError) << "65536 functions";
}

TEST(FunctionMap, TheFirstOfTwoAtOneAddressStays) {
    FunctionMap map;
    map.add("a", Symbols({function(0x100, 0x10, "first")}), {Privilege::pl1});
    map.add("b", Symbols({function(0x108, 0x10, "second"), function(0x200, 4, "third")}), {Privilege::pl1});
    const RegionMap regions = map.divide({});
    const auto name = [&](u32 va) {
        return map.functions().at(map.parts().at(regions.find(Privilege::pl1, va)).function).name;
    };
    EXPECT_EQ(name(0x10c), "first") << "covered by both";
    EXPECT_EQ(name(0x110), "") << "the second is not there at all";
    EXPECT_EQ(name(0x200), "third") << "what does not overlap is";
}

class Recorded : public testing::Test {
protected:
    explicit Recorded(u64 intervals = 1000) : recorder({true, intervals}), book(Mode::svc) {
        book.ledger.set_sink(&recorder, nullptr);
        book.set_vm(1);
    }
    Recorder recorder;
    BookDriver book;
};

TEST_F(Recorded, IntervalsFollowEachOtherAndAddUp) {
    book.run(100, 150);
    book.hvc(5);
    book.phase(2);
    book.run(20, 40);
    book.take(isa::ExceptionKind::irq, Mode::hyp);
    book.run(7, 9);
    book.leave(Mode::hyp);
    book.run(3, 3);
    book.leave(Mode::svc, 0x8000);
    book.idle(1000);
    book.run(1, 1);
    const ProcessorRecord cpu = book.close();
    u64 ticks = 0, insns = 0, last = 0;
    for (const TimelineInterval& i : recorder.intervals()) {
        EXPECT_EQ(i.begin, last) << "no gap";
        last = i.end;
        ticks += i.end - i.begin;
        insns += i.insns;
    }
    EXPECT_EQ(ticks, cpu.machine.ticks) << "ticks of all intervals";
    EXPECT_EQ(insns, cpu.machine.insns) << "instructions of all intervals";
    Counts paid;
    for (const auto& [spender, cost] : recorder.costs()) {
        paid.insns += cost.insns;
        paid.ticks += cost.ticks;
    }
    EXPECT_EQ(paid.ticks, cpu.machine.ticks) << "what functions cost";
    EXPECT_EQ(paid.insns, cpu.machine.insns) << "what functions cost";
    ASSERT_EQ(recorder.episodes().size(), 2u) << "the hypercall and the interrupt of it";
    const TimelineEpisode &call = recorder.episodes()[0], &irq = recorder.episodes()[1];
    EXPECT_EQ(call.kind.cause, Cause::hypercall);
    EXPECT_EQ(irq.kind.cause, Cause::nested_irq);
    EXPECT_TRUE(call.begin < irq.begin && irq.end < call.end && call.returned && irq.returned) << "one in the other";
    EXPECT_EQ(recorder.intervals()[call.first].payer.episode, call.number) << "its first interval";
    EXPECT_EQ(recorder.intervals()[call.after].payer.world, World::idle) << "what came after it";
}

TEST_F(Recorded, CostsGoToTheCauseThatWasKnownAtTheEnd) {
    book.take(isa::ExceptionKind::data_abort, Mode::hyp, hsr(ec_data_abort, iss_valid), 0x8000);
    book.run(10, 10);
    book.leave(Mode::svc, 0x8004);
    const ProcessorRecord cpu = book.close();
    Counts device;
    for (const auto& [spender, cost] : recorder.costs())
        if (spender.cause == Cause::device_syndrome) device.insns += cost.insns;
    EXPECT_EQ(device.insns, 10u) << "entered as a stage-2 abort, an emulation in the end";
}

TEST_F(Recorded, WhatGoesOnIsOneInterval) {
    book.leave(Mode::svc, 0x8000, 0);
    for (int i = 0; i < 3; ++i) {
        book.phase(2);
        book.run(10, 15);
    }
    book.phase(3);
    book.run(1, 1);
    book.close();
    ASSERT_EQ(recorder.intervals().size(), 2u) << "one of each phase";
    EXPECT_EQ(recorder.intervals()[0].end - recorder.intervals()[0].begin, 45u) << "its ticks";
    EXPECT_EQ(recorder.intervals()[0].insns, 30u) << "its instructions";
}

TEST(Recording, AnExitThroughTheHostIsClosedWhenTheMachineRuns) {
    Recorder recorder({.functions = true, .intervals = 100});
    BookDriver d;
    d.ledger.set_sink(&recorder, nullptr);
    d.hvc();
    d.set_vm(1);
    d.leave(Mode::svc);
    d.take(isa::ExceptionKind::data_abort, Mode::hyp, hsr(ec_data_abort, iss_valid | 6), 0x8000);
    d.run(7, 9);
    d.state.sys.hcr = 0;
    d.leave(Mode::svc, 0xc000);
    const u64 left = d.at.ticks;
    d.run(20, 20);
    d.hvc();
    d.set_vm(1);
    d.leave(Mode::svc, 0x8004);
    d.close();
    ASSERT_EQ(recorder.episodes().size(), 3u) << "the way to the machine, the way in, the way back";
    const TimelineEpisode& way_in = recorder.episodes()[1];
    EXPECT_EQ(way_in.end, left) << "it is over when the host runs";
    EXPECT_EQ(way_in.kind.cause, Cause::device_syndrome) << "what it was shows when the machine runs again";
    EXPECT_TRUE(way_in.returned) << "it did";
    u64 insns = 0;
    for (const auto& [spender, cost] : recorder.costs())
        if (spender.cause == Cause::device_syndrome) insns += cost.insns;
    EXPECT_EQ(insns, 7u) << "and what functions cost in it";
}

// Until a machine runs, code with stage 2 off may be a host's.
TEST(Recording, IsSettledAsTheBooksAre) {
    for (const bool machine : {false, true}) {
        Recorder recorder({.functions = true, .intervals = 100});
        BookDriver d;
        d.ledger.set_sink(&recorder, nullptr);
        d.run(10, 20);
        d.take(isa::ExceptionKind::irq, Mode::irq);
        d.run(5, 5);
        d.leave(Mode::svc);
        d.leave(Mode::usr);
        d.run(3, 3);
        d.host_exits.hosted = machine;
        const ProcessorRecord cpu = d.close();
        recorder.settle(d.host_exits);
        const World kernel = machine ? World::host_kernel : World::kernel,
                    user = machine ? World::host_user : World::user;
        std::map<std::pair<World, Cause>, Counts> costs;
        for (const auto& [spender, cost] : recorder.costs()) {
            costs[{spender.world, spender.cause}].insns += cost.insns;
            costs[{spender.world, spender.cause}].ticks += cost.ticks;
        }
        for (const auto& [key, cost] : costs) {
            const Counts same = booked(cpu, key.first, key.second);
            EXPECT_EQ(cost.insns, same.insns) << name_of(key.first) << ": instructions, recorded and booked";
            EXPECT_EQ(cost.ticks, same.ticks) << name_of(key.first) << ": ticks, recorded and booked";
        }
        EXPECT_EQ((costs[{kernel, Cause::none}].insns), 10u) << "the kernel's own";
        EXPECT_EQ((costs[{user, Cause::none}].insns), 3u) << "the program's";
        EXPECT_EQ(recorder.episodes().at(0).kind.world, kernel) << "the interrupt";
        for (const TimelineInterval& each : recorder.intervals())
            EXPECT_TRUE(each.payer.world == kernel || each.payer.world == user) << name_of(each.payer.world);
    }
}

class CutShort : public Recorded {
protected:
    CutShort() : Recorded(3) {}
};

TEST_F(CutShort, IsSaid) {
    for (int i = 0; i < 4; ++i) {
        book.run(10, 10);
        book.hvc();
        book.run(5, 5);
        book.leave(Mode::svc);
    }
    book.close();
    EXPECT_EQ(recorder.intervals().size(), 3u);
    EXPECT_TRUE(recorder.cut());
    EXPECT_EQ(recorder.episodes().size(), 1u);
    EXPECT_FALSE(recorder.episodes()[0].returned) << "its end was not recorded";
    EXPECT_EQ(recorder.episodes()[0].end, recorder.intervals().back().end) << "it reaches as far as the record";
}

TEST_F(CutShort, WhatIsBehindItIsNotThere) {
    book.leave(Mode::svc, 0x8000, 0);
    book.take(isa::ExceptionKind::hvc, Mode::hyp, hsr(ec_hvc), 0x8000, 0);
    book.run(5, 5);
    book.leave(Mode::svc, 0x8000, 0);  // the first exit, one interval
    book.run(10, 10);
    book.take(isa::ExceptionKind::hvc, Mode::hyp, hsr(ec_hvc), 0x8000, 0);
    book.phase(2);
    book.run(7, 7);
    book.phase(3);
    book.run(1, 0);  // the fourth
    book.phase(2);
    book.run(20, 20);
    book.leave(Mode::svc, 0x8000, 0);
    book.run(1, 1);
    book.close();
    EXPECT_TRUE(recorder.cut()) << "there was more";
    ASSERT_EQ(recorder.intervals().size(), 3u) << "as many as were asked for";
    EXPECT_EQ(recorder.intervals()[2].insns, 7u) << "nothing is added to the last one";
    EXPECT_EQ(recorder.intervals()[2].end, 22u) << "nothing is added to the last one";
    ASSERT_EQ(recorder.episodes().size(), 2u) << "both exits";
    const TimelineEpisode &whole = recorder.episodes()[0], &begun = recorder.episodes()[1];
    EXPECT_EQ(whole.end, 5u) << "the first was over";
    EXPECT_EQ(whole.after, 1u) << "behind its interval";
    EXPECT_TRUE(whole.kind.finished) << "the first was over";
    EXPECT_EQ(begun.after, 3u) << "the second has the last interval";
    EXPECT_FALSE(begun.kind.finished) << "its end is not known";
}

TEST_F(Recorded, AnEpisodeThatCostsNothingDividesSleep) {
    book.leave(Mode::svc, 0x8000, 0);
    book.idle(10);
    book.take(isa::ExceptionKind::hvc, Mode::hyp, hsr(ec_hvc), 0x8000, 0);
    book.idle(20);
    book.leave(Mode::svc, 0x8000, 0);
    book.idle(40);
    book.close();
    ASSERT_EQ(recorder.intervals().size(), 3u) << "before, in and behind it";
    ASSERT_EQ(recorder.episodes().size(), 1u) << "one call";
    EXPECT_EQ(recorder.episodes()[0].first, 1u) << "its first interval";
    EXPECT_EQ(recorder.episodes()[0].after, 2u) << "what comes after it";
}

TEST_F(Recorded, InstructionsThatTakeNoTimeAreThere) {
    book.run(5, 0);
    book.close();
    ASSERT_EQ(recorder.costs().size(), 1u) << "one spender";
    EXPECT_EQ(recorder.costs().begin()->second.insns, 5u) << "though no time passed";
}

TEST_F(Recorded, KindsAreWithoutCostsAndBeginWhereTheyBegan) {
    book.leave(Mode::svc, 0x8000, 0);
    book.run(10, 300);
    book.hvc(1);
    book.wait(Stall::memory, 40);
    book.leave(Mode::svc);
    book.close();
    ASSERT_EQ(recorder.episodes().size(), 1u) << "one call";
    EXPECT_EQ(recorder.episodes()[0].begin, 300u) << "in ticks";
    EXPECT_EQ(recorder.episodes()[0].kind.waits, decltype(EpisodeKind::waits){}) << "costs are in the intervals";
}

TEST_F(Recorded, CostsAreOfTheMachinesOnBothSides) {
    book.leave(Mode::svc, 0x8000, 0);
    book.hvc(1);
    book.run(10, 10);
    book.set_vm(2);
    book.leave(Mode::svc);
    book.mark(1);
    book.run(3, 3);
    book.close();
    u64 switched = 0, measured = 0;
    for (const auto& [spender, cost] : recorder.costs()) {
        if (spender.cause == Cause::world_switch) {
            EXPECT_EQ(spender.vm, 1) << "from";
            EXPECT_EQ(spender.vm_after, 2) << "to";
            switched += cost.insns;
        } else {
            EXPECT_EQ(spender.measured, cost.insns == 3) << "behind DBG #1";
            measured += spender.measured ? cost.insns : 0;
        }
    }
    EXPECT_EQ(switched, 10u) << "the switch";
    EXPECT_EQ(measured, 3u) << "the guest behind DBG #1";
}

TEST(Recording, OfFunctionsAloneHasNoIntervals) {
    Recorder recorder({.functions = true, .intervals = 0});
    BookDriver d;
    d.ledger.set_sink(&recorder, nullptr);
    d.hvc(1);
    d.run(10, 10);
    d.leave(Mode::svc);
    d.close();
    EXPECT_FALSE(recorder.costs().empty()) << "what was asked for";
    EXPECT_TRUE(recorder.episodes().empty()) << "what was not";
    EXPECT_TRUE(recorder.intervals().empty()) << "what was not";
    EXPECT_FALSE(recorder.cut()) << "nothing is missing";
}

TEST(Recording, AnotherFunctionIsAnotherInterval) {
    const std::vector<RegionPart> parts{{0, 0}, {2, 1}, {2, 2}};
    Recorder recorder({.functions = false, .intervals = 100});
    BookDriver d;
    d.ledger.set_sink(&recorder, &parts);
    for (const u16 region : {u16{1}, u16{2}, u16{1}}) {
        d.phase(region);
        d.run(5, 5);
    }
    d.close();
    EXPECT_EQ(recorder.intervals().size(), 3u) << "of one phase and two functions";
    EXPECT_TRUE(recorder.costs().empty()) << "what was not asked for";
}

// With processes below Hyp mode, its kernel is a host's outside exits and a hypervisor in them.
TEST(Recording, OfAKernelInHypModeIsSettledAsTheBooksAre) {
    Recorder recorder({.functions = true, .intervals = 100});
    BookDriver d(Mode::hyp);
    d.ledger.set_sink(&recorder, nullptr);
    d.run(40, 40);
    d.set_vm(1);
    d.leave(Mode::svc);
    d.hvc(1);
    d.run(9, 9);
    d.leave(Mode::svc);
    d.host_exits.hosted = d.host_exits.resident = true;
    d.close();
    recorder.settle(d.host_exits);
    std::map<World, u64> costs, intervals;
    for (const auto& [spender, cost] : recorder.costs()) costs[spender.world] += cost.insns;
    for (const TimelineInterval& each : recorder.intervals()) intervals[each.payer.world] += each.insns;
    for (const auto& found : {costs, intervals}) {
        EXPECT_EQ(found.at(World::host_kernel), 40u) << "outside exits";
        EXPECT_EQ(found.at(World::hypervisor), 9u) << "in one";
    }
}

}  // namespace
}  // namespace vtoll::core

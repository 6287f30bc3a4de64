// SPDX-License-Identifier: Apache-2.0
#include "core/report/measure.hpp"

#include "tests/unit/core/record_example.hpp"

namespace vtoll::core {
namespace {

Operation episodes_of(Cause cause, std::optional<u32> detail = {}) {
    return {"example", "about", Operation::Measure::episode, cause, detail};
}
Operation samples() { return {"example", "about", Operation::Measure::sample}; }

double sum(const Measured& m, double PhaseLine::*what) {
    double total = 0;
    for (const PhaseLine& line : m.phases) total += line.*what;
    return total;
}

TEST(Measure, OnlyWhatLiesBetweenTheMarkers) {
    const Measured m = measure(example_run(), episodes_of(Cause::hypercall));
    EXPECT_EQ(m.insns.n, 10u) << "neither the warm-up nor what came after";
    EXPECT_EQ(m.insns.min, 34u) << "8 + 20 + 6";
    EXPECT_EQ(m.insns.max, 35u) << "every other one has one more";
    EXPECT_EQ(m.ticks.min, 20u + 40 + 30 + 13 + 11) << "with entry and return";
    EXPECT_EQ(m.ticks.median, 20u + 41 + 30 + 13 + 11) << "the fifth of ten";
}

TEST(Measure, PhasesAreThoseOfAMedianEpisode) {
    const Measured m = measure(example_run(), episodes_of(Cause::hypercall));
    EXPECT_FALSE(m.phases_are_mean) << "an episode as it was";
    EXPECT_EQ(sum(m, &PhaseLine::ticks), static_cast<double>(m.ticks.median))
        << "the phases add up to the table's number";
    ASSERT_EQ(m.phases.size(), 5u) << "hardware entry, save, restore, handle, hardware exit";
    EXPECT_EQ(m.phases.front().phase, "hardware entry") << "first";
    EXPECT_EQ(m.phases[1].phase, "save") << "in the order of the phases file";
    EXPECT_EQ(m.phases.back().phase, "hardware exit") << "last";
}

double sum(const CpiStack& stack) {
    double total = 0;
    for (const double ticks : stack) total += ticks;
    return total;
}

double of(const CpiStack& stack, Stall stall) { return stack[static_cast<std::size_t>(stall)]; }

TEST(Measure, StallsAddUpToTheRow) {
    RunRecord run = example_run();
    for (EpisodeRow& row : run.cpus[0].episodes)
        if (row.kind.measured && row.kind.cause == Cause::device_syndrome) row.kind.waits = {7, 0, 11, 40, 5, 3, 2};
    const Measured m = measure(run, episodes_of(Cause::device_syndrome));
    EXPECT_EQ(sum(m.stalls), static_cast<double>(m.ticks.median)) << "every tick has gone to exactly one thing";
    EXPECT_EQ(of(m.stalls, Stall::dependency), 7.0) << "first of a core's waits";
    EXPECT_EQ(of(m.stalls, Stall::walk_stage2), 3.0) << "a walk";
    EXPECT_EQ(of(m.stalls, Stall::mispredict), 2.0) << "last of a core's waits";
    EXPECT_EQ(of(m.stalls, Stall::device), 150.0) << "the device";
    EXPECT_EQ(of(m.stalls, Stall::exception), 13.0 + 11) << "entry and return";
    EXPECT_EQ(of(m.stalls, Stall::issue), static_cast<double>(m.ticks.median) - 68 - 150 - 24) << "what is left";
    EXPECT_EQ(without(m.stalls, Stall::memory), static_cast<double>(m.ticks.median) - 40) << "if memory were free";
    EXPECT_EQ(largest_stalls(m.stalls, 3), (std::vector<Stall>{Stall::device, Stall::memory, Stall::exception}))
        << "issue is no stall";

    for (EpisodeRow& row : run.cpus[0].episodes) row.kind.waits[0] = 100000;
    EXPECT_THROW(measure(run, episodes_of(Cause::device_syndrome)), InputError) << "more stalled than there was time";
}

TEST(Measure, WithoutACoreThreeThingsCost) {
    const Measured m = measure(example_run(), samples());
    EXPECT_EQ(sum(m.stalls), static_cast<double>(m.ticks.median)) << "they add up";
    for (std::size_t i = first_core_stall; i < first_core_stall + core_stalls; ++i)
        EXPECT_EQ(m.stalls[i], 0.0) << name_of(static_cast<Stall>(i)) << " needs a core profile";
}

TEST(Measure, CauseAndDetailSelect) {
    const RunRecord run = example_run();
    EXPECT_EQ(measure(run, episodes_of(Cause::stage2_fault)).insns.n, 3u) << "page faults";
    const Measured device = measure(run, episodes_of(Cause::device_syndrome));
    EXPECT_EQ(device.insns.n, 1u) << "emulated access";
    EXPECT_EQ(sum(device, &PhaseLine::device), 150.0) << "its wait for a real device";
    EXPECT_EQ(measure(run, episodes_of(Cause::hypercall, 0)).insns.n, 10u) << "hypercall 0";
    EXPECT_THROW(measure(run, episodes_of(Cause::hypercall, 2)), InputError) << "hypercall 2 was not measured";
    EXPECT_THROW(measure(run, episodes_of(Cause::wfi)), InputError) << "nothing to measure is an error, not a zero";
}

TEST(Measure, SamplesAreTheHypervisorsPart) {
    const Measured m = measure(example_run(), samples());
    EXPECT_EQ(m.insns.n, 14u) << "all measured operations";
    EXPECT_EQ(m.insns.max, 74u) << "the emulated access: 8 + 60 + 6";
    EXPECT_FALSE(m.phases_are_mean) << "one exit in each";
    EXPECT_EQ(sum(m, &PhaseLine::ticks), static_cast<double>(m.ticks.median)) << "the phases add up";
}

TEST(Measure, NoExitMeansZeroAndNoPhases) {
    BookDriver d(isa::Mode::usr);
    d.mark(1);
    for (int i = 0; i < 4; ++i) {
        d.mark(3);
        d.take(isa::ExceptionKind::svc, isa::Mode::svc);
        d.run(20, 40);
        d.leave(isa::Mode::usr);
        d.mark(4);
    }
    RunRecord run;
    run.cpus.push_back(d.close());
    const Measured m = measure(run, samples());
    EXPECT_EQ(m.insns.n, 4u) << "samples";
    EXPECT_EQ(m.insns.max, 0u) << "the hypervisor was not entered";
    EXPECT_EQ(m.ticks.max, 0u) << "nor did its entry cost anything";
    EXPECT_TRUE(m.phases.empty()) << "nothing to explain";
}

TEST(Measure, SeveralExitsPerSampleGiveAMean) {
    BookDriver d(isa::Mode::svc);
    d.mark(1);
    for (u64 i = 0; i < 2; ++i) {
        d.mark(3);
        d.hvc();
        d.run(10, 10);
        d.leave(isa::Mode::svc);
        d.hvc();
        d.run(30 + i, 30 + i);
        d.leave(isa::Mode::svc);
        d.mark(4);
    }
    RunRecord run;
    run.phases.divide(World::hypervisor);
    run.cpus.push_back(d.close());
    const Measured m = measure(run, samples());
    EXPECT_TRUE(m.phases_are_mean) << "two exits for one operation";
    EXPECT_EQ(sum(m, &PhaseLine::insns), 40.5) << "mean of 40 and 41";
    EXPECT_EQ(sum(m.stalls), sum(m, &PhaseLine::ticks)) << "stalls of the same operations";
    EXPECT_EQ(m.insns.median, 40u) << "the lower of the two";
}

TEST(Measure, WhatIsOutsideIsNoPartOfTheBreakdown) {
    BookDriver d(isa::Mode::svc);
    d.mark(1);
    for (int i = 0; i < 3; ++i) {
        d.hvc(7);
        d.run(100, 100);
        d.leave(isa::Mode::svc);
        d.mark(3);
        for (int exit = 0; exit < 2; ++exit) {
            d.hvc(1);
            d.run(10, 10);
            d.leave(isa::Mode::svc);
        }
        d.mark(4);
    }
    RunRecord run;
    run.phases.divide(World::hypervisor);
    run.cpus.push_back(d.close());
    EXPECT_TRUE(measure(run, samples()).phases.empty()) << "episodes that aren't all of the samples explain nothing";
    Operation row = samples();
    row.outside = 7;
    EXPECT_EQ(sum(measure(run, row), &PhaseLine::insns), 20.0) << "hypercall 7 is between them";
}

TEST(Measure, NothingMarkedIsAnError) {
    BookDriver d(isa::Mode::svc);
    d.hvc();
    d.leave(isa::Mode::svc);
    RunRecord run;
    run.cpus.push_back(d.close());
    EXPECT_THROW(measure(run, samples()), InputError) << "no samples";
    EXPECT_THROW(measure(run, episodes_of(Cause::hypercall)), InputError) << "no measured episodes";
}

}  // namespace
}  // namespace vtoll::core

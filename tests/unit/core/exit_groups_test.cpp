// SPDX-License-Identifier: Apache-2.0
// Exits in groups: what each group has, and which of them stand where.
#include <map>

#include "core/ledger/store/exits.hpp"
#include "tests/unit/core/book_driver.hpp"

namespace vtoll::core {
namespace {

using isa::ExceptionKind;

EpisodeKind exit_of(Cause cause, u32 syndrome, u32 insns, u32 ticks) {
    EpisodeKind kind;
    kind.cause = cause;
    kind.syndrome = syndrome;
    kind.phases[0] = {insns, ticks, 0, 0};
    return kind;
}

EpisodeKind call(u32 immediate, u32 insns, u32 ticks) {
    return exit_of(Cause::hypercall, hsr(ec_hvc, immediate), insns, ticks);
}
EpisodeKind wait(u32 insns, u32 ticks) { return exit_of(Cause::wfi, hsr(0x01), insns, ticks); }

RunRecord run_of(const std::vector<EpisodeKind>& kinds) {
    RunRecord run;
    ProcessorRecord& cpu = run.cpus.emplace_back();
    for (const EpisodeKind& kind : kinds) cpu.episodes.push_back({kind, 1, 0, 0});
    return run;
}

ExitSplit by(std::initializer_list<ExitAspect> aspects) {
    ExitSplit split;
    for (const ExitAspect aspect : aspects) split[aspect] = true;
    return split;
}

std::string of(const std::array<std::string, exit_aspects>& aspects, ExitAspect aspect) {
    return aspects[static_cast<std::size_t>(aspect)];
}

std::vector<std::string> exits_of(const std::vector<ExitRow>& rows) {
    std::vector<std::string> names;
    for (const ExitRow& row : rows) names.push_back(row.exit);
    return names;
}

TEST(ExitGroups, StallsDivideAnExit) {
    EpisodeKind kind = call(1, 10, 100);
    kind.phases[0].device = 20;
    kind.phases[phase_hardware_entry] = {0, 13, 0, 13};
    kind.phases[phase_hardware_exit] = {0, 11, 0, 11};
    kind.waits[static_cast<std::size_t>(Stall::memory) - first_core_stall] = 30;
    kind.waits[static_cast<std::size_t>(Stall::dependency) - first_core_stall] = 7;
    std::map<std::string, std::pair<u64, u64>> parts;
    for (const ExitRow& row : exit_rows(run_of({kind}), by({ExitAspect::stall})))
        parts[of(row.aspects, ExitAspect::stall)] = {row.insns.sum, row.ticks.sum};
    EXPECT_EQ(parts, (std::map<std::string, std::pair<u64, u64>>{{"issue", {10, 124 - 20 - 24 - 37}},
                                                                 {"device", {0, 20}},
                                                                 {"exception", {0, 24}},
                                                                 {"memory", {0, 30}},
                                                                 {"dependency", {0, 7}}}))
        << "instructions and ticks of each";
}

TEST(ExitGroups, PhasesHaveTheirInstructions) {
    EpisodeKind one = call(1, 10, 100), other = call(1, 4, 70);
    one.phases[1] = {3, 30, 0, 0};
    RunRecord run = run_of({one, other});
    run.phases.divide(World::hypervisor);
    run.phases.set(1, "save");
    for (const ExitRow& row : exit_rows(run, by({ExitAspect::phase}))) {
        const bool save = of(row.aspects, ExitAspect::phase) == "save";
        EXPECT_EQ(row.insns.sum, save ? 3u : 14u) << "of save: " << save;
        EXPECT_EQ(row.insns.n, 2u) << "both exits are samples, of save: " << save;
        EXPECT_EQ(row.insns.min, save ? 0u : 4u) << "of save: " << save;
    }
}

TEST(ExitGroups, PartsOfCallers) {
    EpisodeKind kind = call(1, 10, 100);
    kind.phases[1] = {3, 30, 0, 0};
    RunRecord run = run_of({kind});
    run.phases.divide(World::hypervisor);
    run.phases.set(1, "save");
    run.cpus[0].episodes[0].count = 5;
    run.cpus[0].episodes[0].callers.counts = {{0x8000, 2}, {0x9000, 3}};
    for (const ExitAspect part : {ExitAspect::phase, ExitAspect::stall}) {
        std::map<std::string, u64> ticks, samples;
        for (const ExitRow& row : exit_rows(run, by({ExitAspect::caller, part}))) {
            ticks[of(row.aspects, ExitAspect::caller)] += row.ticks.sum;
            samples[of(row.aspects, ExitAspect::caller)] = row.ticks.n;
        }
        EXPECT_EQ(ticks, (std::map<std::string, u64>{{"0x00008000", 260}, {"0x00009000", 390}})) << name_of(part);
        EXPECT_EQ(samples, (std::map<std::string, u64>{{"0x00008000", 2}, {"0x00009000", 3}})) << name_of(part);
    }
}

TEST(ExitGroups, HostsPartsAreOfTheCallersExits) {
    RunRecord run = run_of({});
    HostExitRow exit{call(1, 0, 0), {}, 5, 0, 0};
    exit.parts[static_cast<std::size_t>(ExitPart::way_in)] = {2, 20};
    exit.callers.counts = {{0x8000, 2}, {0x9000, 3}};
    run.cpus[0].host_exits.push_back(exit);
    std::map<std::string, PartCost> ways_in;
    for (const ExitRow& row : exit_rows(run, by({ExitAspect::caller})))
        ways_in[of(row.aspects, ExitAspect::caller)] = row.parts.value()[static_cast<std::size_t>(ExitPart::way_in)];
    EXPECT_EQ(ways_in, (std::map<std::string, PartCost>{{"0x00008000", {4, 40}}, {"0x00009000", {6, 60}}}))
        << "as many as were taken there";
    EXPECT_TRUE(exit_rows(run, {.switches_only = true}).empty()) << "none of them is a switch of machines";
}

TEST(ExitGroups, PartsStandWithTheirExitsAndTheDearestExitFirst) {
    EpisodeKind cheap = call(0xffff, 1, 5), dear = wait(100, 40);
    for (EpisodeKind* each : {&cheap, &dear}) each->phases[1] = {0, 1, 0, 0};
    RunRecord run = run_of({cheap, dear});
    run.phases.divide(World::hypervisor);
    run.phases.set(1, "save");
    run.cpus[0].episodes[0].count = 10;
    const std::string name = "hypercall #0xffff";
    EXPECT_EQ(exits_of(exit_rows(run, by({ExitAspect::phase}))), (std::vector<std::string>{name, name, "WFI", "WFI"}))
        << "ten of 6 ticks are more than one of 41";
    run.cpus[0].episodes = {{wait(1, 60), 1, 0, 0}, {cheap, 10, 0, 0}};
    EXPECT_EQ(exits_of(exit_rows(run, by({ExitAspect::phase}))), (std::vector<std::string>{"WFI", name, name}))
        << "by name when they cost the same";
}

TEST(ExitGroups, ThoseThatCostTheSameStandByName) {
    const RunRecord run = run_of({wait(1, 10), call(2, 1, 10), call(1, 1, 10)});
    EXPECT_EQ(exits_of(exit_rows(run, {})), (std::vector<std::string>{"WFI", "hypercall #0x1", "hypercall #0x2"}))
        << "whichever came first";
}

TEST(ExitGroups, TheErrorIsThatOfTicks) {
    const std::vector<ExitRow> rows = exit_rows(run_of({call(1, 1, 20), call(1, 3, 20)}), {});
    ASSERT_EQ(rows.size(), 1u) << "one exit";
    EXPECT_DOUBLE_EQ(rows[0].error.value(), 0.0) << "ticks are alike, instructions are not";
}

TEST(ExitGroups, SwitchesAreFromOneMachineToAnother) {
    std::vector<EpisodeKind> kinds;
    for (const auto& [from, to] : {std::pair{1, 2}, {1, 0}, {0, 1}, {2, 2}}) {
        EpisodeKind kind = wait(1, static_cast<u32>(10 * from + to));
        kind.vm = static_cast<u8>(from);
        kind.vm_after = static_cast<u8>(to);
        kinds.push_back(kind);
    }
    const std::vector<ExitRow> rows = exit_rows(run_of(kinds), {.switches_only = true});
    ASSERT_EQ(rows.size(), 1u) << "one exit";
    EXPECT_EQ(rows[0].ticks.n, 1u) << "once";
    EXPECT_EQ(rows[0].ticks.sum, 12u) << "from 1 to 2";
}

TEST(ExitGroups, OnlyHvcAndSvcHaveAnImmediate) {
    RunRecord run = run_of({exit_of(Cause::smc, hsr(0x13), 1, 3), call(0, 1, 2), wait(1, 1)});
    std::vector<std::string> immediates;
    for (const ExitRow& row : exit_rows(run, by({ExitAspect::immediate})))
        immediates.push_back(of(row.aspects, ExitAspect::immediate));
    EXPECT_EQ(immediates, (std::vector<std::string>{"", "#0", ""})) << "SMC, HVC #0, WFI";
}

TEST(ExitGroups, TotalsAreOfFinishedOnes) {
    EpisodeKind cut = wait(1, 5);
    cut.finished = false;
    const std::vector<ExitRow> totals = exit_totals(run_of({call(1, 1, 7), wait(1, 3), cut}));
    ASSERT_EQ(totals.size(), 1u) << "one machine on one processor";
    EXPECT_EQ(totals[0].ticks.sum, 10u) << "without the one whose end nobody saw";
}

TEST(ExitGroups, PartsAreOfTheSameExitsOrNot) {
    const auto differs = [](auto change, const char* what) {
        const ExitRow one{.exit = "a"};
        ExitRow other = one;
        change(other);
        EXPECT_FALSE(one.is_part_of_the_same(other)) << what;
    };
    differs([](ExitRow& r) { r.exit = "b"; }, "exit");
    differs([](ExitRow& r) { r.cpu = 1; }, "processor");
    differs([](ExitRow& r) { r.vm = 1; }, "machine");
    differs([](ExitRow& r) { r.row = 1; }, "row");
    differs([](ExitRow& r) { r.finished = false; }, "finished");
    differs([](ExitRow& r) { r.aspects[static_cast<std::size_t>(ExitAspect::caller)] = "f"; }, "caller");
    const ExitRow one{.exit = "a"};
    ExitRow phase = one;
    phase.aspects[static_cast<std::size_t>(ExitAspect::phase)] = "save";
    EXPECT_TRUE(one.is_part_of_the_same(phase)) << "phases are parts";
}

TEST(ExitGroups, SharesAreOfAllExits) {
    const std::vector<ExitRow> rows = exit_rows(run_of({call(1, 1, 7), wait(1, 3)}), {});
    EXPECT_EQ(exits_like(rows, rows[0]).samples, 2u) << "two different ones";
    EXPECT_EQ(exits_like(rows, rows[0]).ticks, 10u) << "two different ones";
}

TEST(ExitGroups, ARowThatDoesNotAddUpSaysSo) {
    RunRecord run = run_of({});
    run.cpus[0].rows.resize(1);
    run.cpus[0].rows[0].machine = {100, 250};
    run.cpus[0].rows[0].worlds[static_cast<std::size_t>(World::user)] = {90, 200};
    const Residue residue = row_parts(run, 0, {}).residue;
    EXPECT_EQ(residue.insns, 10) << "instructions of nobody";
    EXPECT_EQ(residue.ticks, 50) << "ticks of nobody";
}

TEST(ExitGroups, AspectsHaveNames) {
    for (std::size_t i = 0; i < exit_aspects; ++i)
        EXPECT_EQ(exit_aspect_from_name(name_of(static_cast<ExitAspect>(i))), static_cast<ExitAspect>(i)) << i;
    EXPECT_EQ(exit_aspect_from_name("nobody"), std::nullopt) << "no aspect";
}

// --- functions of a recording

RecordedFunction recorded(unsigned cpu, u8 vm, const char* phase, const char* function, u64 insns, u64 ticks) {
    return {cpu, vm, World::hypervisor, Cause::hypercall, "hypercall #0x1", phase, function, insns, ticks};
}

/// Two processors, two machines: exits of one name.
RunRecord two_by_two() {
    RunRecord run;
    run.cpus.resize(2);
    for (unsigned cpu = 0; cpu < 2; ++cpu)
        for (const u8 vm : {u8{1}, u8{2}}) {
            EpisodeKind kind = call(1, 1, 10);
            kind.vm = vm;
            kind.vm_after = 7;
            run.cpus[cpu].episodes.push_back({kind, 10 * cpu + vm, 0, 0});
        }
    return run;
}

TEST(ExitFunctions, ByProcessorMachineCauseAndPhase) {
    const std::vector<RecordedFunction> list{recorded(0, 1, "save", "f", 3, 30), recorded(1, 2, "", "f", 5, 70)};
    ExitSplit split = by({ExitAspect::function});
    const std::vector<FunctionRow> whole = function_rows(two_by_two(), list, split);
    ASSERT_EQ(whole.size(), 1u) << "one function";
    EXPECT_EQ(whole[0].insns, 8u) << "all its instructions";
    EXPECT_EQ(whole[0].ticks, 100u) << "all its ticks";
    EXPECT_EQ(whole[0].samples, 1u + 2 + 11 + 12) << "all exits";
    EXPECT_FALSE(whole[0].cpu || whole[0].vm) << "not told apart";
    EXPECT_EQ(of(whole[0].aspects, ExitAspect::phase), "") << "not told apart";
    EXPECT_EQ(of(whole[0].aspects, ExitAspect::cause), "") << "not told apart";

    split = by({ExitAspect::function, ExitAspect::phase, ExitAspect::cause});
    split.cpu = split.vm = true;
    const std::vector<FunctionRow> rows = function_rows(two_by_two(), list, split);
    ASSERT_EQ(rows.size(), 2u) << "on two processors";
    EXPECT_TRUE(rows[0].cpu == 0u && rows[0].vm == u8{1}) << "the first";
    EXPECT_TRUE(rows[1].cpu == 1u && rows[1].vm == u8{2}) << "the second";
    EXPECT_EQ(rows[0].samples, 1u) << "exits of machine 1 on processor 0";
    EXPECT_EQ(rows[1].samples, 12u) << "exits of machine 2 on processor 1";
    EXPECT_EQ(of(rows[0].aspects, ExitAspect::phase), "save") << "its phase";
    EXPECT_EQ(of(rows[1].aspects, ExitAspect::phase), "(not divided)") << "of no phase";
    EXPECT_EQ(of(rows[0].aspects, ExitAspect::cause), "hypercall") << "its cause";
}

TEST(ExitFunctions, TheDearestExitFirstAndInItTheDearestFunction) {
    std::vector<RecordedFunction> list{recorded(0, 1, "", "b", 90, 10), recorded(0, 1, "", "a", 90, 10),
                                       recorded(0, 1, "", "c", 1, 20)};
    RecordedFunction waits = recorded(0, 1, "", "w", 1, 60);
    waits.cause = Cause::wfi;
    waits.what = "WFI";
    list.push_back(waits);
    RunRecord run = two_by_two();
    run.cpus[0].episodes.push_back({wait(1, 60), 1, 0, 0});
    std::string order;
    for (const FunctionRow& row : function_rows(run, list, by({ExitAspect::function})))
        order += of(row.aspects, ExitAspect::function);
    EXPECT_EQ(order, "wcab") << "60 ticks of WFI are more than 40 of the call; those alike by name";
}

TEST(ExitFunctions, AreOfExitsAlone) {
    std::vector<RecordedFunction> list{recorded(0, 1, "", "f", 1, 10)};
    list.push_back(list[0]);
    list[1].cause = Cause::none;  // the hypervisor's own
    list.push_back(list[0]);
    list[2].world = World::kernel;
    const std::vector<FunctionRow> rows = function_rows(two_by_two(), list, by({ExitAspect::function}));
    ASSERT_EQ(rows.size(), 1u) << "one function";
    EXPECT_EQ(rows[0].ticks, 10u) << "in the exit";
}

TEST(ExitFunctions, CallsMayBeFolded) {
    ExitSplit split = by({ExitAspect::function});
    split.fold = true;
    const std::vector<FunctionRow> rows = function_rows(two_by_two(), {recorded(0, 1, "", "f", 1, 10)}, split);
    ASSERT_EQ(rows.size(), 1u) << "one function";
    EXPECT_EQ(rows[0].exit, "hypercall *") << "all numbers are one";
}

TEST(ExitFunctions, ANameThatIsTwoNowIsAnError) {
    EpisodeKind one = call(1, 1, 10), other = call(1, 1, 10);
    one.detail = 7;
    other.detail = 8;
    RunRecord run = run_of({one, other});
    run.calls[{CallInstruction::hvc, 1, 7}] = "hypercall seven";
    EXPECT_THROW(function_rows(run, {recorded(0, 0, "", "f", 1, 10)}, by({ExitAspect::function})), InputError)
        << "the recording has both under one name";
}

}  // namespace
}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// What exits are called, and how they are counted.
#include "core/ledger/store/exits.hpp"

#include <map>

#include "core/report/exits/exit_table.hpp"
#include "tests/unit/core/record_example.hpp"

namespace vtoll::core {
namespace {

EpisodeKind exit_kind(Cause cause, u32 syndrome, u32 detail = 0) {
    EpisodeKind kind;
    kind.cause = cause;
    kind.syndrome = syndrome;
    kind.detail = detail;
    return kind;
}

/// A run with one episode of each kind.
RunRecord run_of(const std::vector<EpisodeKind>& kinds) {
    RunRecord run;
    run.clock_hz = 1'000'000;
    ProcessorRecord& cpu = run.cpus.emplace_back();
    for (const EpisodeKind& kind : kinds) cpu.episodes.push_back({kind, 1, 0, 0});
    return run;
}

constexpr u32 store = 1u << 6, read = 1;
/// ISS of a trapped MCR or MRC, ARM DDI 0406C §B3.13.6.
constexpr u32 mcr(u32 opc1, u32 crn, u32 crm, u32 opc2) { return opc2 << 17 | opc1 << 14 | crn << 10 | crm << 1; }

TEST(ExitNames, SayWhatTheSyndromeSays) {
    const u32 page = 0x0800'0000 >> 12;
    const struct {
        EpisodeKind kind;
        const char* name;
    } cases[] = {
        {exit_kind(Cause::hypercall, hsr(ec_hvc), 3), "hypercall #0"},
        {exit_kind(Cause::hypercall, hsr(ec_hvc, 0x1001), 7), "hypercall #0x1001"},
        {exit_kind(Cause::hypercall, hsr(ec_hvc, 0x1005), 0x8400'0000), "hypercall #0x1005"},
        {exit_kind(Cause::hypercall, hsr(ec_hvc), many_details), "hypercall #0"},
        {exit_kind(Cause::hypercall, 0, 12), "hypercall 12"},
        {exit_kind(Cause::hypercall, 0, many_details), "hypercall, further numbers"},
        {exit_kind(Cause::smc, hsr(0x13), 7), "SMC"},
        {exit_kind(Cause::device_syndrome, hsr(ec_data_abort, iss_valid), page), "load from gicd"},
        {exit_kind(Cause::device_decode, hsr(ec_data_abort, store), 0x0900'0000 >> 12), "store to pl011, decoded"},
        {exit_kind(Cause::device_syndrome, hsr(ec_data_abort, iss_valid), 0x0300'1000 >> 12), "load from 0x3001000"},
        {exit_kind(Cause::stage2_fault, hsr(ec_data_abort, store | 7)), "store: no page at stage 2, level 3"},
        {exit_kind(Cause::stage2_fault, hsr(ec_data_abort, 0xe)), "load: not permitted at stage 2, level 2"},
        {exit_kind(Cause::stage2_fault, hsr(0x20, 5)), "fetch: no page at stage 2, level 1"},
        {exit_kind(Cause::sysreg_trap, hsr(0x03, mcr(0, 1, 0, 0))), "write SCTLR"},
        {exit_kind(Cause::sysreg_trap, hsr(0x03, mcr(0, 0, 1, 7) | read)), "read ID_MMFR3"},
        {exit_kind(Cause::sysreg_trap, hsr(0x03, mcr(7, 15, 15, 7) | read)), "read p15, 7, c15, c15, 7"},
        {exit_kind(Cause::sysreg_trap, hsr(0x04, 2 << 1)), "write TTBR0"},
        {exit_kind(Cause::sysreg_trap, hsr(0x08, mcr(7, 7, 0, 0) | read)), "read MVFR0"},
        {exit_kind(Cause::sysreg_trap, hsr(0x08, mcr(7, 0, 0, 0) | read)), "read FPSID"},
        {exit_kind(Cause::sysreg_trap, hsr(0x08, mcr(7, 6, 0, 0) | read)), "read MVFR1"},
        {exit_kind(Cause::sysreg_trap, hsr(0x08, mcr(7, 9, 0, 0) | read)), "read FP register 9"},
        {exit_kind(Cause::sysreg_trap, hsr(0x06)), "LDC or STC of CP14"},
        {exit_kind(Cause::sysreg_trap, hsr(0x05, mcr(0, 0, 0, 0) | read)), "read DBGDIDR"},
        {exit_kind(Cause::sysreg_trap, hsr(0x0c, 5 << 1 | read)), "read p14, 0, c5"},
        {exit_kind(Cause::stage2_fault, hsr(ec_data_abort, 0xb)), "load: access flag at stage 2, level 3"},
        {exit_kind(Cause::abort, hsr(ec_data_abort, 0x11)), "load: asynchronous external abort"},
        {exit_kind(Cause::abort, hsr(ec_data_abort, 0x15)), "load: external abort on a walk, level 1"},
        {exit_kind(Cause::abort, hsr(ec_data_abort, 0x16)), "load: external abort on a walk, level 2"},
        {exit_kind(Cause::abort, hsr(ec_data_abort, 0x30)), "load: abort, status 0x30"},
        {exit_kind(Cause::device_syndrome, hsr(ec_data_abort, iss_valid), many_details), "load from further addresses"},
        {exit_kind(Cause::abort, hsr(ec_data_abort, store | 0x21)), "store: alignment"},
        {exit_kind(Cause::abort, hsr(0x20, 0x10)), "fetch: external abort"},
        {exit_kind(Cause::abort, hsr(ec_data_abort, 0x17)), "load: external abort on a walk, level 3"},
        {exit_kind(Cause::abort, hsr(0x20, 0x22)), "debug event"},
        {exit_kind(Cause::syscall, hsr(0x11), 3), "system call 3"},
        {exit_kind(Cause::syscall, hsr(0x11, 0x42)), "system call #0x42"},
        {exit_kind(Cause::syscall, hsr(0x11), many_details), "system call, further numbers"},
        {exit_kind(Cause::syscall, 0), "system call"},
        {exit_kind(Cause::undefined, hsr(0x00)), "undefined instruction"},
        {exit_kind(Cause::wfi, hsr(0x01)), "WFI"},
        {exit_kind(Cause::wfi, hsr(0x01, 1)), "WFE"},
        {exit_kind(Cause::hyp_irq, 0), "interrupt"},
        {exit_kind(Cause::world_switch, 0), "world switch: interrupt"},
        {exit_kind(Cause::world_switch, hsr(0x01)), "world switch: WFI"},
        {exit_kind(Cause::world_switch, hsr(ec_data_abort, store | 7)),
         "world switch: store: no page at stage 2, level 3"},
    };
    const ExitNames names = exit_names(run_of({exit_kind(Cause::wfi, hsr(0x01))}));
    for (const auto& c : cases) EXPECT_EQ(names.of(c.kind), c.name) << "syndrome " << std::hex << c.kind.syndrome;
}

TEST(ExitNames, CallsByAddressHaveTheFunctionsName) {
    RunRecord run = run_of({exit_kind(Cause::wfi, hsr(0x01))});
    run.calls = {{{CallInstruction::hvc, 0, 0x4020'0100}, "hypercall vcpu_run"},
                 {{CallInstruction::hvc, 0, 0xc010'0001}, "hypercall flush"}};
    const ExitNames names = exit_names(run);
    EXPECT_EQ(names.of(exit_kind(Cause::hypercall, hsr(ec_hvc), 0x4020'0100)), "hypercall vcpu_run") << "below 2 GiB";
    EXPECT_EQ(names.of(exit_kind(Cause::hypercall, hsr(ec_hvc), 0xc010'0001)), "hypercall flush") << "T32, above";
    EXPECT_EQ(names.of(exit_kind(Cause::hypercall, hsr(ec_hvc), 3)), "hypercall #0") << "no address";
    EXPECT_EQ(names.of(exit_kind(Cause::world_switch, hsr(ec_hvc), 0x4020'0100)), "world switch: hypercall vcpu_run")
        << "into a machine";
    EpisodeKind part = exit_kind(Cause::world_switch, hsr(ec_hvc), 0x4020'0100);
    part.role = EntryRole::way_back;
    EXPECT_EQ(names.of(part), "way back: hypercall vcpu_run") << "the last part of an exit";
    part = exit_kind(Cause::wfi, hsr(0x01));
    part.role = EntryRole::way_in;
    EXPECT_EQ(names.of(part), "WFI: way in") << "the first";
    part = exit_kind(Cause::syscall, hsr(0x11), 5);
    part.role = EntryRole::process;
    EXPECT_EQ(names.of(part), "process: system call 5") << "of a kernel in Hyp mode";
}

TEST(ExitNames, WithoutSyndromesAWorldSwitchIsJustThat) {
    EXPECT_EQ(ExitNames().of(exit_kind(Cause::world_switch, 0)), "world switch") << "a hypervisor at PL1";
}

TEST(Statistics, RelativeErrorOfTheMean) {
    EXPECT_EQ(relative_error({{5, 1}}), std::nullopt) << "one value";
    EXPECT_DOUBLE_EQ(relative_error({{5, 4}}).value(), 0.0) << "all alike";
    // 2, 4: mean 3, sample deviation sqrt(2), error sqrt(2) / sqrt(2) = 1.
    EXPECT_DOUBLE_EQ(relative_error({{2, 1}, {4, 1}}).value(), 100.0 / 3.0) << "two values";
}

TEST(Exits, EveryEpisodeOfTheHypervisorIsInOneRow) {
    RunRecord run = example_run();
    run.cpus.push_back(run.cpus[0]);
    u64 episodes = 0, ticks = 0;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const EpisodeRow& row : cpu.episodes)
            if (row.kind.world == World::hypervisor) {
                episodes += row.count;
                ticks += row.count * row.kind.ticks();
            }
    for (const ExitSplit split : {ExitSplit{}, ExitSplit{.vm = true}, ExitSplit{.cpu = true},
                                  ExitSplit{.vm = true, .cpu = true}, ExitSplit{.cpu = true, .row = true}}) {
        u64 n = 0, sum = 0;
        for (const ExitRow& row : exit_rows(run, split)) {
            EXPECT_EQ(row.cpu.has_value(), split.cpu) << row.exit;
            EXPECT_EQ(row.vm.has_value(), split.vm) << row.exit;
            n += row.ticks.n;
            sum += row.ticks.sum;
        }
        EXPECT_EQ(n, episodes) << "samples, by vm " << split.vm << " by cpu " << split.cpu;
        EXPECT_EQ(sum, ticks) << "ticks, by vm " << split.vm << " by cpu " << split.cpu;
    }
    const std::vector<ExitRow> totals = exit_totals(run);
    ASSERT_EQ(totals.size(), 2u) << "one machine on two processors";
    EXPECT_EQ(totals[0].ticks.sum + totals[1].ticks.sum, ticks) << "and all of it";
}

TEST(Exits, CostliestFirstWithItsNumbers) {
    const std::vector<ExitRow> rows = exit_rows(example_run(), {});
    ASSERT_EQ(rows.size(), 4u) << "hypercall 0, hypercall 2, an emulated load, a fault";
    EXPECT_EQ(rows[0].exit, "hypercall 0");
    EXPECT_EQ(rows[0].ticks.n, 11u) << "ten and the long one";
    for (std::size_t i = 1; i < rows.size(); ++i) EXPECT_GE(rows[i - 1].ticks.sum, rows[i].ticks.sum) << rows[i].exit;
}

TEST(Exits, MeasuredOnes) {
    u64 n = 0;
    for (const ExitRow& row : exit_rows(example_run(), {.measured_only = true})) n += row.ticks.n;
    EXPECT_EQ(n, 14u) << "ten hypercalls, three faults and a device access between the markers";
}

TEST(ExitNames, ADeviceHasItsNameHoweverTheExitEnds) {
    const u32 distributor = 0x0800'0000 >> 12, memory = 0x4001'0000 >> 12;
    EpisodeKind access = exit_kind(Cause::device_syndrome, hsr(ec_data_abort, iss_valid | store), distributor);
    const ExitNames names = exit_names(run_of({access}));
    const std::string name = names.of(access);
    access.cause = Cause::stage2_fault;  // cut: nobody saw whether the guest went on behind it
    EXPECT_EQ(names.of(access), name) << "cut by the end of the run";
    access.cause = Cause::world_switch;
    EXPECT_EQ(names.of(access), "world switch: " + name) << "left to another machine";
    ExitNames with_first_page = names;
    with_first_page.set_devices({{0, "rom"}});
    EXPECT_EQ(with_first_page.of(exit_kind(Cause::stage2_fault, hsr(ec_data_abort, store | 7))),
              "store: no page at stage 2, level 3")
        << "a fault that was mended has no page: not that one";
    access.detail = memory;
    EXPECT_NE(names.of(access).find("stage-2 abort"), std::string::npos) << "no device there: " << names.of(access);
}

TEST(Exits, UnfinishedOnesAreNoSamples) {
    EpisodeKind call = exit_kind(Cause::hypercall, hsr(ec_hvc), 3);
    call.phases[0] = {10, 100, 0, 0};
    EpisodeKind cut = call;
    cut.finished = false;
    cut.phases[0].ticks = 7000;
    const RunRecord run = run_of({call, cut});
    const std::vector<ExitRow> rows = exit_rows(run, {});
    ASSERT_EQ(rows.size(), 2u) << "the finished one and the other apart";
    EXPECT_TRUE(rows[0].finished && !rows[1].finished) << "unfinished ones last, dear as they are";
    EXPECT_EQ(rows[0].ticks.max, 100u) << "the cost of an exit";
    EXPECT_EQ(rows[1].exit, "hypercall #0") << "its name";
    EXPECT_EQ(rows[1].samples(), 0u) << "no sample";
    EXPECT_EQ(exit_totals(run).at(0).ticks.n, 1u) << "totals are of finished ones";
    EXPECT_EQ(group_episodes(run, true).at(0).insns.n, 1u) << "as are the distributions of stats.json";
    EXPECT_EQ(group_episodes(run, true).at(0).unfinished, 1u) << "which say how many there are besides";
    const std::string csv = to_csv(exit_table({{"a", run}}, {}));
    EXPECT_NE(csv.find(",unfinished,"), std::string::npos) << "a column of them: " << csv;
    EXPECT_EQ(to_csv(exit_table({{"a", run_of({call})}}, {})).find("unfinished"), std::string::npos) << "or none";
    EXPECT_EQ(to_csv(exit_table({{"a", run}}, {.measured_only = true})).find("unfinished"), std::string::npos)
        << "nor for one that is not in the table";
}

ExitSplit by(ExitAspect aspect) {
    ExitSplit split;
    split[aspect] = true;
    return split;
}

const std::string& aspect_of(const ExitRow& row, ExitAspect aspect) {
    return row.aspects[static_cast<std::size_t>(aspect)];
}

TEST(ExitParts, AddUpToTheirExits) {
    const RunRecord run = example_run();
    for (const ExitAspect aspect : {ExitAspect::phase, ExitAspect::stall}) {
        std::map<std::pair<std::string, bool>, u64> sums, samples;
        for (const ExitRow& row : exit_rows(run, by(aspect))) {
            EXPECT_FALSE(aspect_of(row, aspect).empty()) << row.exit;
            sums[{row.exit, row.finished}] += row.ticks.sum;
            samples[{row.exit, row.finished}] = row.ticks.n;
        }
        for (const ExitRow& whole : exit_rows(run, {})) {
            EXPECT_EQ((sums[{whole.exit, whole.finished}]), whole.ticks.sum) << whole.exit << " by " << name_of(aspect);
            EXPECT_EQ((samples[{whole.exit, whole.finished}]), whole.ticks.n)
                << whole.exit << " by " << name_of(aspect) << ": each exit is a sample of each part";
        }
    }
}

TEST(ExitParts, AnExitWithoutAPartIsASampleOfIt) {
    EpisodeKind call = exit_kind(Cause::hypercall, hsr(ec_hvc, 1));
    call.phases[1] = {3, 30, 0, 0};
    EpisodeKind longer = call;
    longer.phases[2] = {5, 50, 20, 0};
    RunRecord run = run_of({call, longer});
    run.phases.divide(World::hypervisor);
    run.phases.set(1, "save");
    run.phases.set(2, "device");
    const std::vector<ExitRow> rows = exit_rows(run, by(ExitAspect::phase));
    ASSERT_EQ(rows.size(), 2u) << "two phases";
    EXPECT_EQ(aspect_of(rows[0], ExitAspect::phase), "save") << "30 and 30 ticks are more than 50";
    EXPECT_EQ(rows[1].ticks.n, 2u) << "both exits are samples of the phase that one of them has";
    EXPECT_EQ(rows[1].ticks.min, 0u) << "the one without it";
    EXPECT_DOUBLE_EQ(rows[1].ticks.mean(), 25.0) << "so that means add up";
    const std::vector<ExitRow> stalls = exit_rows(run, by(ExitAspect::stall));
    ASSERT_EQ(stalls.size(), 2u) << "issue and device";
    EXPECT_EQ(aspect_of(stalls[1], ExitAspect::stall), "device");
    EXPECT_EQ(stalls[1].ticks.sum, 20u) << "ticks of the device";
    EXPECT_EQ(stalls[0].ticks.sum, 90u) << "all other ticks";
    EXPECT_EQ(exits_like(rows, rows[0]).samples, 2u) << "shares are of exits, not of their parts";
}

TEST(Exits, ByCallerImmediateAndCause) {
    EpisodeKind call = exit_kind(Cause::hypercall, hsr(ec_hvc, 0x1001), 7), wait = exit_kind(Cause::wfi, hsr(0x01));
    call.phases[0] = {1, 10, 0, 0};
    wait.phases[0] = {1, 10, 0, 0};
    RunRecord run = run_of({call, wait});
    EpisodeRow& calls = run.cpus[0].episodes[0];
    calls.count = 9;
    calls.callers.counts = {{0x8000, 5}, {0x8010, 1}, {0x9000, 2}};
    run.guest_functions = {{0x8000, "poll"}, {0x8010, "poll"}};
    std::map<std::string, u64> callers;
    for (const ExitRow& row : exit_rows(run, by(ExitAspect::caller)))
        if (row.exit == "hypercall #0x1001") callers[aspect_of(row, ExitAspect::caller)] = row.ticks.n;
    const std::map<std::string, u64> expected{{"poll", 6}, {"0x00009000", 2}, {"(further addresses)", 1}};
    EXPECT_EQ(callers, expected) << "by function, by address where there is none, and those beyond the bound";
    for (const ExitRow& row : exit_rows(run, by(ExitAspect::immediate)))
        EXPECT_EQ(aspect_of(row, ExitAspect::immediate), row.exit == "WFI" ? "" : "#0x1001") << row.exit;
    for (const ExitRow& row : exit_rows(run, by(ExitAspect::cause)))
        EXPECT_EQ(aspect_of(row, ExitAspect::cause), row.exit == "WFI" ? "wfi" : "hypercall") << row.exit;
}

TEST(Exits, AllNumbersOfACallInOneRow) {
    const RunRecord run = run_of({exit_kind(Cause::hypercall, hsr(ec_hvc, 0x1001), 7),
                                  exit_kind(Cause::hypercall, hsr(ec_hvc, 0x1002), 8),
                                  exit_kind(Cause::smc, hsr(0x13), 7), exit_kind(Cause::wfi, hsr(0x01))});
    std::map<std::string, u64> names;
    for (const ExitRow& row : exit_rows(run, {.fold = true})) names[row.exit] = row.ticks.n;
    const std::map<std::string, u64> expected{{"hypercall *", 2}, {"SMC *", 1}, {"WFI", 1}};
    EXPECT_EQ(names, expected) << "calls by one instruction are one";
}

TEST(Exits, FunctionsHaveTheNamesOfNow) {
    EpisodeKind call = exit_kind(Cause::hypercall, hsr(ec_hvc, 0x1001), 7);
    RunRecord run = run_of({call});
    run.cpus[0].episodes[0].count = 4;
    const std::vector<RecordedFunction> recorded{
        {0, 0, World::hypervisor, Cause::hypercall, "hypercall #0x1001", "save", "save_all", 8, 80},
        {0, 0, World::hypervisor, Cause::hypercall, "hypercall #0x1001", "", "", 4, 20},
        {0, 0, World::kernel, Cause::none, "", "", "main", 100, 100}};
    run.calls[{CallInstruction::hvc, 0x1001, 7}] = "hypercall seven";
    const std::vector<FunctionRow> rows = function_rows(run, recorded, by(ExitAspect::function));
    ASSERT_EQ(rows.size(), 2u) << "what was executed outside exits is none of theirs";
    EXPECT_EQ(rows[0].exit, "hypercall seven") << "recorded before it had a name";
    EXPECT_EQ(rows[0].ticks, 80u) << "the dearest first";
    EXPECT_EQ(rows[0].samples, 4u) << "exits of that name";
    EXPECT_EQ(rows[1].aspects[static_cast<std::size_t>(ExitAspect::function)], "(no symbol)");
}

TEST(ExitTable, OneExitAndAnyOrder) {
    const RunRecord run = example_run();
    const std::string name = exit_rows(run, {}).at(0).exit;
    const PlainTable one = exit_table({{"a", run}}, {}, name);
    ASSERT_EQ(one.rows.size(), 1u) << "the one asked for";
    const auto complaint = [&](auto action) -> std::string {
        try {
            action();
        } catch (const InputError& e) {
            return e.what();
        }
        return "no error";
    };
    const std::string wrong = name.substr(0, name.size() - 1) + "x";
    EXPECT_NE(complaint([&] {
                  exit_table({{"a", run}}, {}, wrong);
              }).find("did you mean '" + name + "'"),
              std::string::npos)
        << complaint([&] {
               exit_table({{"a", run}}, {}, wrong);
           });
    PlainTable table = exit_table({{"a", run}}, {});
    sort_by(table, "min", "--sort");
    const std::size_t at = column_named(table, "min");
    for (std::size_t i = 1; i < table.rows.size(); ++i)
        EXPECT_GE(std::get<double>(table.rows[i - 1][at]), std::get<double>(table.rows[i][at])) << "downwards";
    sort_by(table, "exit", "--sort");
    for (std::size_t i = 1; i < table.rows.size(); ++i)
        EXPECT_LE(std::get<std::string>(table.rows[i - 1][0]), std::get<std::string>(table.rows[i][0])) << "upwards";
    EXPECT_NE(complaint([&] { sort_by(table, "exit_", "--sort"); }).find("did you mean 'exit'?"), std::string::npos)
        << complaint([&] { sort_by(table, "exit_", "--sort"); });
}

/// A run of two processors with exits through a host, and the ways in and back of them.
RunRecord hosted_run() {
    RunRecord run = run_of({});
    run.cpus.resize(2);
    EpisodeKind way = exit_kind(Cause::wfi, hsr(0x01));
    way.phases[0] = {5, 50, 0, 0};
    for (unsigned cpu = 0; cpu < 2; ++cpu) {
        for (const u8 vm : {u8{1}, u8{2}}) {
            way.vm = vm;
            way.row = vm;
            way.measured = vm == 2;
            way.turns = 10 * vm + cpu;
            way.role = EntryRole::way_in;
            run.cpus[cpu].episodes.push_back({way, 3, 0, 0});
            HostExitRow exit{way, {}, 3, 0, 0};
            exit.kind.phases = {};
            exit.parts = {{{5, 50}, {6, 60}, {7, 70}, {8, 80u * vm}}};
            run.cpus[cpu].host_exits.push_back(exit);
            exit.kind.finished = false;
            exit.count = 1;
            run.cpus[cpu].host_exits.push_back(exit);
        }
        way.vm = 0;
        way.vm_after = 2;
        way.row = 2;
        way.role = EntryRole::way_back;
        run.cpus[cpu].episodes.push_back({way, 4, 0, 0});
        way.role = EntryRole::whole;
        way.vm = 1;
        run.cpus[cpu].episodes.push_back({way, 2, 0, 0});
    }
    return run;
}

TEST(Exits, ThroughTheHostAreOneEach) {
    const RunRecord run = hosted_run();
    const std::vector<ExitRow> rows = exit_rows(run, {.vm = true});
    ASSERT_EQ(rows.size(), 4u) << "finished and unfinished of two machines, their parts in none";
    EXPECT_EQ(rows[0].exit, "WFI") << "the whole exit's name, not the way in's";
    EXPECT_EQ(*rows[0].vm, 1) << "machine by machine";
    EXPECT_TRUE(rows[0].finished && !rows[1].finished) << "unfinished ones behind the others";
    EXPECT_EQ(rows[0].ticks.n, 6u + 4) << "of both processors, with those that no host took part in";
    EXPECT_EQ(rows[0].ticks.sum, 6u * 260 + 4 * 50) << "ticks of all parts";
    EXPECT_EQ(rows[0].insns.sum, 6u * 26 + 4 * 5) << "instructions of all parts";
    ASSERT_TRUE(rows[0].parts) << "parts are told";
    EXPECT_EQ((*rows[0].parts)[static_cast<std::size_t>(ExitPart::way_in)], (PartCost{30, 300})) << "the ways in";
    EXPECT_EQ((*rows[0].parts)[static_cast<std::size_t>(ExitPart::way_back)], (PartCost{48, 480})) << "the ways back";
    EXPECT_EQ(rows[0].turns, 21u) << "the most that one may be off by: that without the host";
    EXPECT_EQ(*rows[2].vm, 2) << "the other machine";
    EXPECT_EQ(rows[2].turns, 21u) << "that of the second processor";
    EXPECT_EQ(rows[2].ticks.n, 6u) << "no part of an exit is one";
    const std::vector<ExitRow> by_cpu = exit_rows(run, {.cpu = true});
    ASSERT_EQ(by_cpu.size(), 4u) << "finished and unfinished on two processors";
    EXPECT_TRUE(*by_cpu[0].cpu == 0 && *by_cpu[2].cpu == 1) << "processor by processor";
    EXPECT_EQ(exit_rows(run, {.measured_only = true}).at(0).ticks.n, 6u + 4) << "machine 2's, and those without a host";
}

TEST(Exits, ByRowTheWaysAreApart) {
    const std::vector<ExitRow> rows = exit_rows(hosted_run(), {.vm = true, .row = true});
    std::vector<std::tuple<u8, u8, std::string, u64>> found;
    for (const ExitRow& row : rows) found.emplace_back(*row.row, *row.vm, row.exit, row.ticks.n);
    EXPECT_EQ(found, (std::vector<std::tuple<u8, u8, std::string, u64>>{
                         {1, 1, "WFI: way in", 6}, {2, 1, "WFI", 4}, {2, 2, "WFI", 8}, {2, 2, "WFI: way in", 6}}))
        << "row, machine that is served, name, how many";
}

TEST(Exits, ARowMayBeOneProcessors) {
    RunRecord run = example_run();
    run.cpus.resize(1);
    run.cpus.push_back(run.cpus[0]);
    run.cpus[0].rows = {RowCounts{{100, 200}, {}}};
    run.cpus[1].rows = {RowCounts{{7, 9}, {}}};
    EXPECT_EQ(row_parts(run, 0, 0u).counts.machine, (RowCounts::Part{100, 200})) << "of the first";
    EXPECT_EQ(row_parts(run, 0, 1u).counts.machine, (RowCounts::Part{7, 9})) << "of the second";
    EXPECT_EQ(row_parts(run, 0, {}).counts.machine, (RowCounts::Part{107, 209})) << "of both";
    EXPECT_EQ(row_parts(run, 1, {}).counts.machine, RowCounts::Part{}) << "a row that neither has";
}

TEST(Exits, SharesAreOfAList) {
    EpisodeKind call = exit_kind(Cause::wfi, hsr(0x01));
    call.phases[0] = {1, 10, 0, 0};
    EpisodeKind process = exit_kind(Cause::syscall, hsr(0x11), 5);
    process.world = World::host_kernel;
    process.role = EntryRole::process;
    process.phases[0] = {1, 7, 0, 0};
    EpisodeKind guest = call;
    guest.world = World::kernel;
    const std::vector<ExitRow> rows = exit_rows(run_of({call, process, guest, call}), {});
    ASSERT_EQ(rows.size(), 2u) << "what a guest does at PL1 is no exit";
    for (const ExitRow& row : rows) {
        const ExitSums sums = exits_like(rows, row);
        EXPECT_EQ(sums.samples, row.process ? 1u : 2u) << row.exit;
        EXPECT_EQ(sums.ticks, row.process ? 7u : 20u) << row.exit;
    }
}

TEST(ExitTable, SaysWhatBecameOfThreads) {
    RunRecord run = example_run();
    const auto last = [&] { return exit_table({{"a", run}}, {}).after.back(); };
    EXPECT_EQ(last().find("gave way"), std::string::npos) << "the example has no threads";
    run.cpus[0].crossings.contexts = {.parked = 7, .resumed = 4, .abandoned = 3};
    EXPECT_NE(last().find("7 times one gave way"), std::string::npos) << last();
    EXPECT_NE(last().find("4 came back, 3 never did"), std::string::npos) << last();
}

TEST(ExitTable, SaysWhatIsNotToldApart) {
    RunRecord run = example_run();
    const auto says = [](const PlainTable& table) {
        std::string all;
        for (const std::string& sentence : table.after) all += sentence + "\n";
        return all;
    };
    EXPECT_EQ(says(exit_table({{"a", run}}, {})).find("no symbols"), std::string::npos) << "it has phases";
    run.phases = {};
    EXPECT_NE(says(exit_table({{"a", run}}, {})).find("no symbols"), std::string::npos) << "a black box";
    EXPECT_NE(exit_table({{"a", run}}, {}).before.at(0).find("0 and 0 are in no account"), std::string::npos)
        << "conservation";
    const std::string csv = to_csv(exit_table({{"a", run}}, {.vm = true, .cpu = true}));
    EXPECT_EQ(csv.substr(0, csv.find('\n')),
              "exit,cpu,vm,exits,exits_percent,time_percent,min,median,mean,error_percent,max,instructions")
        << "columns";
    const std::string by_row = to_csv(exit_table({{"a", run}}, {.row = true}));
    EXPECT_EQ(by_row.substr(0, by_row.find('\n')),
              "row,exit,exits,exits_percent,time_percent,min,median,mean,error_percent,max,ticks,instructions")
        << "columns by row";
    const PlainTable two = exit_table({{"a", run}, {"b", run}}, {});
    EXPECT_EQ(two.columns.at(1).key, "run") << "told apart by their labels";
    ASSERT_EQ(two.rows.size(), 8u) << "four kinds of exit each";
    EXPECT_EQ(std::get<std::string>(two.rows.at(4).at(1)), "b") << "one run after the other";
}

}  // namespace
}  // namespace vtoll::core

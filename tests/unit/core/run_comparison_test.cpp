// SPDX-License-Identifier: Apache-2.0
#include "core/report/run_comparison.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "core/ledger/store/episodes_sqlite.hpp"
#include "core/ledger/store/results_json.hpp"
#include "core/report/screen/text.hpp"
#include "tests/unit/core/record_example.hpp"

namespace vtoll::core {
namespace {

namespace fs = std::filesystem;

/// A run that consists of these accounts and nothing else.
RunRecord run_of(std::vector<Account> accounts) {
    RunRecord run;
    run.outcome = "power_off";
    ProcessorRecord cpu;
    for (const Account& a : accounts) {
        cpu.machine.insns += a.insns;
        cpu.machine.ticks += a.ticks;
    }
    cpu.accounts = std::move(accounts);
    run.cpus.push_back(std::move(cpu));
    return run;
}

std::vector<std::string> names(const std::vector<DifferenceLine>& lines) {
    std::vector<std::string> out;
    for (const DifferenceLine& l : lines) out.push_back(l.what);
    return out;
}

void expect_sums(const std::vector<DifferenceLine>& lines, const RunDifference& total, const char* list) {
    s64 insns = 0, ticks = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        insns += lines[i].insns;
        ticks += lines[i].ticks;
        if (i) {
            EXPECT_GE(std::abs(lines[i - 1].ticks), std::abs(lines[i].ticks))
                << list << ": ranked by ticks, line " << i;
        }
    }
    EXPECT_EQ(insns, total.total.insns) << list << ": the lines add up to the difference in instructions";
    EXPECT_EQ(ticks, total.total.ticks) << list << ": the lines add up to the difference in ticks";
}

const RunRecord native = run_of({{World::user, Cause::none, 0, Stall::issue, 100, 200},
                                 {World::user, Cause::none, 0, Stall::data, 0, 50},
                                 {World::kernel, Cause::syscall, 0, Stall::issue, 40, 90},
                                 {World::kernel, Cause::irq, 0, Stall::issue, 7, 9}});
const RunRecord pure = run_of({{World::user, Cause::none, 0, Stall::issue, 100, 200},
                               {World::user, Cause::none, 0, Stall::data, 0, 55},
                               {World::kernel, Cause::syscall, 0, Stall::issue, 38, 60},
                               {World::kernel, Cause::irq, 0, Stall::issue, 7, 9},
                               {World::hypervisor, Cause::hypercall, 1, Stall::issue, 10, 20},
                               {World::hypervisor, Cause::hypercall, 2, Stall::exception, 0, 300}});

TEST(RunComparison, RanksDifferencesByCyclesWithTheirSigns) {
    const RunDifference d = difference({"n", native, ""}, {"p", pure, ""});
    EXPECT_EQ(d.total.ticks, 295) << "644 less 349";
    EXPECT_EQ(d.total.insns, 8) << "155 less 147";
    EXPECT_EQ(names(d.accounts), (std::vector<std::string>{"hypervisor: hypercall", "kernel: syscall", "user"}))
        << "by size whatever the sign; what does not differ is left out";
    EXPECT_EQ(d.accounts.at(0).ticks, 320) << "all phases and stalls of the account";
    EXPECT_EQ(d.accounts.at(1).ticks, -30) << "less than before";
    EXPECT_EQ(d.accounts.at(1).insns, -2) << "less than before";
    EXPECT_EQ(names(d.stalls), (std::vector<std::string>{"exception", "issue", "data"})) << "by stall";
    EXPECT_EQ(names(d.worlds), (std::vector<std::string>{"hypervisor", "kernel", "user"})) << "by world";
}

TEST(RunComparison, DifferencesAddUpExactly) {
    constexpr unsigned seed = 20111;
    std::mt19937_64 random(seed);
    const auto any_run = [&] {
        std::vector<Account> accounts;
        for (u64 n = random() % 60; n > 0; --n)
            accounts.push_back({static_cast<World>(random() % static_cast<u64>(World::count)),
                                static_cast<Cause>(random() % static_cast<u64>(Cause::count)),
                                static_cast<u16>(random() % max_phases), static_cast<Stall>(random() % stall_count),
                                random() >> 20, random() >> 20});
        return run_of(std::move(accounts));
    };
    for (int i = 0; i < 200; ++i) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << ", pair " << i);
        const RunRecord a = any_run(), b = any_run();
        const RunDifference d = difference({"a", a, ""}, {"b", b, ""});
        expect_sums(d.accounts, d, "accounts");
        expect_sums(d.stalls, d, "stalls");
        expect_sums(d.worlds, d, "worlds");
    }
}

TEST(RunComparison, ARunDoesNotDifferFromItself) {
    const RunDifference d = difference({"a", pure, ""}, {"b", pure, ""});
    EXPECT_TRUE(d.accounts.empty() && d.stalls.empty() && d.worlds.empty()) << "no lines";
    EXPECT_NE(
        to_text(comparison_report({{"a", pure, ""}, {"b", pure, ""}}, false)).find("total             0      0      -"),
        std::string::npos)
        << "no share of nothing";
}

/// Kernel and user; the user's ticks are of a core, whose caches make them differ.
ComparedRun placed(const std::string& label, u64 kernel, std::vector<u64> user) {
    ComparedRun run{label, {}, ""};
    for (std::size_t i = 0; i < user.size(); ++i) {
        RunRecord record = run_of({{World::user, Cause::none, 0, Stall::data, 10, user[i]},
                                   {World::kernel, Cause::syscall, 0, Stall::issue, 5, kernel}});
        record.placement = i;
        if (i) run.elsewhere.push_back(std::move(record));
        else run.record = std::move(record);
    }
    return run;
}

TEST(RunComparison, DifferencesThatPlacementsMakeAreMarked) {
    const std::vector<ComparedRun> runs{placed("a", 100, {1000, 1040, 1020}), placed("b", 150, {1010, 1030, 1050})};
    const RunDifference d = difference(runs[0], runs[1]);
    ASSERT_EQ(names(d.worlds), (std::vector<std::string>{"kernel", "user"})) << "by placement 0's ticks";
    EXPECT_FALSE(d.worlds[0].noise) << "50 in every placement";
    EXPECT_EQ(d.worlds[0].deviation, 0) << "none of it";
    EXPECT_TRUE(d.worlds[1].noise) << "10 where placements lie 40 apart";
    EXPECT_DOUBLE_EQ(d.worlds[1].mean, 10) << "1030 less 1020";
    EXPECT_NEAR(d.worlds[1].deviation, std::hypot(20, 20), 1e-9) << "of both";
    const std::string text = to_text(comparison_report(runs, true));
    EXPECT_NE(text.find("+10~"), std::string::npos) << text;
    EXPECT_EQ(text.find("+50~"), std::string::npos) << text;
    EXPECT_NE(text.find("Means of 3 placements (timing.placement 0, 1, 2)"), std::string::npos) << text;
    const auto document = nlohmann::json::parse(comparison_json(runs));
    EXPECT_EQ(document["columns"][1]["placements"], (std::vector<u64>{0, 1, 2})) << "listed";
    EXPECT_EQ(document["differences"][0]["worlds"][1]["placements"]["within_noise"], true) << document;
    EXPECT_NE(comparison_csv(runs).find("difference,user,ticks_within_noise,,true"), std::string::npos) << "CSV";
}

TEST(RunComparison, OnePlacementSaysThatItKnowsNoNoise) {
    const std::vector<ComparedRun> one{placed("a", 100, {1000}), placed("b", 150, {1010})};
    EXPECT_EQ(placement_notes(one), (std::vector<std::string>{"One placement: noise unknown."})) << "of both";
    EXPECT_FALSE(difference(one[0], one[1]).worlds[1].noise) << "nobody knows";
    const std::vector<ComparedRun> mixed{placed("a", 100, {1000, 1040}), placed("b", 150, {1010})};
    ASSERT_EQ(placement_notes(mixed).size(), 2u) << "one has several";
    EXPECT_EQ(placement_notes(mixed)[1], "b: one placement, noise unknown.") << "the other has one";
    EXPECT_FALSE(difference(mixed[0], mixed[1]).total.noise) << "one placement is no exact number";
    const RunRecord plain = run_of({{World::user, Cause::none, 0, Stall::issue, 1, 1}});
    EXPECT_TRUE(placement_notes({{"a", plain, ""}, {"b", plain, ""}}).empty()) << "no caches, no placements";
}

TEST(RunComparison, GuestTextLeavesTheHypervisorOut) {
    EXPECT_EQ(guest_text("pure: starts\n[a] one\r\n[b] eins\n[a] two\npure: ends\n"), "one\ntwo\neins\n")
        << "machine by machine: their order in time is no part of their work";
    EXPECT_EQ(guest_text("[    0.000000] Booting\nplain\n"), "[    0.000000] Booting\nplain\n")
        << "a kernel's time stamps name no machine";
}

TEST(RunComparison, NotesSayWhyRunsMayNotBeComparable) {
    const ComparedRun a{"a", native, "one\ntwo\n"};
    EXPECT_EQ(notes({a, {"b", pure, "hyp: on\n[m] one\n[m] two\nhyp: off\n"}}), std::vector<std::string>{})
        << "same text, same user instructions";
    ComparedRun b{"b", run_of({{World::user, Cause::none, 0, Stall::issue, 110, 1}}), "one\nzwei\n"};
    b.record.outcome = "instruction_limit";
    b.record.timing = "other";
    b.record.cpus[0].samples.push_back({{1, 1}, {}, 0, 0, 0, true});
    const auto all = notes({a, b});
    ASSERT_EQ(all.size(), 5u) << "outcome, timing, console, work, samples";
    EXPECT_NE(all[0].find("b did not end by switching its machine off: instruction_limit"), std::string::npos)
        << all[0];
    EXPECT_NE(all[1].find("timing differs"), std::string::npos) << all[1];
    EXPECT_NE(all[2].find("from line 2 of them on"), std::string::npos) << all[2];
    EXPECT_NE(all[3].find("(+10, +10.000 %)"), std::string::npos) << all[3];
    EXPECT_NE(all[4].find("a has 0 measured samples, b has 1"), std::string::npos) << all[4];
}

TEST(RunComparison, SamplesAreComparedWhenThereAreEquallyMany) {
    RunRecord a = native, b = pure;
    EXPECT_FALSE(sample_difference(a, b)) << "none";
    a.cpus[0].samples = {{{10, 100}, {}, 0, 2, 0, true}, {{1, 1}, {}, 0, 0, 0, false}};
    EXPECT_FALSE(sample_difference(a, b)) << "one against none";
    b.cpus[0].samples = {{{10, 170}, {5, 60}, 1, 4, 0, true}};
    const auto d = sample_difference(a, b);
    ASSERT_TRUE(d) << "one measured sample each";
    EXPECT_EQ(d->ticks, 70) << "170 less 100; what is not measured does not count";
    EXPECT_EQ(d->hypervisor_ticks, 60) << "of these";
    EXPECT_EQ(d->base, 100u) << "of the first run";
}

/// A run directory as a run leaves it.
class LoadRun : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "vtoll-compare-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr) << "temporary folder";
        folder_ = name;
        write_episodes(run_, folder_ / "episodes.sqlite");
        write("stats.json", stats_json(run_));
        write("console.log", "hello\n");
    }
    void TearDown() override { fs::remove_all(folder_); }
    void write(const char* name, const std::string& text) { std::ofstream(folder_ / name, std::ios::binary) << text; }

    const RunRecord run_ = example_run();
    fs::path folder_;
};

TEST_F(LoadRun, CrossingsAndConsoleComeBack) {
    const ComparedRun run = load_run(folder_, "x");
    EXPECT_EQ(run.console, "hello\n") << "console";
    const Crossings &back = run.record.cpus.at(0).crossings, &was = run_.cpus.at(0).crossings;
    EXPECT_GT(was.hyp_entries, 0u) << "the example enters its hypervisor";
    EXPECT_EQ(back.hyp_entries, was.hyp_entries) << "entries";
    EXPECT_EQ(back.mode_switches, was.mode_switches) << "mode switches";
    EXPECT_EQ(back.address_space_switches, was.address_space_switches) << "switches of the addressing context";
    EXPECT_EQ(back.device_reads + back.device_writes, was.device_reads + was.device_writes) << "device accesses";
}

TEST_F(LoadRun, FiguresAreTheRuns) {
    const std::vector<ComparedRun> runs{load_run(folder_, "x"), load_run(folder_, "y")};
    const nlohmann::json document = nlohmann::json::parse(comparison_json(runs));
    const auto& entries = document["groups"]["hypervisor_entries"];
    ASSERT_EQ(entries[0]["row"], "all") << "the sum is the first row";
    u64 sum = 0;
    for (const auto& row : entries)
        if (row["row"] != "all") sum += row["columns"][1]["entries"].get<u64>();
    EXPECT_EQ(entries[0]["columns"][1]["entries"], sum) << "the rows add up";
    EXPECT_EQ(sum, run_.cpus[0].crossings.hyp_entries) << "episodes are entries, when none is nested";
    EXPECT_EQ(document["groups"]["work"][0]["columns"][0]["ticks"], run_.machine().ticks) << "ticks";
    EXPECT_EQ(document["differences"][0]["ticks"], 0) << "the same run twice";
}

TEST_F(LoadRun, RefusesWhatIsNoRunDirectory) {
    write("stats.json", "{\"stats\": {}}");
    try {
        load_run(folder_, "x");
        FAIL() << "accepted a stats.json without crossings";
    } catch (const InputError& error) {
        EXPECT_STREQ(error.what(), "x/stats.json: expected the count 'cpu0.crossings.mode_switches'")
            << "one clear line";
    }
    write("stats.json", "{");
    EXPECT_THROW(load_run(folder_, "x"), InputError) << "no JSON";
}

}  // namespace
}  // namespace vtoll::core

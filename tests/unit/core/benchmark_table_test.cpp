// SPDX-License-Identifier: Apache-2.0
#include "core/report/benchmark_table.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/report/screen/text.hpp"
#include "core/report/table_kinds.hpp"

namespace vtoll::core {
namespace {

const char* const definition = R"(
name = "b"
kind = "benchmarks"
title = "T"
citation = "c"
note = "n"
published = "p.csv"
native = "native"
virtualized = "virtualized"
overhead_cycles = "cycles"
overhead_percent = "percent"
[[machine]]
name = "old"
title = "Old"
published = true
[[machine.system]]
name = "native"
[[machine]]
name = "new"
title = "New"
[[machine.system]]
name = "native"
scenario = "n"
bootargs = "machine.bootargs"
[[machine.system]]
name = "pure"
scenario = "p"
bootargs = "domain.0.bootargs"
[[row]]
label = "null syscall"
run = "null"
figure = 'Simple syscall: (\S+) microseconds'
[[row]]
label = "stream"
run = "stream"
quantity = "throughput"
figure = '^ *(\S+) Mbit/s'
[[row]]
label = "load"
run = "stream"
quantity = "load"
)";

/// A run at 500 MHz that took 1000 ticks between its markers, `idle` of them asleep.
BenchmarkRun run_of(const std::string& console, u64 idle = 0) {
    BenchmarkRun run;
    run.console = console;
    run.books.clock_hz = 500'000'000;
    ProcessorRecord& cpu = run.books.cpus.emplace_back();
    cpu.samples.push_back({{500, 1000}, {0, 0}, 0, 0, 0, true, idle});
    return run;
}

nlohmann::json rows_of(const BenchmarkRuns& runs) {
    const BenchmarkTable table = parse_table<BenchmarkTable>(definition, "b.toml");
    const PublishedTable published(
        "row,native,virtualized,cycles,percent\nnull syscall,0.6,0.96,180,60\nstream,651,630,0,3\n"
        "load,99,99,0,0\n",
        "p.csv");
    return nlohmann::json::parse(to_json(benchmark_table(table, published, runs)))["rows"];
}

TEST(BenchmarkTable, FiguresAreThoseOfTheConsoleAndOverheadsTheirDifference) {
    BenchmarkRuns runs;
    runs.runs[{"n", "null"}] = run_of("vtoll: null\r\nSimple syscall: 0.2000 microseconds\r\n");
    runs.runs[{"p", "null"}] = run_of("[linux] Simple syscall: 0.3000 microseconds\r\n");
    runs.runs[{"n", "stream"}] = run_of("  400 Mbit/s\n", 100);
    runs.runs[{"p", "stream"}] = run_of("  300 Mbit/s\n", 0);
    const auto rows = rows_of(runs);
    EXPECT_EQ(rows[0]["published_overhead_cycles"], 180) << "published";
    EXPECT_EQ(rows[0]["old_native"], "not measured") << "a system without a scenario";
    EXPECT_DOUBLE_EQ(rows[0]["new_native"], 0.2) << "microseconds";
    EXPECT_NEAR(rows[0]["new_pure_overhead_cycles"], 50, 1e-9) << "0.1 us at 500 MHz";
    EXPECT_NEAR(rows[0]["new_pure_overhead_percent"], 50, 1e-9) << "of native's time";
    EXPECT_NEAR(rows[1]["new_pure_overhead_percent"], 25, 1e-9) << "of throughput, what is lost";
    EXPECT_DOUBLE_EQ(rows[2]["new_native"], 90) << "per cent of the time not asleep";
    EXPECT_DOUBLE_EQ(rows[2]["new_pure"], 100) << "never asleep";
}

TEST(BenchmarkTable, PlacementsGiveMeansDeviationsAndMarks) {
    const BenchmarkTable table = parse_table<BenchmarkTable>(definition, "b.toml");
    const PublishedTable published(
        "row,native,virtualized,cycles,percent\nnull syscall,1,1,1,1\nstream,1,1,1,1\nload,1,1,1,1\n", "p");
    std::vector<PlainTable> tables;
    const auto add = [&](const char* null_native, const char* null_pure, const char* stream_pure) {
        BenchmarkRuns runs;
        runs.runs[{"n", "null"}] = run_of(fmt::format("Simple syscall: {} microseconds\n", null_native));
        runs.runs[{"p", "null"}] = run_of(fmt::format("Simple syscall: {} microseconds\n", null_pure));
        runs.runs[{"n", "stream"}] = run_of("400 Mbit/s\n");
        runs.runs[{"p", "stream"}] = run_of(fmt::format("{} Mbit/s\n", stream_pure));
        tables.push_back(benchmark_table(table, published, runs));
    };
    add("0.51", "0.44", "300");
    add("0.44", "0.43", "310");
    add("0.43", "0.46", "305");
    const PlainTable made = over_placements(tables, {0, 1, 2});
    const auto document = nlohmann::json::parse(to_json(made));
    EXPECT_EQ(document["placements"], (std::vector<u64>{0, 1, 2})) << "listed";
    const auto& rows = document["rows"];
    EXPECT_NEAR(rows[0]["new_native"].get<double>(), 0.46, 1e-9) << "mean";
    EXPECT_NEAR(rows[0]["new_native_deviation"].get<double>(), 0.0435890, 1e-6) << "of .51, .44, .43, by n - 1";
    EXPECT_NEAR(rows[0]["new_pure_overhead_cycles"].get<double>(), -8.333333, 1e-6) << "of the means, at 500 MHz";
    EXPECT_NEAR(rows[0]["new_pure_overhead_percent"].get<double>(), 100 * (0.4433333 / 0.46 - 1), 1e-4)
        << "of the means";
    EXPECT_EQ(rows[0]["new_pure_overhead_cycles_within_noise"], true) << "17 ns where 80 lie between placements";
    EXPECT_EQ(rows[1]["new_pure_overhead_percent_within_noise"], false) << "a quarter, where 10 of 400 lie between";
    EXPECT_EQ(rows[1]["new_native_deviation"], 0) << "all alike";
    EXPECT_TRUE(rows[0]["old_native_deviation"].is_null()) << "not measured";
    const std::string text = to_text(to_report(made));
    EXPECT_NE(text.find("-8~"), std::string::npos) << text;
    EXPECT_EQ(text.find("23.8~"), std::string::npos) << text;
    EXPECT_NE(to_csv(made).find("new_native,new_native_deviation,new_pure,new_pure_deviation"), std::string::npos)
        << to_csv(made);
    EXPECT_EQ(to_json(over_placements({tables[0]}, {0})), to_json(tables[0])) << "one stays as it is";
}

TEST(BenchmarkTable, APlacementThatFailedLeavesNoMean) {
    const BenchmarkTable table = parse_table<BenchmarkTable>(definition, "b.toml");
    const PublishedTable published(
        "row,native,virtualized,cycles,percent\nnull syscall,1,1,1,1\nstream,1,1,1,1\nload,1,1,1,1\n", "p");
    BenchmarkRuns whole, holed;
    for (const char* system : {"n", "p"})
        for (const char* row : {"null", "stream"})
            whole.runs[{system, row}] = run_of("Simple syscall: 0.4 microseconds\n 400 Mbit/s\n");
    holed = whole;
    holed.runs.erase({"p", "null"});
    holed.failures[{"p", "null"}] = "exit code 4";
    const PlainTable made =
        over_placements({benchmark_table(table, published, whole), benchmark_table(table, published, holed)}, {0, 1});
    const auto rows = nlohmann::json::parse(to_json(made))["rows"];
    EXPECT_EQ(rows[0]["new_pure"], "failed") << "a mean of less than all is none";
    EXPECT_TRUE(rows[0]["new_pure_overhead_cycles"].is_null()) << "nor is there a difference";
    EXPECT_EQ(made.failures, std::vector<std::string>{"p, null: exit code 4"}) << "said once";
}

TEST(BenchmarkTable, TracesMeasureWhatTheyAreHadOf) {
    std::string text = definition;
    const std::string old = "published = true\n[[machine.system]]\nname = \"native\"\n";
    text.replace(text.find(old), old.size(),
                 "published = true\nport = \"batched\"\n[[machine.system]]\nname = \"native\"\n"
                 "trace = \"native\"\n[[machine.system]]\nname = \"para\"\ntrace = \"para\"\n");
    const BenchmarkTable table = parse_table<BenchmarkTable>(text, "b.toml");
    const PublishedTable published(
        "row,native,virtualized,cycles,percent\nnull syscall,1,1,1,1\nstream,1,1,1,1\nload,1,1,1,1\n", "p");
    BenchmarkRuns runs;
    for (const auto& [system, cycles] : {std::pair("native", 200.0), {"para", 500.0}}) {
        BenchmarkRun run;
        run.books.clock_hz = 500'000'000;
        run.cycles = cycles;
        runs.runs[{std::string("trace, ") + system, "null"}] = std::move(run);
    }
    runs.failures[{"trace, para", "stream"}] = "exit code 5";
    const PlainTable made = benchmark_table(table, published, runs);
    const auto rows = nlohmann::json::parse(to_json(made))["rows"];
    EXPECT_DOUBLE_EQ(rows[0]["old_native"], 0.4) << "200 cycles at 500 MHz";
    EXPECT_DOUBLE_EQ(rows[0]["old_para"], 1.0) << "500 cycles at 500 MHz";
    EXPECT_NEAR(rows[0]["old_para_overhead_cycles"], 300, 1e-9) << "the difference";
    EXPECT_NEAR(rows[0]["old_para_overhead_percent"], 150, 1e-9) << "of native";
    EXPECT_EQ(rows[1]["old_para"], "failed") << "no figure";
    EXPECT_EQ(rows[1]["old_native"], "not measured") << "no trace, and no failure";
    const auto& failures = made.failures;
    EXPECT_NE(std::find(failures.begin(), failures.end(), "trace, para, stream: exit code 5"), failures.end())
        << "said";
}

TEST(BenchmarkTable, WhatFailedIsSaidAndIsNoFigure) {
    BenchmarkRuns runs;
    runs.runs[{"n", "null"}] = run_of("vtoll: null\nvtoll: failed with 1\n");
    runs.failures[{"p", "null"}] = "run failed with exit code 4";
    runs.runs[{"n", "stream"}] = run_of("0 Mbit/s\n");
    const BenchmarkTable table = parse_table<BenchmarkTable>(definition, "b.toml");
    const PublishedTable published(
        "row,native,virtualized,cycles,percent\nnull syscall,1,1,1,1\nstream,1,1,1,1\nload,1,1,1,1\n", "p");
    const PlainTable made = benchmark_table(table, published, runs);
    ASSERT_EQ(made.failures.size(), 4u) << "null of both, stream of both; each once";
    EXPECT_NE(made.failures[0].find("no figure on the console"), std::string::npos) << made.failures[0];
    EXPECT_EQ(made.failures[1], "p, null: run failed with exit code 4");
    const auto rows = nlohmann::json::parse(to_json(made))["rows"];
    EXPECT_EQ(rows[0]["new_native"], "failed") << "no figure";
    EXPECT_TRUE(rows[0]["new_pure_overhead_cycles"].is_null()) << "nothing to subtract";
    EXPECT_EQ(rows[1]["new_native"], "failed") << "a figure of zero measures nothing";
}

TEST(BenchmarkTable, TextHasATableForEachMachine) {
    BenchmarkRuns runs;
    runs.runs[{"n", "null"}] = run_of("Simple syscall: 0.1813 microseconds\n");
    const BenchmarkTable table = parse_table<BenchmarkTable>(definition, "b.toml");
    const PublishedTable published(
        "row,native,virtualized,cycles,percent\nnull syscall,1,1,1,1\nstream,1,1,1,1\nload,1,1,1,1\n", "p");
    const std::string text = to_text(to_report(benchmark_table(table, published, runs)));
    EXPECT_NE(text.find("\nOld\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\nNew\n"), std::string::npos) << text;
    EXPECT_NE(text.find("0.181"), std::string::npos) << "three decimals below ten:\n" << text;
    const auto first = text.find("null syscall");
    EXPECT_NE(text.find("null syscall", first + 1), std::string::npos) << "each with the rows' names";
}

TEST(BenchmarkTable, DigitsAreThoseOfTheRoundedNumber) {
    PlainTable table;
    table.columns = {{"v", "v", 0, PlainTable::Style::significant}};
    for (const double v : {9.9996, 99.997, 999.96}) table.rows.push_back({v});
    const std::string text = to_text(to_report(table));
    for (const char* shown : {"10.00", "100.0", "1000"})
        EXPECT_NE(text.find(fmt::format("\n{}\n", shown)), std::string::npos) << shown << ":\n" << text;
}

TEST(BenchmarkTable, ARowIsChosenOnTheConsole) {
    const BenchmarkTable table = parse_table<BenchmarkTable>(definition, "b.toml");
    const std::vector<std::string> expected{"domain.0.bootargs+=run=ask", "console.input=\"run=null\\n\""};
    EXPECT_EQ(table.machines[1].systems[1].overrides_for(table.words_for(table.rows[0])), expected);
    const BenchmarkTable longer = parse_table<BenchmarkTable>("enough = 20_000\n" + std::string(definition), "b.toml");
    EXPECT_EQ(longer.words_for(longer.rows[0]), "run=null enough=20000") << "the interval is told to /init";
}

std::string refusal(const std::string& from, const std::string& to) {
    std::string text = definition;
    text.replace(text.find(from), from.size(), to);
    try {
        parse_table<BenchmarkTable>(text, "b.toml");
    } catch (const InputError& error) {
        return error.what();
    }
    return "accepted";
}

TEST(BenchmarkTable, WrongDefinitionsAreRefused) {
    EXPECT_NE(refusal("bootargs = \"machine.bootargs\"", "").find("bootargs"), std::string::npos)
        << "a key that is missing";
    EXPECT_NE(refusal("quantity = \"load\"", "quantity = \"weight\"").find("quantity"), std::string::npos);
    EXPECT_NE(refusal(R"(Simple syscall: (\S+))", "Simple syscall: (").find("regular expression"), std::string::npos);
    EXPECT_NE(refusal(R"(Simple syscall: (\S+))", R"(Simple syscall: \S+)").find("one group"), std::string::npos);
    EXPECT_NE(refusal("kind = \"benchmarks\"", "kind = \"minios\"").find("repetitions: expected this key"),
              std::string::npos)
        << "the kind says which keys there are";
}

}  // namespace
}  // namespace vtoll::core

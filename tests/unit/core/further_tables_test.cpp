// SPDX-License-Identifier: Apache-2.0
#include "core/report/further_tables.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "core/base/input_file.hpp"
#include "core/base/profile_path.hpp"
#include "core/report/table_kinds.hpp"

namespace vtoll::core {
namespace {

u64 ticks_of(const Sample& s) { return s.total.ticks; }

/// A run whose samples took these ticks.
RunRecord run_of(const std::vector<u64>& ticks) {
    RunRecord run;
    run.scenario = "example";
    run.cpus.emplace_back();
    for (const u64 t : ticks) {
        Sample s{{t / 2, t}, {0, 0}, 0, static_cast<u32>(t), 1, true};
        run.cpus[0].samples.push_back(s);
    }
    return run;
}

MiniosTable two_operations() {
    return parse_table<MiniosTable>(
        "name = \"l\"\nkind = \"minios\"\ntitle = \"T\"\npublished = \"p\"\ncitation = \"c\"\nnote = "
        "\"n\"\nrepetitions = 3\n"
        "native = \"a\"\npure = \"b\"\npara = \"c\"\nhosted = \"d\"\n[[row]]\nlabel = \"one\"\nn = 10\n[[row]]\nlabel "
        "= \"two\"\nn = 2\n",
        "l.toml");
}

const std::vector<u64> batches{150, 250, 160, 290, 150, 250, 10, 20, 10, 24, 10, 30};

TEST(FurtherTables, OneOperationIsTheDifferenceOfTheBatches) {
    const RunRecord run = run_of(batches);
    EXPECT_EQ(per_operation(run, two_operations(), 0, ticks_of), 10.0) << "median of 10, 13, 10";
    EXPECT_EQ(per_operation(run, two_operations(), 1, ticks_of), 7.0) << "median of 5, 7, 10";
    RunRecord fewer = run;
    fewer.cpus[0].samples.pop_back();
    EXPECT_THROW(per_operation(fewer, two_operations(), 0, ticks_of), InputError) << "a run cut short";
}

TEST(FurtherTables, OverheadIsWhatIsAddedToNative) {
    const PublishedTable published("benchmark,overhead_cycles,overhead_percent\none,180,60\ntwo,-445,-10\n", "p.csv");
    Runs runs;
    runs.books["a"] = run_of(batches);
    std::vector<u64> dearer = batches;
    for (std::size_t i = 1; i < dearer.size(); i += 2) dearer[i] += i < 6 ? 50 : 4;
    runs.books["c"] = run_of(dearer);
    runs.failures["b"] = "stopped";
    runs.books["d"] = run_of(dearer);
    const auto document = nlohmann::json::parse(to_json(minios_table(two_operations(), published, runs)));
    const auto& one = document["rows"][0];
    EXPECT_EQ(one["native_cycles"], 10) << "native";
    EXPECT_EQ(one["para_cycles"], 15) << "50 more in 10";
    EXPECT_EQ(one["para_overhead_cycles"], 5) << "added";
    EXPECT_EQ(one["para_overhead_percent"], 50) << "of native";
    EXPECT_EQ(one["hosted_overhead_cycles"], 5) << "of every system";
    EXPECT_EQ(one["pure_cycles"], "failed") << "a run that failed has no numbers";
    EXPECT_TRUE(one["pure_overhead_cycles"].is_null()) << "nor an overhead";
    EXPECT_EQ(document["rows"][1]["published_overhead_cycles"], -445) << "published, though below zero";
    EXPECT_EQ(document["failures"], nlohmann::json::parse("[\"b: stopped\"]")) << "said once, not for each row";
}

TEST(FurtherTables, WhatIsNotThereIsNotMeasured) {
    const SwitchTable table = parse_table<SwitchTable>(
        "name = \"s\"\nkind = \"switches\"\ntitle = \"T\"\npublished = \"p\"\ncitation = \"c\"\nnote = \"n\"\n"
        "[[row]]\nlabel = \"here\"\nscenario = \"x\"\n[[row]]\nlabel = \"nowhere\"\n"
        "[[row]]\nlabel = \"batched\"\nscenario = \"y\"\noperation = \"two\"\n",
        "s.toml");
    const PublishedTable published("s,path,mode_switches,address_context_switches\nhere,a-b,4,2\nnowhere,c,8,4\n",
                                   "p.csv");
    Runs runs;
    runs.books["x"] = run_of({4, 4, 6});
    runs.books["y"] = run_of(batches);
    const auto rows = nlohmann::json::parse(to_json(switch_table(table, published, two_operations(), runs)))["rows"];
    EXPECT_EQ(rows[0]["mode_switches"], 4) << "median";
    EXPECT_EQ(rows[0]["address_context_switches"], 1) << "the other count";
    EXPECT_EQ(rows[1]["mode_switches"], "not measured") << "no such system here";
    EXPECT_EQ(rows[1]["mode_switches_published"], 8) << "but published";
    EXPECT_EQ(rows[2]["mode_switches"], 7) << "per operation of the batches";
    EXPECT_TRUE(rows[2]["mode_switches_published"].is_null()) << "not a published row";
    EXPECT_EQ(table.scenarios(), (std::vector<std::string>{"x", "y"})) << "what is to be run";
}

TEST(FurtherTables, WorldSwitchesAreTheExitsToAnotherMachine) {
    const WorldSwitchTable table = parse_table<WorldSwitchTable>(
        "name = \"w\"\nkind = \"world-switches\"\ntitle = \"T\"\ncitation = \"c\"\nnote = \"n\"\n"
        "[[row]]\nlabel = \"two\"\nscenario = \"x\"\n[[row]]\nlabel = \"one\"\nscenario = \"y\"\n",
        "w.toml");
    const auto exit_of = [](u8 from, u8 to, u32 ticks, u64 count) {
        EpisodeRow row;
        row.kind.begin(World::hypervisor, from, false, 0);
        row.kind.cause = Cause::hyp_irq;
        row.kind.finished = true;
        row.kind.vm_after = to;
        row.kind.phases[0] = {.insns = ticks / 2, .ticks = ticks};
        row.count = count;
        return row;
    };
    Runs runs;
    runs.books["x"] = runs.books["y"] = run_of({});
    runs.books["x"].cpus[0].episodes = {exit_of(1, 2, 100, 3), exit_of(2, 1, 200, 1), exit_of(1, 1, 900, 7),
                                        exit_of(0, 1, 700, 1)};
    runs.books["y"].cpus[0].episodes = {exit_of(1, 1, 100, 3)};
    const auto document = nlohmann::json::parse(to_json(fill(table, runs)));
    const auto& two = document["rows"][0];
    EXPECT_EQ(two["switches"], 4) << "not the exits that went back, nor the machine's first entry: " << document.dump();
    EXPECT_EQ(two["min"], 100) << "there";
    EXPECT_EQ(two["max"], 200) << "and back";
    EXPECT_EQ(two["mean"], 125) << "by how many of each";
    EXPECT_EQ(document["rows"][1]["switches"], "failed") << "a run without one has nothing to tell";
    EXPECT_EQ(document["failures"], nlohmann::json::parse("[\"y: the run has no world switch\"]")) << "and says so";
}

TEST(FurtherTables, CodeIsWhatIsNeitherBlankNorComment) {
    EXPECT_EQ(code_lines("", false), 0u) << "empty";
    EXPECT_EQ(code_lines("int a;\n\n  // no\n\t\nint b;  // yes", false), 2u) << "last line without its end";
    EXPECT_EQ(code_lines("/* one\n two */ int a;\n/* three */\n/* four */ int b; /* five\n*/\n", false), 2u)
        << "block comments";
    EXPECT_EQ(code_lines("char *a = \"/*\";\nint b;\n// */\n", false), 2u) << "not in a string";
    EXPECT_EQ(code_lines("char a = '\"';\n// no\nchar b = '\\'';\n", false), 2u) << "nor in a character";
    EXPECT_EQ(code_lines("@ guest's\n  mov r0, r1 @ 'yes'\n#define A 1\n", true), 2u) << "assembly";
    EXPECT_EQ(code_lines("@ x\n", false), 1u) << "@ is a comment in assembly only";
}

TEST(FurtherTables, EveryShippedTableReads) {
    for (const std::string& name : shipped_tables()) {
        const Definition definition = load_definition(name);
        std::visit(
            [&](const auto& table) {
                EXPECT_EQ(table.name, name) << "called as its file";
                EXPECT_FALSE(table.title.empty()) << name;
            },
            definition);
        if (const auto* table = std::get_if<BenchmarkTable>(&definition)) {
            const PublishedTable published = load_published(table->published, table->row_columns);
            for (const BenchmarkRow& row : table->rows)
                EXPECT_NO_THROW(published.field(row.label, table->native)) << row.label;
        }
    }
    EXPECT_THROW(load_definition("nothing"), InputError) << "an unknown table";
    EXPECT_THROW(load_table<SizeTable>("devices"), InputError) << "a table of another kind";
}

TEST(FurtherTables, LmbenchFollowsTheProgram) {
    const MiniosTable table = load_table<MiniosTable>("lmbench-minios");
    const std::string ops = read_input(data_directory() / "workloads/minios/user/ops.def", "ops.def").bytes;
    const std::regex line("OP\\(\\w+, \"([^\"]+)\", (\\d+)\\)");
    std::vector<std::pair<std::string, u64>> program, rows;
    const std::string code = ops.substr(ops.find("\nOP("));
    for (std::sregex_iterator at(code.begin(), code.end(), line), end; at != end; ++at)
        program.emplace_back((*at)[1], std::stoull((*at)[2]));
    for (const MiniosTable::Row& row : table.rows) rows.emplace_back(row.label, row.n);
    EXPECT_EQ(rows, program) << "operations and batches, in the order of the samples";
    std::vector<std::string> labels;
    for (const auto& row : rows) labels.push_back(row.first);
    EXPECT_EQ(labels, load_published(table.published).rows()) << "all published rows";
}

TEST(FurtherTables, ErrorsSayWhatIsExpected) {
    const auto error = [](const std::string& text) -> std::string {
        try {
            parse_definition(text, "t.toml");
        } catch (const InputError& e) {
            return e.what();
        }
        return "no error";
    };
    const std::string head = "name = \"t\"\ntitle = \"T\"\ncitation = \"c\"\nnote = \"n\"\n";
    EXPECT_NE(
        error(head + "kind = \"guess\"\n").find("kind: expected one of \"comparison\", \"benchmarks\", \"devices\""),
        std::string::npos)
        << "an unknown kind";
    EXPECT_NE(error(head + "kind = \"devices\"\n").find("at least one [[row]]"), std::string::npos) << "no rows";
    EXPECT_NE(error(head + "kind = \"devices\"\n[[row]]\nlabel = \"x\"\n").find("registers"), std::string::npos)
        << "a key";
    EXPECT_NE(error(head + "kind = \"size\"\npublished = \"p\"\n[[row]]\nlabel = \"x\"\nfolders = \"f\"\nn = 1\n")
                  .find("unknown key"),
              std::string::npos)
        << "a key of another kind";
}

}  // namespace
}  // namespace vtoll::core

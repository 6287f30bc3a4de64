// SPDX-License-Identifier: Apache-2.0
#include "core/report/explanation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/report/screen/text.hpp"

namespace vtoll::core {
namespace {

nlohmann::json account(const char* world, const char* phase, const char* stall, double instructions, double cycles) {
    return {{"world", world},  {"cause", "none"}, {"phase", phase}, {"stall", stall}, {"instructions", instructions},
            {"cycles", cycles}};
}

/// 100 cycles natively, of them 10 of refill; under the microvisor 40 more of refill, 5 fewer else, 60 in two
/// crossings.
nlohmann::json native() {
    return {{"cycles", 100.0},
            {"accounts", {account("user", "", "issue", 50, 90), account("kernel", "", "data", 0, 10)}}};
}
nlohmann::json para() {
    return {{"cycles", 195.0},
            {"port", "p"},
            {"timing", "t"},
            {"clock_hz", 500'000'000},
            {"operations", 7},
            {"events", {{{"event", "system call"}, {"times", 2.0}, {"instructions", 30.0}, {"cycles", 60.0}}}},
            {"accounts",
             {account("user", "", "issue", 48, 85), account("kernel", "", "data", 0, 20),
              account("user", "", "walk-stage1", 0, 30), account("hypervisor", "save", "issue", 20, 25),
              account("hypervisor", "save", "fetch", 0, 15), account("hypervisor", "", "exception", 10, 20)}}};
}

std::map<std::string, std::map<std::string, double>> cycles_of(const PlainTable& table) {
    std::map<std::string, std::map<std::string, double>> out;
    for (const auto& row : table.rows)
        out[std::get<std::string>(row[0])][std::get<std::string>(row[1])] = std::get<double>(row[4]);
    return out;
}

TEST(Explanation, ATracesPartsAddUp) {
    auto parts = cycles_of(explanation_table({explain_trace("null", native(), para())}));
    auto& operation = parts["operation"];
    EXPECT_DOUBLE_EQ(operation["natively"], 100) << "the native replay";
    EXPECT_DOUBLE_EQ(operation["the guest refills"], 40) << "10 more of data, 30 of walks";
    EXPECT_DOUBLE_EQ(operation["the guest does otherwise"], -5) << "issue";
    EXPECT_DOUBLE_EQ(operation["crossings"], 60) << "the hypervisor's world";
    EXPECT_DOUBLE_EQ(operation["in no account"], 0) << "residue";
    EXPECT_DOUBLE_EQ(operation["together"], 195) << "the para replay";
    EXPECT_DOUBLE_EQ(parts["phase"]["save"], 40) << "both stalls of it";
    EXPECT_DOUBLE_EQ(parts["phase"]["(no phases)"], 20);
    EXPECT_DOUBLE_EQ(parts["crossing"]["system call"], 60);
    EXPECT_DOUBLE_EQ(parts["stall, crossings"]["fetch"], 15);
}

TEST(Explanation, WhatNoAccountHasIsSaid) {
    nlohmann::json holed = para();
    holed["cycles"] = 200.0;
    auto parts = cycles_of(explanation_table({explain_trace("null", native(), holed)}));
    EXPECT_DOUBLE_EQ(parts["operation"]["in no account"], 5);
    EXPECT_DOUBLE_EQ(parts["operation"]["together"], 200);
}

TEST(Explanation, CrossingsThatEventsDoNotCountAreSaid) {
    nlohmann::json more = para();
    more["accounts"].push_back(account("hypervisor", "", "issue", 4, 8));
    more["cycles"] = 203.0;
    auto parts = cycles_of(explanation_table({explain_trace("null", native(), more)}));
    EXPECT_DOUBLE_EQ(parts["crossing"]["(counted otherwise)"], 8) << "the crossings' sum is the operation's";
}

/// As para() in a placement in which the guest refills so much more than natively.
Explanation placed(u64 number, double refilled) {
    nlohmann::json there = para();
    there["accounts"][1]["cycles"] = 10 + refilled;
    there["accounts"][2]["cycles"] = 0;
    there["cycles"] = 165 + refilled - 10;
    Explanation e = explain_trace("null", native(), there);
    e.placement = number;
    return e;
}

TEST(Explanation, DifferencesThatPlacementsMakeAreMarked) {
    const std::vector<Explanation> placements{placed(0, 8), placed(1, -6), placed(2, 1)};
    const PlainTable table = explanation_table(placements);
    EXPECT_EQ(table.placements, (std::vector<u64>{0, 1, 2})) << "listed";
    const auto line = [&](const std::string& what) {
        return *std::find_if(table.rows.begin(), table.rows.end(), [&](const auto& r) { return r[1] == Cell(what); });
    };
    const auto refills = line("the guest refills"), otherwise = line("the guest does otherwise");
    EXPECT_EQ(refills[4], Cell(1.0)) << "the mean";
    EXPECT_EQ(refills[5], Cell(7.0)) << "8, -6 and 1 deviate by 7";
    EXPECT_EQ(refills[6], Cell(true)) << "1 is within it";
    EXPECT_EQ(otherwise[6], Cell(false)) << "-5 in all three";
    EXPECT_EQ(line("together")[6], Cell()) << "no difference";
    const std::string text = to_text(explanation_report(placements));
    EXPECT_NE(text.find("1.0~"), std::string::npos) << text;
    const std::string one = to_text(explanation_report({placed(0, 8)}));
    EXPECT_NE(one.find("One placement: noise unknown."), std::string::npos) << one;
}

/// Between DBG #1 and DBG #2 1000 ticks, in them four hypercalls of 100 and one interrupt of 50.
RunRecord executed() {
    RunRecord run;
    run.scenario = "s";
    run.clock_hz = 1'000'000'000;
    ProcessorRecord& cpu = run.cpus.emplace_back();
    cpu.markers = {{1, {100, 500}}, {2, {900, 1500}}};
    for (const auto& [cause, count, ticks] : {std::tuple{Cause::hypercall, 4u, 100u}, {Cause::hyp_irq, 1u, 50u}}) {
        EpisodeRow row;
        row.kind.cause = cause;
        row.kind.measured = true;
        row.kind.phases[phase_unnamed] = {10, ticks, 0, 5};
        row.kind.waits[0] = 20;
        row.count = count;
        cpu.episodes.push_back(row);
    }
    return run;
}

TEST(Explanation, AnExecutedRowHasAllBetweenItsMarkers) {
    Operation row;
    row.cause = Cause::hypercall;
    auto parts = cycles_of(explanation_table({explain("o", row, executed())}));
    EXPECT_DOUBLE_EQ(parts["operation"]["crossings"], 112.5) << "450 of four operations";
    EXPECT_DOUBLE_EQ(parts["operation"]["together"], 250) << "1000 of four operations";
    EXPECT_DOUBLE_EQ(parts["operation"]["the guest, with what it refills"], 137.5);
    EXPECT_DOUBLE_EQ(parts["crossing"]["hypercall 0"], 100);
    EXPECT_DOUBLE_EQ(parts["stall, crossings"]["dependency"], 25) << "20 of each of five";
    EXPECT_DOUBLE_EQ(parts["stall, crossings"]["exception"], 6.25);
    EXPECT_DOUBLE_EQ(parts["stall, crossings"]["issue"], 112.5 - 25 - 6.25) << "what the others leave";
    row.cause = Cause::world_switch;
    EXPECT_THROW(explain("o", row, executed()), InputError) << "nothing to explain";
}

TEST(Explanation, AnExitThatNobodySawTheEndOfIsNoOperation) {
    RunRecord run = executed();
    EpisodeRow cut = run.cpus[0].episodes.front();
    cut.kind.finished = false;
    cut.count = 1;
    run.cpus[0].episodes.push_back(cut);
    Operation row;
    row.cause = Cause::hypercall;
    const auto parts = cycles_of(explanation_table({explain("o", row, run)}));
    EXPECT_DOUBLE_EQ(parts.at("operation").at("together"), 250) << "1000 of four, as the tables have it";
    EXPECT_DOUBLE_EQ(parts.at("operation").at("crossings"), 137.5) << "its ticks are the hypervisor's all the same";
}

}  // namespace
}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/results_json.hpp"

#include <nlohmann/json.hpp>

#include "tests/unit/core/record_example.hpp"

namespace vtoll::core {
namespace {

using Json = nlohmann::json;

Json example() { return Json::parse(stats_json(example_run())); }

TEST(ResultsJson, EveryNumberHasUnitAndDescription) {
    const Json stats = example()["stats"];
    ASSERT_GT(stats.size(), 10u) << "statistics";
    for (const auto& [name, entry] : stats.items()) {
        EXPECT_TRUE(entry["value"].is_number()) << name;
        EXPECT_FALSE(entry["unit"].get<std::string>().empty()) << name;
        EXPECT_FALSE(entry["description"].get<std::string>().empty()) << name;
    }
}

TEST(ResultsJson, AccountsSumUpWithAZeroResidue) {
    const Json document = example();
    u64 insns = 0, ticks = 0;
    int residues = 0;
    for (const Json& a : document["accounts"]) {
        insns += a["instructions"].get<u64>();
        ticks += a["ticks"].get<u64>();
        if (a["world"] != "residue") continue;
        ++residues;
        EXPECT_EQ(a["instructions"], 0) << "residue";
        EXPECT_EQ(a["ticks"], 0) << "residue";
    }
    EXPECT_EQ(residues, 1) << "a residue row per processor";
    EXPECT_EQ(insns, document["stats"]["machine.instructions"]["value"].get<u64>()) << "accounts and machine";
    EXPECT_EQ(ticks, document["stats"]["machine.ticks"]["value"].get<u64>()) << "accounts and machine";
}

TEST(ResultsJson, ResidueShowsWhatIsMissing) {
    RunRecord run = example_run();
    run.cpus[0].machine.ticks += 5;
    const Json document = Json::parse(stats_json(run));
    EXPECT_EQ(document["stats"]["cpu0.residue.ticks"]["value"], 5) << "computed, not written down";
}

TEST(ResultsJson, EpisodesByCauseAndDetail) {
    const Json document = example();
    const Json* null_call = nullptr;
    for (const Json& e : document["episodes"])
        if (e["cause"] == "hypercall" && e["detail"] == 0) null_call = &e;
    ASSERT_NE(null_call, nullptr) << "hypercall 0";
    EXPECT_EQ((*null_call)["all"]["n"], 11) << "with warm-up";
    EXPECT_EQ((*null_call)["measured"]["n"], 10) << "between the markers";
    EXPECT_EQ((*null_call)["measured"]["instructions"]["min"], 34) << "8 + 20 + 6";
    EXPECT_EQ((*null_call)["measured"]["instructions"]["max"], 35) << "every other one has one more";
    EXPECT_EQ((*null_call)["all"]["instructions"]["max"], 113) << "the first one";
}

TEST(ResultsJson, SchemaAndModelAreNamed) {
    const Json document = example();
    EXPECT_EQ(document["schema"]["name"], "vtoll-stats") << "schema";
    EXPECT_EQ(document["schema"]["version"], stats_schema) << "version";
    EXPECT_EQ(document["timing"]["model"], "weights") << "model";
    EXPECT_EQ(document["samples"]["n"], 14) << "samples after warm-up";
    EXPECT_EQ(stats_json(example_run()), stats_json(example_run())) << "same run, same text";
}

}  // namespace
}  // namespace vtoll::core

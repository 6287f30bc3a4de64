// SPDX-License-Identifier: Apache-2.0
// The forms of a comparison that programs read.
#include <fmt/format.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "core/ledger/store/words.hpp"
#include "core/report/comparison.hpp"

namespace vtoll::core {

using Json = nlohmann::ordered_json;

namespace {

std::string field(std::optional<u64> value) { return value ? std::to_string(*value) : ""; }
Json json_of(std::optional<u64> value) { return value ? Json(*value) : Json(nullptr); }

Json json_of(const Distribution& d) {
    return {{"n", d.n}, {"min", d.min}, {"median", d.median}, {"mean", d.mean()}, {"p95", d.p95}, {"max", d.max}};
}

/// What was measured of one system, but for the numbers.
void add_breakdown(Json& out, const Measured& m) {
    Json phases = Json::array();
    for (const PhaseLine& p : m.phases)
        phases.push_back({{"phase", p.phase},
                          {"instructions", p.insns},
                          {"cycles", p.ticks},
                          {"device", p.device},
                          {"exception", p.exception}});
    out["phases_of"] = m.phases_are_mean ? "mean" : "median";
    out["phases"] = std::move(phases);
    Json stalls = Json::object(), free = Json::object();
    for (std::size_t i = 0; i < stall_count; ++i)
        if (static_cast<Stall>(i) != Stall::sleep) stalls[std::string(name_of(static_cast<Stall>(i)))] = m.stalls[i];
    for (const Stall stall : largest_stalls(m.stalls, 3)) free[std::string(name_of(stall))] = without(m.stalls, stall);
    out["stalls"] = std::move(stalls);
    out["cycles_if_free"] = std::move(free);
}

Json json_of(const Spread& spread) { return {{"n", spread.n}, {"mean", spread.mean}, {"deviation", spread.deviation}}; }

/// What the placements say, where there are several.
void add_placements(Json& out, const Measured& m) {
    if (m.ticks_elsewhere.empty()) return;
    out["placements"] = {{"instructions", json_of(m.insns_spread())}, {"cycles", json_of(m.ticks_spread())}};
}

Json measured_other(const ComparedRow& row) {
    const std::optional<Operation>& definition = row.definition.other;
    if (!definition) return nullptr;
    Json out{{"scenario", definition->scenario}, {"about", definition->about}};
    if (!row.other) {
        out["measured"] = nullptr;
        out["failure"] = row.other_failure;
        return out;
    }
    out["measured"] = {{"instructions", json_of(row.other->insns)}, {"cycles", json_of(row.other->ticks)}};
    add_placements(out, *row.other);
    add_breakdown(out, *row.other);
    return out;
}

Json json_of(const ComparedRow& row) {
    Json out{{"operation", row.definition.operation},
             {"scenario", row.definition.scenario},
             {"about", row.definition.about},
             {"published", {{"instructions", json_of(row.published_insns)}, {"cycles", json_of(row.published_cycles)}}},
             {"published_other", {{"cycles_low", json_of(row.other_low)}, {"cycles_high", json_of(row.other_high)}}}};
    out["other"] = measured_other(row);
    out["reference_cycles"] = json_of(row.reference_ticks);
    if (!row.measured) {
        out["measured"] = nullptr;
        out["failure"] = row.failure;
        return out;
    }
    out["measured"] = {{"instructions", json_of(row.measured->insns)}, {"cycles", json_of(row.measured->ticks)}};
    add_placements(out, *row.measured);
    if (!row.measured->ticks_elsewhere.empty())
        out["within_noise"] = {{"published", within_noise_of_published(row)}, {"other", within_noise_of_other(row)}};
    add_breakdown(out, *row.measured);
    return out;
}

}  // namespace

std::string to_csv(const Comparison& c) {
    const std::vector<std::string> quantities{"min", "median", "mean", "p95", "max"};
    std::vector<std::string> heads{"operation", "scenario", "timing", "n", "instructions_published"};
    for (const std::string& q : quantities) heads.push_back("instructions_" + q);
    heads.push_back("cycles_published");
    for (const std::string& q : quantities) heads.push_back("cycles_" + q);
    heads.insert(heads.end(),
                 {"other_cycles_low_published", "other_cycles_high_published", "other_scenario",
                  "other_instructions_median", "other_cycles_median", "reference_timing", "reference_cycles_median"});
    const auto each_stall = [](const std::function<void(Stall)>& action) {
        for (std::size_t i = 0; i < stall_count; ++i)
            if (static_cast<Stall>(i) != Stall::sleep) action(static_cast<Stall>(i));  // nobody sleeps in an episode
    };
    for (const char* whose : {"", "other_"})
        each_stall([&](Stall stall) { heads.push_back(fmt::format("{}stall_{}", whose, name_of(stall))); });
    const bool several = c.placements.size() > 1;
    if (several)
        for (const char* whose : {"", "other_"})
            for (const char* what :
                 {"placements", "cycles_mean_of_placements", "cycles_deviation", "cycles_within_noise"})
                heads.push_back(std::string(whose) + what);

    std::string out = csv_line(heads);
    for (const ComparedRow& row : c.rows) {
        std::vector<std::string> fields{row.definition.operation, row.definition.scenario, c.timing,
                                        row.measured ? std::to_string(row.measured->insns.n) : ""};
        const auto add = [&](std::optional<u64> published, const Distribution* d) {
            fields.push_back(field(published));
            if (!d) {
                fields.resize(fields.size() + quantities.size());
                return;
            }
            fields.insert(fields.end(), {std::to_string(d->min), std::to_string(d->median),
                                         fmt::format("{}", d->mean()), std::to_string(d->p95), std::to_string(d->max)});
        };
        add(row.published_insns, row.measured ? &row.measured->insns : nullptr);
        add(row.published_cycles, row.measured ? &row.measured->ticks : nullptr);
        fields.insert(
            fields.end(),
            {field(row.other_low), field(row.other_high), row.definition.other ? row.definition.other->scenario : "",
             row.other ? std::to_string(row.other->insns.median) : "",
             row.other ? std::to_string(row.other->ticks.median) : "", c.reference, field(row.reference_ticks)});
        for (const std::optional<Measured>* m : {&row.measured, &row.other})
            each_stall([&](Stall stall) {
                fields.push_back(*m ? fmt::format("{}", (*m)->stalls[static_cast<std::size_t>(stall)]) : "");
            });
        const auto add_spread = [&](const std::optional<Measured>& m, bool noise) {
            const Spread spread = m ? m->ticks_spread() : Spread{};
            fields.insert(fields.end(), {std::to_string(spread.n), fmt::format("{}", spread.mean),
                                         fmt::format("{}", spread.deviation), noise ? "true" : "false"});
        };
        if (several) {
            add_spread(row.measured, within_noise_of_published(row));
            add_spread(row.other, within_noise_of_other(row));
        }
        out += csv_line(fields);
    }
    return out;
}

std::string to_json(const Comparison& c) {
    Json rows = Json::array();
    for (const ComparedRow& row : c.rows) rows.push_back(json_of(row));
    const Json document{
        {"schema", {{"name", "vtoll-table"}, {"version", 1}}},
        {"table", c.definition.name},
        {"title", c.definition.title},
        {"hypervisor", c.hypervisor},
        {"other", c.other},
        {"reference", c.reference},
        {"timing", {{"model", c.timing}, {"title", c.timing_title}}},
        {"placements", c.placements},
        {"citation", c.definition.citation},
        {"note", c.definition.note},
        {"words", {{"stalls", stall_words()}}},
        {"rows", rows},
    };
    return document.dump(2) + "\n";
}

}  // namespace vtoll::core

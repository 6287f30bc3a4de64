// SPDX-License-Identifier: Apache-2.0
// The forms of a comparison that programs read.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/report/comparison.hpp"

namespace vtoll::core {

using Json = nlohmann::ordered_json;

namespace {

std::string field(std::optional<u64> value) { return value ? std::to_string(*value) : ""; }
Json json_of(std::optional<u64> value) { return value ? Json(*value) : Json(nullptr); }

Json json_of(const Distribution& d) {
    return {{"n", d.n}, {"min", d.min}, {"median", d.median}, {"mean", d.mean()}, {"p95", d.p95}, {"max", d.max}};
}

Json json_of(const ComparedRow& row) {
    Json out{{"operation", row.definition.operation},
             {"scenario", row.definition.scenario},
             {"about", row.definition.about},
             {"published", {{"instructions", json_of(row.published_insns)}, {"cycles", json_of(row.published_cycles)}}},
             {"published_other", {{"cycles_low", json_of(row.other_low)}, {"cycles_high", json_of(row.other_high)}}}};
    if (!row.measured) {
        out["measured"] = nullptr;
        out["failure"] = row.failure;
        return out;
    }
    out["measured"] = {{"instructions", json_of(row.measured->insns)}, {"cycles", json_of(row.measured->ticks)}};
    Json phases = Json::array();
    for (const PhaseLine& p : row.measured->phases)
        phases.push_back({{"phase", p.phase}, {"instructions", p.insns}, {"cycles", p.ticks}, {"device", p.device},
                          {"exception", p.exception}});
    out["phases_of"] = row.measured->phases_are_mean ? "mean" : "median";
    out["phases"] = std::move(phases);
    return out;
}

}  // namespace

std::string to_csv(const Comparison& c) {
    const std::vector<std::string> quantities{"min", "median", "mean", "p95", "max"};
    std::vector<std::string> heads{"operation", "scenario", "timing", "n", "instructions_published"};
    for (const std::string& q : quantities) heads.push_back("instructions_" + q);
    heads.push_back("cycles_published");
    for (const std::string& q : quantities) heads.push_back("cycles_" + q);
    heads.insert(heads.end(), {"other_cycles_low_published", "other_cycles_high_published"});

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
            fields.insert(fields.end(), {std::to_string(d->min), std::to_string(d->median), fmt::format("{}", d->mean()),
                                         std::to_string(d->p95), std::to_string(d->max)});
        };
        add(row.published_insns, row.measured ? &row.measured->insns : nullptr);
        add(row.published_cycles, row.measured ? &row.measured->ticks : nullptr);
        fields.insert(fields.end(), {field(row.other_low), field(row.other_high)});
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
        {"timing", {{"model", c.timing}, {"title", c.timing_title}}},
        {"citation", c.definition.citation},
        {"note", c.definition.note},
        {"rows", rows},
    };
    return document.dump(2) + "\n";
}

}  // namespace vtoll::core

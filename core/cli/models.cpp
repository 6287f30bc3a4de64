// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "core/cli/support/table_output.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/cli/verbs.hpp"
#include "core/timing/core_profile.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::cli {

namespace {

/// What the sources of a core profile amount to: how many numbers were found, recalled, derived, assumed, fitted.
std::string tally(const core::CoreProfile& profile) {
    constexpr std::pair<std::string_view, std::string_view> marks[] = {
        {"[F]", "found"}, {"[R]", "recalled"}, {"[D]", "derived"}, {"[A]", "assumed"}, {"fitted", "fitted"}};
    std::string out;
    for (const auto& [mark, word] : marks) {
        const auto n = std::count_if(profile.sources.begin(), profile.sources.end(),
                                     [&](const auto& source) { return source.second.starts_with(mark); });
        if (n) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", n, word);
    }
    return out;
}

/// Loading is the check: it throws on the first thing that is missing, unknown or out of range.
void check(const std::string& model) {
    const core::Pricing pricing = core::pricing_for(model);
    if (pricing.core)
        fmt::print("{}: every cost class, event and parameter has a value and a source ({} sources: {})\n",
                   pricing.name, pricing.core->sources.size(), tally(*pricing.core));
    else if (!pricing.functional) fmt::print("{}: every cost class and event has a price and a source\n", pricing.name);
}

}  // namespace

void add_models(CLI::App& app, int& status) {
    auto name = std::make_shared<std::string>();
    CLI::App* verb =
        app.add_subcommand("models", "The timing models: prices of instructions, with the source of each number");
    verb->footer(
        "Examples:\n  vtoll models list\n  vtoll models show cortex-a15\n  vtoll models check\n"
        "  vtoll models check my-prices.toml");
    verb->require_subcommand(1);

    verb->add_subcommand("list", "Names of the shipped models")->callback([&status] {
        std::vector<std::vector<std::string>> lines;
        for (const auto& model : core::shipped_profiles()) lines.push_back({model, core::pricing_for(model).title});
        put_list(std::move(lines));
        status = exit_ok;
    });

    CLI::App* show = verb->add_subcommand("show", "A model's drawing, description, numbers and their sources");
    show->add_option("model", *name, "Name of a shipped model, or a file (.toml)")->required();
    show->callback([name, &status] {
        fmt::print("{}", fitted(core::describe(core::pricing_for(*name)), stdout));
        status = exit_ok;
    });

    CLI::App* checked = verb->add_subcommand(
        "check", "Check that models are complete: every class priced, every number with its source");
    checked->add_option("model", *name, "Name of a shipped model, or a file (.toml); all shipped ones when absent");
    checked->callback([name, &status] {
        if (!name->empty()) check(*name);
        else
            for (const std::string& model : core::shipped_profiles()) check(model);
        status = exit_ok;
    });
}

}  // namespace vtoll::cli

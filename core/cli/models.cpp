// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "core/cli/verbs.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::cli {

void add_models(CLI::App& app, int& status) {
    auto name = std::make_shared<std::string>();
    CLI::App* verb = app.add_subcommand("models", "The timing models: what an instruction costs, and where the number comes from");
    verb->footer("Examples:\n  vtoll models list\n  vtoll models show weights\n  vtoll models check my-prices.toml");
    verb->require_subcommand(1);

    verb->add_subcommand("list", "Names of the shipped models")->callback([&status] {
        for (const auto& model : core::shipped_profiles()) fmt::print("{:<20}{}\n", model, core::pricing_for(model).title);
        status = exit_ok;
    });

    CLI::App* show = verb->add_subcommand("show", "A model's description, prices and sources");
    show->add_option("model", *name, "Name of a shipped model, or a price table (.toml)")->required();
    show->callback([name, &status] {
        fmt::print("{}", core::describe(core::pricing_for(*name)));
        status = exit_ok;
    });

    CLI::App* check = verb->add_subcommand("check", "Check that a price table is complete and well-formed");
    check->add_option("file", *name, "Price table (.toml)")->required();
    check->callback([name, &status] {
        const core::Pricing pricing = core::pricing_for(*name);
        fmt::print("{}: every cost class and event has a price and a source\n", pricing.name);
        status = exit_ok;
    });
}

}  // namespace vtoll::cli

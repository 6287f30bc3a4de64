// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "core/cli/support/find.hpp"
#include "core/cli/support/table_output.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/cli/verbs.hpp"

namespace vtoll::cli {

namespace {

void print_names() {
    std::vector<std::vector<std::string>> lines;
    for (const std::string& name : shipped_scenarios())
        lines.push_back({name, find_scenario(name, {}).scenario.description});
    put_list(std::move(lines));
}

void print_keys() {
    std::string text;
    for (const core::KeyFacts& key : core::scenario_keys())
        text += fmt::format("{}\n    {}\n    {}; without it: {}\n", key.path, key.meaning, key.values, key.standard);
    fmt::print("{}", fitted(text, stdout));
}

void print_keys_as_json() {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const core::KeyFacts& key : core::scenario_keys())
        list.push_back({{"table", key.table},
                        {"name", key.name},
                        {"path", key.path},
                        {"meaning", key.meaning},
                        {"values", key.values},
                        {"default", key.standard}});
    fmt::print("{}\n", list.dump(1));
}

}  // namespace

void add_scenarios(CLI::App& app, int&) {
    struct Options {
        bool keys = false, json = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("scenarios", "Shipped scenarios, with a description of each");
    verb->footer("Examples:\n  vtoll scenarios\n  vtoll scenarios --keys");
    CLI::Option* keys =
        verb->add_flag("--keys", options->keys, "The keys of scenario files, in place of the scenarios");
    verb->add_flag("--json", options->json, "As JSON")->needs(keys);
    verb->callback([options] {
        if (!options->keys) print_names();
        else if (options->json) print_keys_as_json();
        else print_keys();
    });
}

}  // namespace vtoll::cli

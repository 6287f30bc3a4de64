// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "core/cli/find.hpp"
#include "core/cli/verbs.hpp"

namespace vtoll::cli {

void add_scenarios(CLI::App& app, int&) {
    CLI::App* verb = app.add_subcommand("scenarios", "Shipped scenarios, and what they do");
    verb->footer("Example:\n  vtoll scenarios");
    verb->callback([] {
        const std::vector<std::string> names = shipped_scenarios();
        std::size_t width = 0;
        for (const std::string& name : names) width = std::max(width, name.size());
        for (const std::string& name : names)
            fmt::print("{:{}}  {}\n", name, width, find_scenario(name, {}).scenario.description);
    });
}

}  // namespace vtoll::cli

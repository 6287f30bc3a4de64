// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "core/base/profile_path.hpp"
#include "core/cli/verbs.hpp"
#include "core/scenario/manifest.hpp"

namespace vtoll::cli {

void add_version(CLI::App& app, int& status) {
    CLI::App* verb = app.add_subcommand("version", "Print the version and the commit it was built from");
    verb->footer("Example: vtoll version");
    auto data = std::make_shared<bool>(false);
    verb->add_flag("--data", *data, "Print the folder of the shipped scenarios, tables and profiles instead");
    auto number = std::make_shared<bool>(false);
    verb->add_flag("--number", *number, "Print the version's number alone")->excludes("--data");
    verb->callback([&status, data, number] {
        if (*number) fmt::print("{}\n", core::tool_version());
        else if (*data) fmt::print("{}\n", core::data_directory().string());
        else fmt::print("vtoll {} ({})\n", core::tool_version(), core::tool_commit());
        status = exit_ok;
    });
}

}  // namespace vtoll::cli

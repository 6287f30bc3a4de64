// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "core/cli/verbs.hpp"
#include "core/scenario/run_directory.hpp"

namespace vtoll::cli {

void add_version(CLI::App& app, int& status) {
    CLI::App* verb = app.add_subcommand("version", "Print the version and the commit it was built from");
    verb->footer("Example: vtoll version");
    verb->callback([&status] {
        fmt::print("vtoll {} ({})\n", core::tool_version(), core::tool_commit());
        status = exit_ok;
    });
}

}  // namespace vtoll::cli

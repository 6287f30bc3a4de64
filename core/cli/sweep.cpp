// SPDX-License-Identifier: Apache-2.0
// `vtoll sweep` is python/vtoll/__main__.py; its words, --help among them, are passed on.
#include <CLI/CLI.hpp>

#include "core/cli/python.hpp"
#include "core/cli/verbs.hpp"

namespace vtoll::cli {

void add_sweep(CLI::App& app, int&) {
    CLI::App* verb = app.add_subcommand("sweep", "Run a scenario at every combination of parameters");
    verb->set_help_flag();
    verb->prefix_command();
    verb->callback([verb] { become_python("sweep", verb->remaining()); });
}

}  // namespace vtoll::cli

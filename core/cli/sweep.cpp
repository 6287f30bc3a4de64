// SPDX-License-Identifier: Apache-2.0
// `vtoll sweep` is in python/vtoll/__main__.py.
#include "core/cli/support/python.hpp"
#include "core/cli/verbs.hpp"

namespace vtoll::cli {

void add_sweep(CLI::App& app, int&) {
    add_python_verb(app, "sweep", "Run a scenario at every combination of parameters");
}

}  // namespace vtoll::cli

// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/python.hpp"
#include "core/cli/verbs.hpp"

namespace vtoll::cli {

void add_whatif(CLI::App& app, int&) {
    add_python_verb(app, "whatif", "What each hardware feature buys, by doing without it");
}

}  // namespace vtoll::cli

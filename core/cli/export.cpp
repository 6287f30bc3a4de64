// SPDX-License-Identifier: Apache-2.0
// `vtoll export` is in python/vtoll/__main__.py.
#include "core/cli/support/python.hpp"
#include "core/cli/verbs.hpp"

namespace vtoll::cli {

void add_export(CLI::App& app, int&) {
    add_python_verb(app, "export", "A finished run for other tools: flame graphs, Perfetto");
}

}  // namespace vtoll::cli

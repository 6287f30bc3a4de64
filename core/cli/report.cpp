// SPDX-License-Identifier: Apache-2.0
// `vtoll report` is in python/vtoll/__main__.py.
#include "core/cli/support/python.hpp"
#include "core/cli/verbs.hpp"

namespace vtoll::cli {

void add_report(CLI::App& app, int&) {
    add_python_verb(app, "report", "One page about finished runs: tables, pictures, where it all comes from");
}

}  // namespace vtoll::cli

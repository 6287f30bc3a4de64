// SPDX-License-Identifier: Apache-2.0
// `vtoll trace import`: a guest trace of a log that something else wrote.
#pragma once

#include "core/cli/verbs.hpp"

namespace vtoll::cli {

void add_trace_import(CLI::App& trace, int& status);

}  // namespace vtoll::cli

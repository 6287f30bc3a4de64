// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace vtoll::cli {

/// Exit codes, the same for every verb.
enum Exit : int {
    exit_ok = 0,
    exit_guest_failed = 1,
    exit_usage = 2,
    exit_invalid_input = 3,
    exit_limit = 4,
    exit_disagreement = 5,
    exit_interrupted = 130,
};

#define VERB(name) void add_##name(CLI::App& app, int& status);
#include "core/cli/verbs.inc"
#undef VERB

}  // namespace vtoll::cli

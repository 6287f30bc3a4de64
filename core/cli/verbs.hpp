// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "core/cli/support/exit_codes.hpp"

namespace vtoll::cli {

#define VERB(name) void add_##name(CLI::App& app, int& status);
#include "core/cli/verbs.inc"
#undef VERB

}  // namespace vtoll::cli

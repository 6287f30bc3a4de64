// SPDX-License-Identifier: Apache-2.0
// Verbs that are written in Python or have a program of their own.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace vtoll::cli {

/// Becomes `program` with `words`. Throws InputError when it can't be started.
[[noreturn]] void become(const std::string& program, const std::vector<std::string>& words);

/// A verb of the package `vtoll` (python/vtoll/__main__.py): its words, --help among them, are passed on.
void add_python_verb(CLI::App& app, const std::string& name, const std::string& about);

}  // namespace vtoll::cli

// SPDX-License-Identifier: Apache-2.0
// What is written in Python, and verbs that have a program of their own.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace vtoll::cli {

/// Becomes `program` with `words`. Throws InputError when it can't be started.
[[noreturn]] void become(const std::string& program, const std::vector<std::string>& words);

/// Becomes the function of this name of python/vtoll/verbs.py when the verb is chosen. The verb's options are declared
/// to CLI11 as those of every verb are, whence its --help, manual page and completion; what was given arrives there by
/// their long names. `options` is what the verb's options fill, and lives as long as the verb. `before` is called
/// first.
void run_in_python(CLI::App& verb, std::shared_ptr<void> options, std::function<void()> before = {});
/// The same, of a verb whose options have been read.
[[noreturn]] void go_on_in_python(const CLI::App& verb);

/// What the function of python/vtoll/verbs.py makes of `options` and `input` on its standard output. Throws InputError
/// when it fails, which it has explained on standard error.
std::string python_output(const std::string& function, const nlohmann::json& options, const std::string& input);

}  // namespace vtoll::cli

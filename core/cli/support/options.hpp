// SPDX-License-Identifier: Apache-2.0
// Options that several verbs have, those written in Python among them: declared once, so that they are called and
// explained alike.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::cli {

CLI::Option* add_jobs(CLI::App& verb, unsigned& jobs);
CLI::Option* add_quiet(CLI::App& verb, bool& quiet);
CLI::Option* add_keep(CLI::App& verb, std::string& folder);
/// The timing model of verbs that compare, when none is asked for.
inline constexpr const char* usual_model = "cortex-a15";
/// `about`: whose model it is. The shell completes the names of the shipped ones.
CLI::Option* add_timing(CLI::App& verb, std::string& timing, const std::string& about);
/// A number of instructions: 500000, 500k, 10M, 1e6.
CLI::Option* add_count(CLI::App& verb, const std::string& name, u64& count, const std::string& about);
CLI::Option* add_output(CLI::App& verb, std::string& file, const std::string& about = "Write to this file");
CLI::Option* add_verbose(CLI::App& verb, bool& verbose, const std::string& about);

/// Outputs by their options, "" where there is none. Throws InputError when two are one file.
void expect_apart(const std::vector<std::pair<std::string, std::string>>& outputs);

/// Where what a verb says of its work goes: standard error where one of its outputs is standard output.
std::FILE* report_stream(const std::vector<std::string>& outputs);

}  // namespace vtoll::cli

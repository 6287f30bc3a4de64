// SPDX-License-Identifier: Apache-2.0
// Options that several verbs have, those written in Python among them: declared once, so that they are called and
// explained alike.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace vtoll::cli {

CLI::Option* add_jobs(CLI::App& verb, unsigned& jobs);
CLI::Option* add_quiet(CLI::App& verb, bool& quiet);
CLI::Option* add_keep(CLI::App& verb, std::string& folder);
/// The timing model of verbs that compare, when none is asked for.
inline constexpr const char* usual_model = "cortex-a15";
/// `about`: whose model it is. The shell completes the names of the shipped ones.
CLI::Option* add_timing(CLI::App& verb, std::string& timing, const std::string& about);
CLI::Option* add_output(CLI::App& verb, std::string& file, const std::string& about = "Write to this file");
CLI::Option* add_verbose(CLI::App& verb, bool& verbose, const std::string& about);

}  // namespace vtoll::cli

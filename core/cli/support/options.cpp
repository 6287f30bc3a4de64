// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/options.hpp"

namespace vtoll::cli {

CLI::Option* add_jobs(CLI::App& verb, unsigned& jobs) {
    return verb.add_option("-j,--jobs", jobs, "Runs at a time (default: one per host processor)");
}

CLI::Option* add_quiet(CLI::App& verb, bool& quiet) {
    return verb.add_flag("-q,--quiet", quiet, "No progress on standard error");
}

CLI::Option* add_keep(CLI::App& verb, std::string& folder) {
    return verb.add_option("--keep", folder,
                           "Keep the run directories in this folder, in place of a temporary one or the cache");
}

CLI::Option* add_timing(CLI::App& verb, std::string& timing, const std::string& about) {
    return verb.add_option("--timing", timing, about);
}

CLI::Option* add_verbose(CLI::App& verb, bool& verbose, const std::string& about) {
    return verb.add_flag("-v,--verbose", verbose, about);
}

CLI::Option* add_output(CLI::App& verb, std::string& file, const std::string& about) {
    return verb.add_option("-o,--output", file, about);
}

}  // namespace vtoll::cli

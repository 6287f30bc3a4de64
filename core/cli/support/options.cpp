// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "core/base/number_text.hpp"
#include "core/base/output_file.hpp"

namespace vtoll::cli {

CLI::Option* add_jobs(CLI::App& verb, unsigned& jobs) {
    return verb.add_option("-j,--jobs", jobs, "Runs at a time (default: one per host processor)")
        ->check(CLI::PositiveNumber);
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

CLI::Option* add_count(CLI::App& verb, const std::string& name, u64& count, const std::string& about) {
    const auto in_digits = [](std::string& text) {
        const auto number = core::count_in(text);
        if (!number) return fmt::format("{}: expected {}", text, core::what_a_count_is);
        text = fmt::format("{}", *number);
        return std::string();
    };
    return verb.add_option(name, count, about)->transform(CLI::Validator(in_digits, "COUNT"))->option_text("COUNT");
}

void expect_apart(const std::vector<std::pair<std::string, std::string>>& outputs) {
    std::error_code ignored;
    const auto place = [&](const std::string& file) {
        if (file == core::standard_output) return std::filesystem::path(file);
        return std::filesystem::weakly_canonical(std::filesystem::absolute(file, ignored), ignored);
    };
    for (auto one = outputs.begin(); one != outputs.end(); ++one)
        for (auto other = outputs.begin(); other != one; ++other)
            if (!one->second.empty() && !other->second.empty() && place(one->second) == place(other->second))
                throw InputError(fmt::format("{} {}: is what {} writes as well; expected another name", one->first,
                                             one->second, other->first));
}

std::FILE* report_stream(const std::vector<std::string>& outputs) {
    return std::find(outputs.begin(), outputs.end(), core::standard_output) == outputs.end() ? stdout : stderr;
}

CLI::Option* add_output(CLI::App& verb, std::string& file, const std::string& about) {
    return verb.add_option("-o,--output", file, about);
}

}  // namespace vtoll::cli

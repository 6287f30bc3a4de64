// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/cache.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "core/base/profile_path.hpp"
#include "core/base/sha256.hpp"
#include "core/scenario/simulation.hpp"
#include "core/scenario/stock_image.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::cli {

namespace fs = std::filesystem;

fs::path cache_folder(const std::string& name) {
    fs::path folder;
    if (const char* given = std::getenv("VTOLL_CACHE"); given && *given) folder = given;
    else if (const char* home = std::getenv("HOME"); home && *home) folder = fs::path(home) / ".cache/vtoll";
    else throw InputError(name + " can't be kept: expected a folder in VTOLL_CACHE, or HOME to be set");
    folder /= name;
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw InputError(folder.string() + ": can't be made: " + error.message());
    return folder;
}

std::string program_identity() {
    const std::string commit = core::tool_commit();
    const bool exact = commit != "unknown" && !commit.ends_with("-dirty");
    return fmt::format("{} {} {}", core::tool_version(), commit,
                       exact ? "" : core::read_input(core::program_file(), "the program").sha256);
}

std::string RunKeys::digest(const FoundScenario& found, const std::string& file) {
    if (file.empty()) return {};
    if (!core::is_stock_image(file)) return core::read_named(found.search, file, found.scenario.name).sha256;
    std::string& known = stock_[file];
    if (known.empty()) known = core::read_stock_image(file, found.scenario.name).sha256;
    return known;
}

std::string RunKeys::of(const FoundScenario& found) {
    core::Scenario scenario = found.scenario;
    core::settle(scenario);
    std::string text = fmt::format("program {}\n", program_identity());
    text += core::to_toml(scenario);
    text += core::describe(core::pricing_for(scenario.timing));
    std::vector<std::string> files = core::files_in_memory(scenario);
    if (const auto shipped = core::shipped_calls_file(scenario.worlds.calls)) text += shipped->sha256 + "\n";
    else files.push_back(scenario.worlds.calls);
    for (const core::ImageSpec& image : scenario.images) files.push_back(image.phases);
    for (const core::SymbolsSpec& symbols : scenario.symbols) files.insert(files.end(), {symbols.file, symbols.phases});
    files.insert(files.end(), {scenario.console.input_file, scenario.boot.console.input_file});
    for (const std::string& file : files) text += digest(found, file) + "\n";
    return core::sha256(text);
}

FileLock::FileLock(const fs::path& path) : file_(open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666)) {
    if (file_ < 0 || flock(file_, LOCK_EX) != 0)
        throw InputError(fmt::format("{}: can't be locked: {}", path.string(), std::strerror(errno)));
}

FileLock::~FileLock() { close(file_); }

}  // namespace vtoll::cli

// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/find.hpp"

#include <algorithm>
#include <system_error>

#include "core/base/nearest.hpp"
#include "core/base/profile_path.hpp"
#include "core/ledger/store/episodes_sqlite.hpp"
#include "core/scenario/run_facts.hpp"
#include "isa/types.hpp"

namespace vtoll::cli {

namespace fs = std::filesystem;

namespace {

fs::path scenario_folder() { return core::data_directory() / "workloads/scenarios"; }

fs::path shipped(const std::string& name) { return scenario_folder() / (name + ".toml"); }

/// The file of a scenario named in another that lies in `folder`: a file there, or a shipped scenario.
fs::path base_file(const std::string& base, const fs::path& folder, const std::string& asked_by) {
    std::error_code ignored;
    const fs::path given(base);
    if (given.extension() == ".toml") {
        if (fs::exists(folder / given, ignored)) return folder / given;
    } else if (given.filename() == given && fs::exists(shipped(base), ignored)) {
        return shipped(base);
    }
    throw InputError(asked_by + ": boot.scenario: no '" + base +
                     "'; expected a .toml file beside this one, or the name of a shipped scenario" +
                     core::did_you_mean(base, shipped_scenarios()));
}

FoundScenario from_file(const fs::path& path, const std::string& name, const std::vector<std::string>& overrides) {
    FoundScenario found;
    found.file = core::read_input(path, name);
    found.search.add(path.parent_path());
    std::optional<core::InputFile> base;
    if (const std::string base_name = core::base_of_scenario(found.file->bytes, name); !base_name.empty()) {
        const fs::path base_path = base_file(base_name, path.parent_path(), name);
        base = core::read_input(base_path, base_name);
        found.search.add(base_path.parent_path());
    }
    found.scenario = core::parse_scenario(found.file->bytes, name, overrides, base ? &*base : nullptr);
    return found;
}

void add_common_folders(core::SearchPath& search) {
    search.add("");
    search.add(program_folder());
    search.add(core::data_directory());
}

}  // namespace

fs::path program_folder() { return core::program_file().parent_path(); }

fs::path run_folder() { return "runs"; }

std::vector<std::string> runs_here() {
    std::vector<std::string> names;
    std::error_code ignored;
    for (fs::directory_iterator entry(run_folder(), ignored), end; !ignored && entry != end; entry.increment(ignored))
        if (core::is_run_directory(entry->path())) names.push_back(entry->path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

namespace {

/// "" when there is none.
fs::path folder_of_run(const std::string& word) {
    std::error_code ignored;
    for (const fs::path& folder : {fs::path(word), run_folder() / word})
        if (fs::exists(books_of(folder), ignored)) return folder;
    return {};
}

}  // namespace

bool is_run(const std::string& word) { return !folder_of_run(word).empty(); }

fs::path find_run(const std::string& word) {
    if (const fs::path folder = folder_of_run(word); !folder.empty()) return folder;
    throw InputError(word + ": no run, here or in runs/" + core::did_you_mean(word, runs_here()) +
                     "; expected a folder with episodes.sqlite, as vtoll run leaves it");
}

core::RunRecord read_books(const std::string& word) { return core::read_episodes(books_of(find_run(word))); }

core::RunRecord read_sound_books(const fs::path& run) {
    core::RunRecord books = core::read_episodes(books_of(run));
    if (!core::conserved(books)) throw InputError("the books of the run don't add up");
    return books;
}

std::vector<std::string> shipped_scenarios() {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(scenario_folder(), ignored))
        if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

FoundScenario find_scenario(const std::string& what, const std::vector<std::string>& overrides) {
    FoundScenario found;
    std::error_code ignored;
    const fs::path given(what);
    const bool is_shipped = given.filename() == given && fs::exists(shipped(what), ignored);
    if (given.extension() == ".toml") {
        found = from_file(given, what, overrides);
    } else if (is_shipped && (!fs::exists(given, ignored) || fs::is_directory(given, ignored))) {
        found = from_file(shipped(what), what + ".toml", overrides);  // a folder may be what a run left: -o NAME
    } else if (fs::exists(given, ignored)) {
        found = {core::scenario_for_image(what, overrides), {}, {}};
    } else {
        std::string names;
        for (const auto& name : shipped_scenarios()) names += (names.empty() ? "" : ", ") + name;
        throw InputError(what + ": no such file, and no shipped scenario of that name" +
                         core::did_you_mean(what, shipped_scenarios()) +
                         "; expected an image, a .toml file, "
                         "or one of: " +
                         (names.empty() ? "(none found)" : names));
    }
    add_common_folders(found.search);
    return found;
}

FoundScenario find_boot(const core::DirectBoot& boot, const std::vector<std::string>& overrides) {
    FoundScenario found{core::scenario_for_boot(boot, overrides), {}, {}};
    add_common_folders(found.search);
    return found;
}

core::SearchPath search_path_of(const std::string& asked) {
    core::SearchPath search;
    if (const fs::path given(asked); given.extension() == ".toml") search.add(given.parent_path());
    search.add(scenario_folder());
    add_common_folders(search);
    return search;
}

FoundScenario scenario_of(const core::CheckpointFile& checkpoint, const std::vector<std::string>& overrides) {
    return {core::parse_scenario(checkpoint.head().scenario, checkpoint.name(), overrides),
            search_path_of(checkpoint.head().asked),
            {}};
}

}  // namespace vtoll::cli

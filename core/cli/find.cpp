// SPDX-License-Identifier: Apache-2.0
#include "core/cli/find.hpp"

#include <algorithm>
#include <system_error>

#include "core/timing/profile_path.hpp"
#include "isa/types.hpp"

namespace vtoll::cli {

namespace fs = std::filesystem;

namespace {

fs::path scenario_folder() { return core::data_directory() / "workloads/scenarios"; }

FoundScenario from_file(const fs::path& path, const std::string& name, const std::vector<std::string>& overrides) {
    core::InputFile file = core::read_input(path, name);
    FoundScenario found{core::parse_scenario(file.bytes, name, overrides), {}, std::move(file)};
    found.search.add(path.parent_path());
    return found;
}

}  // namespace

fs::path program_folder() {
    std::error_code ignored;
    return fs::read_symlink("/proc/self/exe", ignored).parent_path();
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
    const fs::path shipped = scenario_folder() / (what + ".toml");
    if (given.extension() == ".toml") {
        found = from_file(given, what, overrides);
    } else if (fs::exists(given, ignored)) {
        found = {core::scenario_for_image(what, overrides), {}, {}};
    } else if (given.filename() == given && fs::exists(shipped, ignored)) {
        found = from_file(shipped, what + ".toml", overrides);
    } else {
        std::string names;
        for (const auto& name : shipped_scenarios()) names += (names.empty() ? "" : ", ") + name;
        throw InputError(what + ": no such file, and no shipped scenario of that name; expected an image, a .toml file, "
                         "or one of: " + (names.empty() ? "(none found)" : names));
    }
    found.search.add("");
    found.search.add(program_folder());
    found.search.add(core::data_directory());
    return found;
}

}  // namespace vtoll::cli

// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/run_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <system_error>

#include "core/base/input_file.hpp"

namespace vtoll::core {

namespace fs = std::filesystem;

namespace {

constexpr std::array documents{"config.toml", "manifest.json",   "machine.dtb",     "console.log",
                               "stats.json",  "episodes.sqlite", "recording.sqlite"};
constexpr std::array made_of_them{"stacks.folded", "trace.pftrace"};  ///< by vtoll export, which makes them again

template <class Names>
bool is_among(const Names& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Also virtio3.log, virtio3.img.
bool is_document(const std::string& name) {
    return is_among(documents, name) ||
           (name.starts_with("virtio") && (name.ends_with(".log") || name.ends_with(".img")));
}

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        names.push_back(entry->path().filename().string());
    if (error) throw InputError(folder.string() + ": can't be read: " + error.message());
    std::sort(names.begin(), names.end());
    return names;
}

nlohmann::json parsed(const fs::path& folder, const char* name, std::string* text = nullptr) {
    const std::string said = (folder / name).string();
    InputFile file = read_input(folder / name, said);
    nlohmann::json json = nlohmann::json::parse(file.bytes, nullptr, false);
    if (json.is_discarded()) throw InputError(said + ": is damaged; expected JSON, as vtoll run leaves it");
    if (text) *text = std::move(file.bytes);
    return json;
}

}  // namespace

bool is_run_directory(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::is_regular_file(folder / "manifest.json", ignored)) return false;
    try {
        return parsed(folder, "manifest.json").at("tool").at("name") == "vtoll";
    } catch (const nlohmann::json::exception&) {
        return false;
    } catch (const InputError&) {
        return false;
    }
}

bool is_run_document(const fs::path& file) {
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    return is_document(file.filename().string()) && is_run_directory(folder);
}

std::vector<std::string> files_of_others(const fs::path& folder) {
    std::vector<std::string> names = names_in(folder);
    std::erase_if(names, [](const std::string& name) { return is_document(name) || is_among(made_of_them, name); });
    return names;
}

RunFacts read_run_facts(const fs::path& folder) {
    RunFacts facts;
    try {
        const nlohmann::json stats = parsed(folder, "stats.json", &facts.stats);
        facts.scenario = stats.at("scenario");
        facts.timing = stats.at("timing").at("model");
        facts.outcome = stats.at("outcome").at("kind");
        facts.instructions = stats.at("stats").at("machine.instructions").at("value");
        facts.ticks = stats.at("stats").at("machine.ticks").at("value");
        const nlohmann::json manifest = parsed(folder, "manifest.json");
        for (const nlohmann::json& input : manifest.at("inputs")) facts.inputs[input.at("name")] = input.at("sha256");
    } catch (const nlohmann::json::exception&) {
        throw InputError(folder.string() + ": is damaged; expected a run directory, as vtoll run leaves it");
    }
    facts.config = read_input(folder / "config.toml", (folder / "config.toml").string()).bytes;
    facts.others = files_of_others(folder);
    for (const std::string& name : names_in(folder))
        if (is_document(name)) facts.documents.push_back(name);
    return facts;
}

std::string lost_by(const RunFacts& earlier, const RunFacts& now) {
    const auto changed = [](const char* what, const std::string& was, const std::string& is) {
        return fmt::format("{} {}, now {}", what, was, is);
    };
    if (!earlier.others.empty())
        return fmt::format("it has files that no run leaves: {}", fmt::join(earlier.others, ", "));
    if (earlier.scenario != now.scenario) return changed("scenario", earlier.scenario, now.scenario);
    if (earlier.timing != now.timing) return changed("timing", earlier.timing, now.timing);
    for (const auto& [name, sha256] : earlier.inputs) {
        const auto same = now.inputs.find(name);
        if (same == now.inputs.end()) return "it was of " + name;
        if (same->second != sha256) return "it was of another " + name;
    }
    if (earlier.outcome != now.outcome) return changed("outcome", earlier.outcome, now.outcome);
    if (earlier.config != now.config) return "other keys of the scenario";
    for (const std::string& name : earlier.documents)
        if (!is_among(now.documents, name)) return "it has a " + name;
    return earlier.stats == now.stats ? "" : "other numbers";
}

}  // namespace vtoll::core

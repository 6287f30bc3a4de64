// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/run_directory.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "isa/types.hpp"

namespace vtoll::core {

namespace fs = std::filesystem;

namespace {

constexpr const char* manifest_name = "manifest.json";

fs::path without_slash(fs::path path) { return path.has_filename() ? path : path.parent_path(); }

}  // namespace

RunDirectory::RunDirectory(fs::path target) : target_(without_slash(std::move(target))) {
    if (target_.empty() || target_ == "." || target_ == "..")
        throw InputError("-o " + target_.string() + ": expected the name of a new folder");
    if (fs::exists(target_) && !fs::exists(target_ / manifest_name) &&
        !(fs::is_directory(target_) && fs::is_empty(target_)))
        throw InputError("-o " + target_.string() + ": exists and isn't a run directory; expected another name");
    work_ = target_;
    work_ += fmt::format(".{}.partial", getpid());
}

fs::path RunDirectory::path_of(const std::string& name) {
    std::error_code error;
    fs::create_directories(work_, error);
    if (error) throw InputError("-o " + target_.string() + ": can't be made: " + error.message());
    return work_ / name;
}

RunDirectory::~RunDirectory() {
    std::error_code ignored;
    if (!committed_) fs::remove_all(work_, ignored);
}

void RunDirectory::add(const std::string& name, const std::string& text) {
    std::ofstream stream(path_of(name), std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) throw InputError("-o " + target_.string() + ": " + name + " can't be written");
}

void RunDirectory::commit() {
    std::error_code error;
    fs::remove_all(target_, error);
    if (!error) fs::rename(work_, target_, error);
    if (error) throw InputError("-o " + target_.string() + ": can't be replaced: " + error.message());
    committed_ = true;
}

std::string make_manifest(const Scenario& scenario, const std::vector<InputFile>& inputs) {
    nlohmann::ordered_json files = nlohmann::ordered_json::array();
    for (const auto& input : inputs) {
        files.push_back({{"name", input.name}, {"bytes", input.bytes.size()}, {"sha256", input.sha256}});
        for (const auto& package : input.packages)
            files.back()["packages"].push_back({{"package", package.name},
                                                {"version", package.version},
                                                {"architecture", package.architecture},
                                                {"sha256", package.sha256}});
    }
    nlohmann::ordered_json manifest{
        {"schema", 1},
        {"tool", {{"name", "vtoll"}, {"version", tool_version()}, {"commit", tool_commit()}}},
        {"scenario", scenario.name},
        {"inputs", files},
    };
    if (scenario.timing.placement) manifest["timing_placement"] = scenario.timing.placement;
    for (const Setting& setting : scenario.timing.set)
        std::visit([&](const auto& value) { manifest["timing_set"][setting.key] = value; }, setting.value);
    return manifest.dump(2) + "\n";
}

}  // namespace vtoll::core

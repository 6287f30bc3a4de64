// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/manifest.hpp"

#include <nlohmann/json.hpp>

#include "isa/types.hpp"

namespace vtoll::core {

using Json = nlohmann::ordered_json;

namespace {

Json to_json(const Beginning& begun) {
    Json json{{"asked", begun.asked}};
    for (const auto& [key, value] :
         {std::pair{"restored", &begun.restored}, {"measure_from", &begun.measure_from}, {"save_at", &begun.save_at}})
        if (!value->empty()) json[key] = *value;
    if (begun.own_clock) json["own_clock"] = true;
    if (begun.changed) json["changed"] = true;
    return json;
}

Beginning beginning_of(const Json& json) {
    return {json.at("asked").get<std::string>(), json.value("restored", ""),     json.value("measure_from", ""),
            json.value("save_at", ""),           json.value("own_clock", false), json.value("changed", false)};
}

}  // namespace

std::string make_manifest(const Scenario& scenario, const std::vector<InputFile>& inputs,
                          const std::optional<Beginning>& begun) {
    Json files = Json::array();
    for (const auto& input : inputs) {
        files.push_back({{"name", input.name}, {"bytes", input.bytes.size()}, {"sha256", input.sha256}});
        for (const auto& package : input.packages)
            files.back()["packages"].push_back({{"package", package.name},
                                                {"version", package.version},
                                                {"architecture", package.architecture},
                                                {"sha256", package.sha256}});
    }
    Json manifest{
        {"schema", 1},
        {"tool", {{"name", "vtoll"}, {"version", tool_version()}, {"commit", tool_commit()}}},
        {"scenario", scenario.name},
        {"inputs", files},
    };
    if (begun) manifest["begun"] = to_json(*begun);
    if (scenario.timing.placement) manifest["timing_placement"] = scenario.timing.placement;
    if (!scenario.timing.free.empty()) manifest["timing_free"] = scenario.timing.free;
    for (const Setting& setting : scenario.timing.set)
        std::visit([&](const auto& value) { manifest["timing_set"][setting.key] = value; }, setting.value);
    return manifest.dump(2) + "\n";
}

std::vector<std::string> Manifest::read_as(const std::string& name) const {
    std::vector<std::string> sums;
    for (const Input& input : inputs)
        if (input.name == name) sums.push_back(input.sha256);
    return sums;
}

Manifest read_manifest(const std::filesystem::path& run_directory) {
    const std::filesystem::path path = run_directory / Manifest::file_name;
    const InputFile file = read_input(path, path.string());
    try {
        const Json json = Json::parse(file.bytes);
        Manifest manifest;
        manifest.version = json.at("tool").at("version").get<std::string>();
        manifest.commit = json.at("tool").at("commit").get<std::string>();
        for (const Json& input : json.at("inputs"))
            manifest.inputs.push_back({input.at("name").get<std::string>(), input.at("sha256").get<std::string>()});
        if (const auto begun = json.find("begun"); begun != json.end()) manifest.begun = beginning_of(*begun);
        return manifest;
    } catch (const Json::exception&) {
        throw InputError(path.string() + ": no manifest of a run, or a damaged one; expected what vtoll run left");
    }
}

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/scenario.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/base/toml_table.hpp"

namespace vtoll::core {

namespace {

/// What `base` says and `document` doesn't, table by table.
void inherit(toml::table& document, const toml::table& base) {
    for (const auto& [key, value] : base) {
        toml::node* own = document.get(key);
        if (!own) document.insert(key, value);
        else if (own->is_table() && value.is_table()) inherit(*own->as_table(), *value.as_table());
    }
}

/// A document with boot.scenario takes from it what makes the machine; that one's console is the boot's.
void inherit_machine(toml::table& document, const InputFile& base, const std::string& file) {
    toml::table from = parse_toml(base.bytes, base.name);
    if (from.contains("boot"))
        throw InputError(
            fmt::format("{}: boot.scenario: {} has [boot] itself; expected one that boots", file, base.name));
    toml::table& boot = *document["boot"].as_table();
    boot.erase("scenario");
    if (!boot.contains("name"))
        boot.insert("name", from["name"].value_or(std::filesystem::path(base.name).stem().string()));
    if (const toml::node* console = from.get("console"); console && !boot.contains("console"))
        boot.insert("console", *console);
    const Keys keys = Keys::fresh<Scenario>();
    for (const Key& key : keys.all())
        if (key.is_of_run) from.erase(key.name);
    inherit(document, from);
}

Scenario read_scenario(const toml::table& document, const std::string& file) {
    Scenario s;
    TomlTable top(document, file, "");
    s.name = std::filesystem::path(file).stem().string();
    Keys(s).read(top);
    if (s.boot != BootKeys{} && s.boot.name.empty()) s.boot.name = s.name;
    if (s.images.empty()) throw InputError(file + ": nothing to run: expected at least one [[image]]");
    return s;
}

}  // namespace

std::vector<isa::Privilege> levels_of(const std::string& world, bool virtualization) {
    using enum isa::Privilege;
    if (world == symbols_of::hypervisor) return {virtualization ? pl2 : pl1};
    if (world == symbols_of::kernel) return {pl1, pl0};
    return {pl2, pl1, pl0};
}

Scenario parse_scenario(const std::string& text, const std::string& file, const std::vector<std::string>& overrides,
                        const InputFile* base) {
    toml::table document = parse_toml(text, file);
    if (base) inherit_machine(document, *base, file);
    for (const auto& assignment : overrides) apply_override(document, assignment);
    return read_scenario(document, file);
}

Pricing pricing_for(const TimingKeys& timing) { return pricing_for(timing.rung, timing.set, free_parts(timing.free)); }

std::string base_of_scenario(const std::string& text, const std::string& file) {
    return parse_toml(text, file)["boot"]["scenario"].value_or(std::string());
}

Scenario boot_of(const Scenario& scenario) {
    Scenario fresh, boot = scenario;
    const Keys keys(boot), unset(fresh);
    for (std::size_t i = 0; i < keys.all().size(); ++i)
        if (keys.all()[i].is_of_run) keys.all()[i].assign(unset.all()[i]);
    boot.name = scenario.boot.name;
    boot.timing.rung = scenario.boot.rung;
    boot.console = scenario.boot.console;
    return boot;
}

Scenario scenario_for_image(const std::string& file, const std::vector<std::string>& overrides) {
    toml::table document;
    document.insert("name", std::filesystem::path(file).stem().string());
    document.insert("image", toml::array{toml::table{{"file", file}}});
    for (const auto& assignment : overrides) apply_override(document, assignment);
    return read_scenario(document, file);
}

std::string to_toml(const Scenario& scenario) { return print_toml(scenario); }

std::vector<KeyFacts> scenario_keys() { return facts_of(Keys::fresh<Scenario>()); }

}  // namespace vtoll::core

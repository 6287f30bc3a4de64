// SPDX-License-Identifier: Apache-2.0
#include "core/timing/profile_overlay.hpp"

#include <fmt/format.h>

#include <sstream>

namespace vtoll::core {

namespace {

std::string text_of(const toml::node& node) {
    std::ostringstream out;
    node.visit([&](const auto& n) { out << n; });
    return out.str();
}

/// The table at `path` ("a.b"), made when it isn't there.
toml::table& table_at(toml::table& root, const std::string& path) {
    toml::table* at = &root;
    std::istringstream parts(path);
    for (std::string part; std::getline(parts, part, '.');)
        at = at->insert(part, toml::table{}).first->second.as_table();
    return *at;
}

std::pair<std::string, std::string> split_last(const std::string& key) {
    const auto dot = key.rfind('.');
    if (dot == std::string::npos) return {"", key};
    return {key.substr(0, dot), key.substr(dot + 1)};
}

void put(toml::table& entry, const std::string& field, const Setting& setting) {
    const toml::node* old = entry.get(field);
    entry.insert_or_assign("source", "set by the scenario" + (old ? ", in place of " + text_of(*old) : std::string()));
    std::visit([&](const auto& value) { entry.insert_or_assign(field, value); }, setting.value);
}

[[noreturn]] void unknown(const std::string& key, const std::string& file,
                          const std::function<const toml::node*(const std::string&)>& find) {
    const auto is_section = [&](const std::string& name) {
        const toml::node* node = find(name);
        return node && node->is_table() && !node->as_table()->contains("source");
    };
    std::string section = split_last(key).first, names;
    while (!section.empty() && !is_section(section)) section = split_last(section).first;
    if (!section.empty())
        for (const auto& [name, node] : *find(section)->as_table())
            names += fmt::format("{}{}.{}", names.empty() ? "" : ", ", section, name.str());
    throw InputError(fmt::format("timing.set: {}: {} has no such number; expected {}", key, file,
                                 names.empty() ? "one that `vtoll models show` lists, such as memory.ns" : names));
}

}  // namespace

std::string name_suffix(const Settings& settings) {
    std::string list;
    for (const Setting& s : settings) list += fmt::format("{}{}={}", list.empty() ? "" : ", ", s.key, value_text(s));
    return list.empty() ? list : " [" + list + "]";
}

void apply_settings(const Settings& settings, toml::table& overlay,
                    const std::function<const toml::node*(const std::string&)>& find, const std::string& file) {
    for (const Setting& setting : settings) {
        if (setting.key.starts_with("clock."))
            throw InputError("timing.set: " + setting.key +
                             ": a run's clock is the machine's; expected machine.clock_mhz to be set");
        const auto [parent, field] = split_last(setting.key);
        const toml::node* whole = find(setting.key);
        const toml::node* around = parent.empty() ? nullptr : find(parent);
        const bool is_entry = whole && whole->is_table() && whole->as_table()->contains("value");
        const bool in_entry = around && around->is_table() && around->as_table()->contains("source") &&
                              !around->as_table()->contains("value") && field != "source";
        if (!is_entry && !in_entry) unknown(setting.key, file, find);
        const std::string& name = is_entry ? setting.key : parent;
        toml::table entry = *(is_entry ? whole : around)->as_table();
        put(entry, is_entry ? "value" : field, setting);
        const auto [section, last] = split_last(name);
        table_at(overlay, section).insert_or_assign(last, std::move(entry));
    }
}

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/names/phases.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include "core/base/toml_table.hpp"

namespace vtoll::core {

namespace {

[[noreturn]] void bad(const std::string& file, const toml::source_region& where, const std::string& what) {
    throw InputError(fmt::format("{}:{}: {}", file, where.begin.line, what));
}

bool matches(const std::string& pattern, const std::string& name) {
    return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

PhaseRules::Rule read_rule(const std::string& file, const toml::key& key, const toml::node& node) {
    PhaseRules::Rule rule{std::string(key.str()), {}};
    const toml::array* patterns = node.as_array();
    if (!patterns || patterns->empty())
        bad(file, node.source(),
            fmt::format("phases.{}: expected a list of symbol patterns, such as [\"save_*\"]", rule.phase));
    for (const toml::node& pattern : *patterns) {
        const auto text = pattern.value<std::string>();
        if (!text || text->empty())
            bad(file, pattern.source(), fmt::format("phases.{}: expected patterns in quotes", rule.phase));
        rule.patterns.push_back(*text);
    }
    return rule;
}

}  // namespace

u16 PhaseNames::number(std::string_view name) {
    for (u16 i = first; i <= last; ++i) {
        if (names_[i].empty()) names_[i] = name;
        if (names_[i] == name) return i;
    }
    return 0;
}

std::string_view PhaseNames::of(World world, u16 phase) const {
    if (phase == phase_hardware_entry) return hardware_entry_phase;
    if (phase == phase_hardware_exit) return hardware_exit_phase;
    if (phase == phase_unnamed) return divided(world) ? handle_phase : "";
    return names_[phase];
}

std::string without_suffix(std::string_view symbol) { return std::string(symbol.substr(0, symbol.find('.', 1))); }

const std::string* PhaseRules::phase_of(std::string_view symbol) const {
    const std::string name = without_suffix(symbol);
    for (const Rule& rule : rules)
        for (const std::string& pattern : rule.patterns)
            if (matches(pattern, name)) return &rule.phase;
    return nullptr;
}

PhaseRules parse_phases(const std::string& text, const std::string& file) {
    const toml::table root = parse_toml(text, file);
    for (const auto& [key, node] : root)
        if (key != "phases") bad(file, key.source(), fmt::format("unknown key '{}', expected [phases]", key.str()));
    const toml::table* phases = root["phases"].as_table();
    if (!phases || phases->empty()) throw InputError(file + ": expected a [phases] table");

    // The library sorts keys by name; a phases file means the order it is written in.
    std::vector<std::pair<toml::source_position, PhaseRules::Rule>> found;
    for (const auto& [key, node] : *phases) found.emplace_back(key.source().begin, read_rule(file, key, node));
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    PhaseRules rules;
    for (auto& [where, rule] : found) {
        if (rule.phase == handle_phase)
            throw InputError(
                fmt::format("{}:{}: phases.handle: that is what everything else is called; expected another name", file,
                            where.line));
        rules.rules.push_back(std::move(rule));
    }
    return rules;
}

void map_phases(const PhaseRules& rules, const Symbols& symbols, isa::Privilege pl, PhaseNames& names, RegionMap& map) {
    names.divide(pl == isa::Privilege::pl2 ? World::hypervisor : World::kernel);
    // Numbers in the order of the file, so that they don't depend on what a build happens to link.
    for (const PhaseRules::Rule& rule : rules.rules)
        if (!names.number(rule.phase))
            throw InputError(fmt::format("phases: no number left for '{}': expected at most {} phases", rule.phase,
                                         PhaseNames::last));

    const std::vector<Symbol>& all = symbols.all();
    u32 covered = 0;  // end of the last range: labels inside a function are part of it
    for (std::size_t i = 0; i < all.size();) {
        const u32 begin = all[i].address;
        const u32 end = symbols.end_of_all_at(begin);
        const std::string* phase = nullptr;
        for (; i < all.size() && all[i].address == begin; ++i) {  // aliases: the earliest phase of any of them
            const std::string* other = rules.phase_of(all[i].name);
            if (other && (!phase || names.number(*other) < names.number(*phase))) phase = other;
        }
        if (!phase || begin < covered) continue;
        map.add(pl, begin, end, names.number(*phase));
        covered = end;
    }
}

std::vector<std::string> unmatched_patterns(const PhaseRules& rules, const Symbols& symbols) {
    std::vector<std::string> unmatched;
    for (const PhaseRules::Rule& rule : rules.rules)
        for (const std::string& pattern : rule.patterns) {
            const auto& all = symbols.all();
            const bool used = std::any_of(all.begin(), all.end(),
                                          [&](const Symbol& s) { return matches(pattern, without_suffix(s.name)); });
            if (!used) unmatched.push_back(pattern);
        }
    return unmatched;
}

}  // namespace vtoll::core

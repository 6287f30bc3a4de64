// SPDX-License-Identifier: Apache-2.0
#include "core/timing/pricing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/base/nearest.hpp"
#include "core/base/profile_path.hpp"
#include "core/base/toml_table.hpp"
#include "core/timing/core_profile.hpp"
#include "core/timing/profile_overlay.hpp"

namespace vtoll::core {

namespace {

constexpr std::string_view event_names[] = {
#define X(name, ...) #name,
    VTOLL_COST_EVENTS(X)
#undef X
};
constexpr std::string_view event_descriptions[] = {
#define X(name, part, what) what,
    VTOLL_COST_EVENTS(X)
#undef X
};

[[noreturn]] void bad(const std::string& path, const toml::node* where, const std::string& what) {
    const auto line = where ? where->source().begin.line : 0;
    throw InputError(line ? fmt::format("{}:{}: {}", path, line, what) : fmt::format("{}: {}", path, what));
}

u32 ticks(const std::string& path, const toml::node& node, const std::string& key) {
    const auto v = node.value<std::int64_t>();
    if (!v || *v < 0 || *v > 10'000)
        bad(path, &node, fmt::format("{}: expected a whole number of ticks, 0 to 10000", key));
    return static_cast<u32>(*v);
}

/// `key = { ticks = 3, per_unit = 1, source = "..." }`
Price read_price(const std::string& path, const std::string& key, const toml::node& node) {
    const toml::table* t = node.as_table();
    if (!t) bad(path, &node, fmt::format("{}: expected {{ ticks = N, source = \"...\" }}", key));
    Price p;
    bool has_ticks = false;
    for (const auto& [k, v] : *t) {
        if (k == "ticks") p.ticks = ticks(path, v, key), has_ticks = true;
        else if (k == "per_unit") p.ticks_per_unit = ticks(path, v, key), has_ticks = true;
        else if (k == "source") p.source = v.value_or(std::string());
        else bad(path, &v, fmt::format("{}: unknown key '{}', expected ticks, per_unit or source", key, k.str()));
    }
    if (!has_ticks) bad(path, &node, fmt::format("{}: no price: expected ticks or per_unit", key));
    if (p.source.empty()) bad(path, &node, fmt::format("{}: no source: every number says where it comes from", key));
    return p;
}

/// Read a section whose keys are names of a closed set, each of them exactly once.
template <std::size_t N, class NameOf>
void read_section(const std::string& path, const toml::table& root, std::string_view section,
                  std::array<Price, N>& prices, NameOf name_of) {
    const toml::table* t = root[section].as_table();
    if (!t) bad(path, nullptr, fmt::format("expected a [{}] section", section));
    std::array<bool, N> seen{};
    for (const auto& [k, v] : *t) {
        std::size_t i = 0;
        while (i < N && name_of(i) != k.str()) ++i;
        if (i == N) bad(path, &v, fmt::format("[{}] knows no '{}'", section, k.str()));
        prices[i] = read_price(path, std::string(k.str()), v);
        seen[i] = true;
    }
    for (std::size_t i = 0; i < N; ++i)
        if (!seen[i]) bad(path, t, fmt::format("[{}] has no price for '{}'", section, name_of(i)));
}

std::string required_text(const std::string& path, const toml::table& root, std::string_view key) {
    const auto v = root[key].value<std::string>();
    if (!v || v->empty()) bad(path, nullptr, fmt::format("expected {} = \"...\"", key));
    return *v;
}

}  // namespace

std::string_view cost_event_name(CostEvent e) { return event_names[static_cast<std::size_t>(e)]; }

Pricing functional_pricing() {
    Pricing p;
    p.name = "functional";
    p.title = "One tick per instruction";
    p.model = "Every instruction takes one tick; nothing else takes any. For booting and for counting.";
    p.omits = "Everything that makes a processor slower or faster than that.";
    return p;
}

u64 Pricing::clock_mhz() const { return core ? core->clock_mhz : 1000; }

/// The tables are not used: the profile prices blocks, and the core model what happens.
static Pricing core_pricing(const std::string& path, const Settings& settings) {
    const auto core = std::make_shared<const CoreProfile>(load_core_profile(path, settings));
    Pricing p;
    p.name = core->name + name_suffix(settings);
    p.title = core->title;
    p.model = core->model;
    p.omits = core->omits;
    p.functional = false;
    p.core = core;
    return p;
}

Pricing load_pricing(const std::string& path, const Settings& settings) {
    if (is_core_profile(path)) return core_pricing(path, settings);
    toml::table root = parse_toml_file(path);
    apply_settings(
        settings, root, [&](const std::string& key) { return root.at_path(key).node(); }, path);
    Pricing p;
    p.functional = false;
    for (const auto& [k, v] : root)
        if (k != "name" && k != "title" && k != "model" && k != "omits" && k != "class" && k != "event")
            bad(path, &v,
                fmt::format("unknown key '{}', expected name, title, model, omits, [class], [event]", k.str()));
    p.name = required_text(path, root, "name") + name_suffix(settings);
    p.title = required_text(path, root, "title");
    p.model = required_text(path, root, "model");
    p.omits = required_text(path, root, "omits");
    read_section(path, root, "class", p.by_class,
                 [](std::size_t i) { return isa::cost_class_name(static_cast<isa::CostClass>(i)); });
    read_section(path, root, "event", p.by_event, [](std::size_t i) { return event_names[i]; });
    return p;
}

std::vector<std::string> shipped_profiles() {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(profile_directory(), ignored))
        if (entry.path().extension() == ".toml") names.push_back(entry.path().stem());
    std::sort(names.begin(), names.end());
    names.insert(names.begin(), "functional");
    return names;
}

/// As it stands in its file, but for the settings.
static Pricing model_for(const std::string& rung, const Settings& settings) {
    if (rung == "functional" && !settings.empty())
        throw InputError(
            fmt::format("timing.set: {}: 'functional' has no numbers; expected another timing.rung", settings[0].key));
    if (rung == "functional") return functional_pricing();
    if (rung.ends_with(".toml")) return load_pricing(rung, settings);
    const auto path = profile_directory() / (rung + ".toml");
    if (!std::filesystem::exists(path)) {
        const std::vector<std::string> known = shipped_profiles();
        throw InputError(fmt::format("timing '{}': no such model{}, expected one of {} or a .toml file", rung,
                                     did_you_mean(rung, known), fmt::join(known, ", ")));
    }
    return load_pricing(path, settings);
}

Pricing pricing_for(const std::string& rung, const Settings& settings, FreeParts free) {
    Pricing pricing = model_for(rung, settings);
    make_free(pricing, free);
    return pricing;
}

std::string describe(const Pricing& p) {
    if (p.core) return describe(*p.core);
    std::string out = fmt::format("{}: {}\n\n{}\n\nLeft out: {}\n", p.name, p.title, p.model, p.omits);
    if (p.functional) return out;
    const auto line = [&](std::string_view name, std::string_view what, const Price& price) {
        const std::string amount = price.ticks_per_unit ? fmt::format("{} + {}/unit", price.ticks, price.ticks_per_unit)
                                                        : fmt::format("{}", price.ticks);
        out +=
            fmt::format("  {:<17}{:>12}  {}\n  {:<17}{:>12}  source: {}\n", name, amount, what, "", "", price.source);
    };
    out += "\nTicks per instruction, by cost class\n";
    for (std::size_t i = 0; i < p.by_class.size(); ++i) {
        const auto c = static_cast<isa::CostClass>(i);
        line(isa::cost_class_name(c), isa::cost_class_description(c), p.by_class[i]);
    }
    out += "\nTicks per event, beside the instruction's own\n";
    for (std::size_t i = 0; i < p.by_event.size(); ++i) line(event_names[i], event_descriptions[i], p.by_event[i]);
    return out;
}

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/timing/core_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <set>

#include "core/base/profile_path.hpp"
#include "core/base/toml_table.hpp"
#include "core/timing/pricing.hpp"
#include "core/timing/profile_overlay.hpp"

namespace vtoll::core {

namespace {

/// A file and those it extends, nearest first. Entries of the nearer file replace whole entries of the farther; what
/// the scenario sets is nearest of all.
class Layers {
public:
    Layers(const std::string& path, const Settings& settings) : file_(path) {
        if (!settings.empty()) layers_.push_back({"timing.set", {}});
        for (const std::string& file : profile_files(path)) layers_.push_back({file, parse_toml_file(file)});
        apply_settings(
            settings, layers_.front().table, [this](const std::string& key) { return node(key); }, path);
    }

    struct Found {
        const std::string* path;
        const toml::node* node;
    };
    /// `key` may be dotted. nullptr when no file has it.
    std::optional<Found> find(std::string_view section, std::string_view key) {
        const std::string full = section.empty() ? std::string(key) : fmt::format("{}.{}", section, key);
        used_.insert(full);
        for (const Layer& layer : layers_)
            if (const toml::node* node = layer.table.at_path(full).node()) return Found{&layer.path, node};
        return std::nullopt;
    }
    const std::string& path() const { return file_; }

    /// Every leaf must have been asked for: a misspelt key is an error.
    void check_all_used() const {
        for (const Layer& layer : layers_) check(layer.path, layer.table, "");
    }

private:
    struct Layer {
        std::string path;
        toml::table table;
    };
    void check(const std::string& path, const toml::table& table, const std::string& prefix) const {
        for (const auto& [k, v] : table) {
            const std::string key = prefix.empty() ? std::string(k.str()) : prefix + "." + std::string(k.str());
            if (used_.contains(key)) continue;
            const toml::table* inner = v.as_table();
            if (inner && !inner->contains("source")) check(path, *inner, key);
            else throw InputError(fmt::format("{}:{}: unknown key '{}'", path, v.source().begin.line, key));
        }
    }
    const toml::node* node(const std::string& key) const {
        for (const Layer& layer : layers_)
            if (const toml::node* node = layer.table.at_path(key).node()) return node;
        return nullptr;
    }
    std::string file_;
    std::vector<Layer> layers_;
    std::set<std::string> used_;
};

[[noreturn]] void bad(const Layers::Found& at, const std::string& what) {
    const auto line = at.node->source().begin.line;  // 0: not from a file
    throw InputError(line ? fmt::format("{}:{}: {}", *at.path, line, what) : fmt::format("{}: {}", *at.path, what));
}

class Reader {
public:
    Reader(Layers& layers, CoreProfile& profile) : layers_(layers), p_(profile) {}

    std::string text(std::string_view key) {
        const auto at = layers_.find("", key);
        const auto v = at ? at->node->value<std::string>() : std::nullopt;
        if (!v || v->empty()) throw InputError(fmt::format("{}: expected {} = \"...\"", layers_.path(), key));
        return *v;
    }

    void section(const std::string&) {}
    void size(const std::string& name, u32& out, double low, double high) { number(name, out, low, high); }
    /// `key = { value = N, source = "..." }`
    template <class T>
    void number(const std::string& name, T& out, double low, double high) {
        read(name, [&](const Layers::Found& at, const toml::node& value) {
            if constexpr (std::is_same_v<T, bool>) {
                const auto v = value.value_exact<bool>();
                if (!v) bad(at, fmt::format("{}: expected true or false", name));
                out = *v;
            } else {
                out = checked<T>(at, name, value, low, high);
            }
        });
    }
    /// A register's value.
    void word(const std::string& name, u32& out) { number(name, out, 0, 0xffff'ffff); }
    void text(const std::string& name, std::string& out) {
        read(name, [&](const Layers::Found& at, const toml::node& value) {
            const auto v = value.value<std::string>();
            if (!v || v->empty()) bad(at, fmt::format("{}: expected a text", name));
            out = *v;
        });
    }
    void numbers(const std::string& name, std::vector<u32>& out, double low, double high) {
        read(name, [&](const Layers::Found& at, const toml::node& value) {
            if (!value.is_array()) bad(at, fmt::format("{}: expected numbers in brackets", name));
            out.clear();
            for (const toml::node& element : *value.as_array())
                out.push_back(checked<u32>(at, name, element, low, high));
        });
    }

    /// One of `names`, which are the enumerators in order.
    template <class E, std::size_t N>
    void choice(const std::string& name, E& out, const std::string_view (&names)[N]) {
        read(name, [&](const Layers::Found& at, const toml::node& value) { out = chosen<E>(at, name, value, names); });
    }

    void check(std::string_view section, const CacheGeometry& g) const {
        const u32 sets = g.size / g.line / g.ways;
        if (!std::has_single_bit(g.line) || !std::has_single_bit(sets) || sets < 4 ||
            u64{sets} * g.line * g.ways != g.size)
            throw InputError(
                fmt::format("{}: {}: size, ways and line must make a power of two of whole sets, four or more",
                            layers_.path(), section));
    }

    /// `load = { unit = "memory", latency = 4, source = "..." }`
    void timing(isa::CostClass c) {
        if (isa::told_by_system_cost(c)) return;
        p_.by_class[static_cast<std::size_t>(c)] = timing("class", std::string(isa::cost_class_name(c)), {});
    }
    /// `dsb = { latency = 12, serialise = true, source = "..." }`: in the unit for such operations, one at a time.
    void timing(isa::SystemCost c) {
        const std::string name(isa::system_cost_rows[static_cast<std::size_t>(c)].name);
        p_.by_system[static_cast<std::size_t>(c)] = timing("system", name, Unit::system);
    }

private:
    ClassTiming timing(const std::string& section, const std::string& name, std::optional<Unit> unit) {
        const auto at = layers_.find(section, name);
        if (!at) throw InputError(fmt::format("{}: [{}] has no price for '{}'", layers_.path(), section, name));
        const toml::table* t = at->node->as_table();
        if (!t)
            bad(*at, fmt::format("{}: expected {{ {}latency = N, source = \"...\" }}", name,
                                 unit ? "" : "unit = \"...\", "));
        ClassTiming timing;
        if (unit) timing.unit = *unit;
        for (const auto& [k, v] : *t) {
            const auto is_named = [&k = k](const auto& field) { return k == field.name; };
            if (const auto* small = std::ranges::find_if(small_numbers, is_named); small != std::end(small_numbers)) {
                const auto n = v.value_exact<std::int64_t>();
                if (!n || *n < 0 || *n > 250)
                    bad(*at, fmt::format("{}.{}: expected a whole number, 0 to 250", name, k.str()));
                timing.*small->value = static_cast<u8>(*n);
            } else if (const auto* flag = std::ranges::find_if(flags, is_named); flag != std::end(flags)) {
                const auto b = v.value_exact<bool>();
                if (!b) bad(*at, fmt::format("{}.{}: expected true or false", name, k.str()));
                timing.*flag->value = *b;
            } else if (k == "unit" && !unit) {
                timing.unit = chosen<Unit>(*at, name, v, unit_names);
            } else if (k == "second") {
                timing.second = chosen<Second>(*at, name, v, second_names);
            } else if (k != "source") {
                bad(*at, fmt::format("{}: unknown key '{}'", name, k.str()));
            }
        }
        if (!t->contains("latency") || !(unit || t->contains("unit")))
            bad(*at, fmt::format("{}: no price: expected {}latency", name, unit ? "" : "unit and "));
        if (timing.refetch && !timing.serialise)
            bad(*at, fmt::format("{}.refetch: expected serialise = true beside it", name));
        if (timing.units_per_cycle == 0) bad(*at, fmt::format("{}.units_per_cycle: expected 1 or more", name));
        if (!t->contains("forward")) timing.forward = timing.latency;
        if (unit && !t->contains("busy")) timing.busy = timing.latency;
        source(*at, section + "." + name, *t);
        return timing;
    }

    static constexpr Named<u8 ClassTiming::*> small_numbers[] = {{"latency", &ClassTiming::latency},
                                                                 {"forward", &ClassTiming::forward},
                                                                 {"shifted", &ClassTiming::shifted},
                                                                 {"wide", &ClassTiming::wide},
                                                                 {"to_core", &ClassTiming::to_core},
                                                                 {"accumulate", &ClassTiming::accumulate},
                                                                 {"latency_per_unit", &ClassTiming::latency_per_unit},
                                                                 {"busy", &ClassTiming::busy},
                                                                 {"busy_per_unit", &ClassTiming::busy_per_unit},
                                                                 {"busy_wide", &ClassTiming::busy_wide},
                                                                 {"units_per_cycle", &ClassTiming::units_per_cycle}};
    static constexpr Named<bool ClassTiming::*> flags[] = {{"alone", &ClassTiming::alone},
                                                           {"late", &ClassTiming::late},
                                                           {"serialise", &ClassTiming::serialise},
                                                           {"refetch", &ClassTiming::refetch}};

    template <class E, std::size_t N>
    static E chosen(const Layers::Found& at, const std::string& name, const toml::node& v,
                    const std::string_view (&names)[N]) {
        const auto word = v.value<std::string>();
        for (std::size_t i = 0; word && i < N; ++i)
            if (names[i] == *word) return static_cast<E>(i);
        bad(at, fmt::format("{}: expected one of {}", name, fmt::join(names, ", ")));
    }

    void source(const Layers::Found& at, const std::string& name, const toml::table& t) {
        const auto text = t["source"].value<std::string>();
        if (!text || text->empty()) bad(at, fmt::format("{}: no source: every number says where it comes from", name));
        p_.sources[name] = *text;
    }

    /// Calls `take(where, value)` with the value of `name = { value = ..., source = "..." }`.
    template <class Take>
    void read(const std::string& name, Take take) {
        const auto at = layers_.find("", name);
        if (!at) throw InputError(fmt::format("{}: no '{}'", layers_.path(), name));
        const toml::table* t = at->node->as_table();
        const toml::node* value = t ? t->get("value") : nullptr;
        if (!value) bad(*at, fmt::format("{}: expected {{ value = N, source = \"...\" }}", name));
        for (const auto& [k, v] : *t)
            if (k != "value" && k != "source") bad(*at, fmt::format("{}: unknown key '{}'", name, k.str()));
        take(*at, *value);
        source(*at, name, *t);
    }
    template <class T>
    static T checked(const Layers::Found& at, const std::string& name, const toml::node& value, double low,
                     double high) {
        const auto v = value.value<double>();
        const bool whole = std::is_floating_point_v<T> || value.is_integer();
        if (!v || !whole || !(*v >= low && *v <= high))
            bad(at, fmt::format("{}: expected a {}number, {} to {}", name, std::is_integral_v<T> ? "whole " : "", low,
                                high));
        return static_cast<T>(*v);
    }

    Layers& layers_;
    CoreProfile& p_;
};

/// The numbers under their headings, each with its source.
class Printer {
public:
    Printer(const CoreProfile& profile, std::string& out) : p_(profile), out_(out) {}

    void section(const std::string& head) { out_ += fmt::format("\n{}\n", head); }
    void size(const std::string& name, u32 value, double, double) { line(name, fmt::format("{} KiB", value >> 10)); }
    void word(const std::string& name, u32 value) { line(name, fmt::format("{:08x}", value)); }
    void text(const std::string& name, const std::string& value) { line(name, value); }
    void numbers(const std::string& name, const std::vector<u32>& values, double, double) {
        line(name, fmt::format("{} of them", values.size()));
    }
    template <class E, std::size_t N>
    void choice(const std::string& name, E value, const std::string_view (&names)[N]) {
        line(name, std::string(names[static_cast<std::size_t>(value)]));
    }
    template <class T>
    void number(const std::string& name, const T& value, double, double) {
        line(name, fmt::format("{}", value));
    }

private:
    void line(const std::string& key, const std::string& value) {
        const auto at = p_.sources.find(key);
        out_ += fmt::format("  {:<28} {:>9}  {}\n", key, value, at == p_.sources.end() ? "" : at->second);
    }

    const CoreProfile& p_;
    std::string& out_;
};

}  // namespace

bool is_core_profile(const std::string& path) {
    const toml::table table = parse_toml_file(path);
    return table.contains("extends") || table["kind"].value_or(std::string()) == "core";
}

namespace {

/// The file that another extends: beside it, or a shipped profile, with or without .toml in its name.
std::string base_of(const std::string& file, const toml::node& extends) {
    namespace fs = std::filesystem;
    const auto name = extends.value<std::string>();
    std::error_code ignored;
    if (name && !name->empty())
        for (const fs::path& folder : {fs::path(file).parent_path(), profile_directory()})
            for (const fs::path& place : {folder / *name, folder / (*name + ".toml")})
                if (fs::is_regular_file(place, ignored)) return place.string();
    throw InputError(fmt::format("{}:{}: extends: no {}; expected a .toml file beside this one, or one of {}", file,
                                 extends.source().begin.line, name ? "'" + *name + "'" : "text",
                                 fmt::join(shipped_profiles(), ", ")));
}

}  // namespace

std::vector<std::string> profile_files(const std::string& path) {
    std::vector<std::string> files{path};
    for (;;) {
        const toml::table table = parse_toml_file(files.back());
        const toml::node* base = table.get("extends");
        if (!base) return files;
        if (files.size() == 4) throw InputError(fmt::format("{}: 'extends' leads through too many files", path));
        files.push_back(base_of(files.back(), *base));
    }
}

CoreProfile load_core_profile(const std::string& path, const Settings& settings) {
    Layers layers(path, settings);
    CoreProfile p;
    Reader in(layers, p);
    (void)layers.find("", "extends");
    if (in.text("kind") != "core") throw InputError(path + ": expected kind = \"core\"");
    p.name = in.text("name");
    p.title = in.text("title");
    p.model = in.text("model");
    p.omits = in.text("omits");
    p.drawing = in.text("drawing");

    p.numbers(in);
    for (std::size_t c = 0; c < p.by_class.size(); ++c) in.timing(static_cast<isa::CostClass>(c));
    for (std::size_t c = 0; c < p.by_system.size(); ++c) in.timing(static_cast<isa::SystemCost>(c));
    if (!std::has_single_bit(p.counter_entries))
        throw InputError(path + ": predictor.counter_entries: expected a power of two");
    if (p.btb_entries % p.btb_ways) throw InputError(path + ": predictor.btb_entries: expected a multiple of btb_ways");
    p.l1i.virtual_index = (p.identity.ctr >> 14 & 3) == 2;  // CTR.L1Ip, ARM DDI 0406C §B4.1.42
    if (p.l1i.replacement == Replacement::lru)
        throw InputError(
            path +
            ": cache.l1i.replacement: expected random or round robin; a fetch that finds its line is not looked at");
    in.check("cache.l1i", p.l1i);
    in.check("cache.l1d", p.l1d);
    in.check("cache.l2", p.l2);
    layers.check_all_used();
    return p;
}

isa::Identity identity_of(const CoreProfile& p) {
    isa::Identity id = p.identity;
    id.has_l2ctlr = p.l2_control;
    const auto type = [&](unsigned level) { return id.clidr >> (3 * level) & 7; };  // CLIDR.Ctype: 4 is unified
    const bool has_l2 = type(1) == 4;
    const u32 data_line = has_l2 ? std::min(p.l1d.line, p.l2.line) : p.l1d.line;
    id.ctr = isa::ctr_with_lines(id.ctr, p.l1i.line, data_line);
    id.ccsidr[0] = isa::ccsidr_of(p.l1d.size, p.l1d.ways, p.l1d.line, p.l1d_attributes);
    id.ccsidr[1] = isa::ccsidr_of(p.l1i.size, p.l1i.ways, p.l1i.line, p.l1i_attributes);
    if (has_l2) id.ccsidr[2] = isa::ccsidr_of(p.l2.size, p.l2.ways, p.l2.line, p.l2_attributes);
    return id;
}

std::string describe(const CoreProfile& p) {
    std::string out = fmt::format("{}: {}\n\n{}\n\n{}\n\nLeft out: {}\n", p.name, p.title, p.drawing, p.model, p.omits);
    CoreProfile shown = p;  // the declarations are of what can be read, too
    Printer printer(p, out);
    shown.numbers(printer);

    out +=
        "\nCost classes and system operations\n"
        "  class             unit      latency [1]  forward [2]  shifted [3]  doubles [4]  busy [5]  pairs [6]  "
        "special [7]  source\n";
    const auto plus = [](unsigned base, unsigned per_unit) {
        return per_unit ? fmt::format("{}+{}n", base, per_unit) : fmt::format("{}", base);
    };
    const auto added = [](unsigned v) { return v ? fmt::format("+{}", v) : std::string("-"); };
    const auto line = [&](std::string_view name, const ClassTiming& t, const std::string& key) {
        const std::string_view pairs = t.refetch     ? "refetches"
                                       : t.serialise ? "drains"
                                       : t.alone     ? "alone"
                                                     : second_names[static_cast<std::size_t>(t.second)];
        std::vector<std::string> special;
        if (t.late) special.emplace_back("late");
        if (t.accumulate) special.push_back(fmt::format("sum {}", t.accumulate));
        if (t.to_core) special.push_back(fmt::format("core {}", t.to_core));
        out += fmt::format("  {:<17} {:<9} {:>10}  {:>11}  {:>11}  {:>11}  {:>8}  {:>9}  {:>11}  {}\n", name,
                           unit_names[static_cast<std::size_t>(t.unit)], plus(t.latency, t.latency_per_unit), t.forward,
                           added(t.shifted), added(t.wide), plus(t.busy, t.busy_per_unit), pairs,
                           special.empty() ? "-" : fmt::format("{}", fmt::join(special, ", ")), p.sources.at(key));
    };
    for (std::size_t i = 0; i < p.by_class.size(); ++i) {
        const auto c = static_cast<isa::CostClass>(i);
        const std::string_view name = isa::cost_class_name(c);
        if (!isa::told_by_system_cost(c)) line(name, p.of(c), fmt::format("class.{}", name));
    }
    for (std::size_t i = 0; i < p.by_system.size(); ++i) {
        const std::string_view name = isa::system_cost_rows[i].name;
        line(name, p.by_system[i], fmt::format("system.{}", name));
    }
    out +=
        "  [1] until a dependent instruction may issue; n: registers or doublewords beyond the first\n"
        "  [2] until one that needs the operand late may: an ALU operand without shift, data of a store\n"
        "  [3] added when an operand is shifted by an immediate   [4] added to the latency for doubles\n"
        "  [5] until the unit takes the next instruction          [6] as the second of a pair; or: drains the "
        "pipeline\n"
        "  [7] late: needs extension registers late; sum: latency to the accumulator of the next of the class;\n"
        "      core: latency of a core register that it writes\n";
    return out;
}

}  // namespace vtoll::core

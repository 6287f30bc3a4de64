// SPDX-License-Identifier: Apache-2.0
#include "core/timing/core_profile.hpp"

#include <fmt/format.h>

#include <bit>
#include <filesystem>
#include <set>

#include "core/timing/profile_overlay.hpp"

namespace vtoll::core {

namespace {

toml::table parse(const std::string& path) {
    try {
        return toml::parse_file(path);
    } catch (const toml::parse_error& e) {
        throw InputError(fmt::format("{}:{}: {}", path, e.source().begin.line, e.description()));
    }
}

/// A file and those it extends, nearest first. Entries of the nearer file replace whole entries of the farther; what
/// the scenario sets is nearest of all.
class Layers {
public:
    Layers(const std::string& path, const ProfileSettings& settings) : file_(path) {
        if (!settings.empty()) layers_.push_back({"timing.set", {}});
        for (const std::string& file : profile_files(path)) layers_.push_back({file, parse(file)});
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

    /// `key = { value = N, source = "..." }`
    template <class T>
    void number(std::string_view section, std::string_view key, T& out, double low, double high) {
        const auto at = layers_.find(section, key);
        const std::string name = fmt::format("{}.{}", section, key);
        if (!at) throw InputError(fmt::format("{}: no '{}'", layers_.path(), name));
        const toml::table* t = at->node->as_table();
        const toml::node* value = t ? t->get("value") : nullptr;
        if (!value) bad(*at, fmt::format("{}: expected {{ value = N, source = \"...\" }}", name));
        for (const auto& [k, v] : *t)
            if (k != "value" && k != "source") bad(*at, fmt::format("{}: unknown key '{}'", name, k.str()));
        if constexpr (std::is_same_v<T, bool>) {
            const auto v = value->value_exact<bool>();
            if (!v) bad(*at, fmt::format("{}: expected true or false", name));
            out = *v;
        } else {
            const auto v = value->value<double>();
            const bool whole = std::is_floating_point_v<T> || value->is_integer();
            if (!v || !whole || !(*v >= low && *v <= high))
                bad(*at, fmt::format("{}: expected a {}number, {} to {}", name, std::is_integral_v<T> ? "whole " : "",
                                     low, high));
            out = static_cast<T>(*v);
        }
        source(*at, name, *t);
    }

    void cache(std::string_view section, CacheGeometry& g) {
        number(section, "size", g.size, 1024, 16 << 20);
        number(section, "ways", g.ways, 1, 64);
        number(section, "line", g.line, 16, 256);
        number(section, "random", g.random, 0, 1);
        const u32 sets = g.size / g.line / g.ways;
        if (!std::has_single_bit(g.line) || !std::has_single_bit(sets) || sets < 4 ||
            u64{sets} * g.line * g.ways != g.size)
            throw InputError(
                fmt::format("{}: {}: size, ways and line must make a power of two of whole sets, four or more",
                            layers_.path(), section));
    }

    /// `load = { unit = "memory", latency = 4, source = "..." }`
    void timing(isa::CostClass c) {
        const std::string name(isa::cost_class_name(c));
        const auto at = layers_.find("class", name);
        if (!at) throw InputError(fmt::format("{}: [class] has no price for '{}'", layers_.path(), name));
        const toml::table* t = at->node->as_table();
        if (!t) bad(*at, fmt::format("{}: expected {{ unit = \"...\", latency = N, source = \"...\" }}", name));
        ClassTiming timing;
        bool has_latency = false, has_forward = false, has_unit = false;
        for (const auto& [k, v] : *t) {
            const auto small = [&](u8& out) {
                const auto n = v.value_exact<std::int64_t>();
                if (!n || *n < 0 || *n > 250)
                    bad(*at, fmt::format("{}.{}: expected a whole number, 0 to 250", name, k.str()));
                out = static_cast<u8>(*n);
            };
            const auto flag = [&](bool& out) {
                const auto b = v.value_exact<bool>();
                if (!b) bad(*at, fmt::format("{}.{}: expected true or false", name, k.str()));
                out = *b;
            };
            if (k == "unit") timing.unit = choice<Unit>(*at, name, v, unit_names), has_unit = true;
            else if (k == "second") timing.second = choice<Second>(*at, name, v, second_names);
            else if (k == "latency") small(timing.latency), has_latency = true;
            else if (k == "forward") small(timing.forward), has_forward = true;
            else if (k == "shifted") small(timing.shifted);
            else if (k == "wide") small(timing.wide);
            else if (k == "latency_per_unit") small(timing.latency_per_unit);
            else if (k == "busy") small(timing.busy);
            else if (k == "busy_per_unit") small(timing.busy_per_unit);
            else if (k == "busy_wide") small(timing.busy_wide);
            else if (k == "units_per_cycle") small(timing.units_per_cycle);
            else if (k == "alone") flag(timing.alone);
            else if (k == "serialise") flag(timing.serialise);
            else if (k != "source") bad(*at, fmt::format("{}: unknown key '{}'", name, k.str()));
        }
        if (!has_latency || !has_unit) bad(*at, fmt::format("{}: no price: expected unit and latency", name));
        if (timing.units_per_cycle == 0) bad(*at, fmt::format("{}.units_per_cycle: expected 1 or more", name));
        if (!has_forward) timing.forward = timing.latency;
        p_.by_class[static_cast<std::size_t>(c)] = timing;
        source(*at, "class." + name, *t);
    }

private:
    template <class E, std::size_t N>
    static E choice(const Layers::Found& at, const std::string& name, const toml::node& v,
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

    Layers& layers_;
    CoreProfile& p_;
};

struct Line {
    std::string key, value;
};

}  // namespace

bool is_core_profile(const std::string& path) {
    const toml::table table = parse(path);
    return table.contains("extends") || table["kind"].value_or(std::string()) == "core";
}

std::vector<std::string> profile_files(const std::string& path) {
    std::vector<std::string> files{path};
    while (const auto base = parse(files.back())["extends"].value<std::string>()) {
        if (files.size() == 4) throw InputError(fmt::format("{}: 'extends' leads through too many files", path));
        files.push_back((std::filesystem::path(files.back()).parent_path() / *base).string());
    }
    return files;
}

CoreProfile load_core_profile(const std::string& path, const ProfileSettings& settings) {
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

    u32 mhz = 0;
    in.number("clock", "mhz", mhz, 1, 10'000);
    p.default_clock_hz = u64{mhz} * 1'000'000;

    in.number("pipeline", "out_of_order", p.out_of_order, 0, 1);
    in.number("pipeline", "width", p.width, 1, 8);
    in.number("pipeline", "window", p.window, 1, 512);
    in.number("pipeline", "mispredict", p.mispredict, 0, 100);
    in.number("pipeline", "late_target", p.late_target, 0, 100);
    in.number("pipeline", "taken_branch", p.taken_branch, 0, 100);
    for (std::size_t u = 0; u < p.units.size(); ++u) in.number("units", unit_names[u], p.units[u], 1, 8);
    for (std::size_t c = 0; c < p.by_class.size(); ++c) in.timing(static_cast<isa::CostClass>(c));

    in.number("predictor", "history_bits", p.history_bits, 0, 16);
    in.number("predictor", "counter_entries", p.counter_entries, 1, 1 << 16);
    in.number("predictor", "btb_entries", p.btb_entries, 1, 1 << 16);
    in.number("predictor", "btb_ways", p.btb_ways, 1, 64);
    in.number("predictor", "return_stack", p.return_stack, 0, 256);
    if (!std::has_single_bit(p.counter_entries))
        throw InputError(path + ": predictor.counter_entries: expected a power of two");
    if (p.btb_entries % p.btb_ways) throw InputError(path + ": predictor.btb_entries: expected a multiple of btb_ways");

    in.cache("cache.l1i", p.l1i);
    in.cache("cache.l1d", p.l1d);
    in.cache("cache.l2", p.l2);
    in.number("cache.l1d", "latency", p.l1d_latency, 1, 100);
    in.number("cache.l2", "latency", p.l2_latency, 1, 500);
    in.number("cache.l2", "interval", p.l2_interval, 0, 500);

    in.number("memory", "ns", p.memory_ns, 0, 10'000);
    in.number("memory", "outstanding", p.outstanding, 1, 64);
    in.number("memory", "store_buffer", p.store_buffer, 1, 64);
    in.number("memory", "write_back", p.write_back, 0, 1000);
    in.number("memory", "interval_ns", p.interval_ns, 0, 10'000);
    in.number("memory", "streams", p.streams, 0, 16);
    in.number("memory", "stream_ns", p.stream_ns, 0, 10'000);
    in.number("memory", "write_ns", p.write_ns, 0, 10'000);

    in.number("tlb", "micro_i", p.micro_tlb_i, 1, 256);
    in.number("tlb", "micro_d", p.micro_tlb_d, 1, 256);
    in.number("tlb", "micro_miss", p.micro_tlb_miss, 0, 100);
    in.number("tlb", "single_level", p.single_level, 0, 1);
    in.number("tlb", "main_entries", p.main_tlb_entries, 1, 1 << 14);
    in.number("tlb", "main_ways", p.main_tlb_ways, 1, 256);
    in.number("tlb", "walk_cache", p.walk_cache, 0, 1024);
    in.number("tlb", "ipa_cache", p.ipa_cache, 0, 1024);
    in.number("tlb", "walks_through_l1", p.walks_through_l1, 0, 1);
    in.number("tlb", "walk_overhead", p.walk_overhead, 0, 1000);

    for (std::size_t e = 0; e < p.by_event.size(); ++e)
        in.number("event", cost_event_name(static_cast<CostEvent>(e)), p.by_event[e], 0, 10'000);
    layers.check_all_used();
    return p;
}

std::string describe(const CoreProfile& p) {
    std::string out = fmt::format("{}: {}\n\n{}\n\n{}\n\nLeft out: {}\n", p.name, p.title, p.drawing, p.model, p.omits);
    const auto line = [&](const std::string& key, const std::string& value) {
        const auto at = p.sources.find(key);
        out += fmt::format("  {:<28} {:>9}  {}\n", key, value, at == p.sources.end() ? "" : at->second);
    };
    const auto section = [&](std::string_view head, std::initializer_list<Line> lines) {
        out += fmt::format("\n{}\n", head);
        for (const Line& l : lines) line(l.key, l.value);
    };
    const auto n = [](auto v) { return fmt::format("{}", v); };
    section("Pipeline (cycles)", {{"clock.mhz", n(p.default_clock_hz / 1'000'000)},
                                  {"pipeline.out_of_order", n(p.out_of_order)},
                                  {"pipeline.width", n(p.width)},
                                  {"pipeline.window", n(p.window)},
                                  {"pipeline.mispredict", n(p.mispredict)},
                                  {"pipeline.late_target", n(p.late_target)},
                                  {"pipeline.taken_branch", n(p.taken_branch)}});
    out += "\nUnits\n";
    for (std::size_t u = 0; u < p.units.size(); ++u) line(fmt::format("units.{}", unit_names[u]), n(p.units[u]));
    section("Branch prediction", {{"predictor.history_bits", n(p.history_bits)},
                                  {"predictor.counter_entries", n(p.counter_entries)},
                                  {"predictor.btb_entries", n(p.btb_entries)},
                                  {"predictor.btb_ways", n(p.btb_ways)},
                                  {"predictor.return_stack", n(p.return_stack)}});
    const auto cache = [&](const std::string& name, const CacheGeometry& g) {
        section("Cache " + name, {{"cache." + name + ".size", fmt::format("{} KiB", g.size >> 10)},
                                  {"cache." + name + ".ways", n(g.ways)},
                                  {"cache." + name + ".line", n(g.line)},
                                  {"cache." + name + ".random", n(g.random)}});
    };
    cache("l1i", p.l1i);
    cache("l1d", p.l1d);
    line("cache.l1d.latency", n(p.l1d_latency));
    cache("l2", p.l2);
    line("cache.l2.latency", n(p.l2_latency));
    line("cache.l2.interval", n(p.l2_interval));
    section("Memory", {{"memory.ns", n(p.memory_ns)},
                       {"memory.outstanding", n(p.outstanding)},
                       {"memory.store_buffer", n(p.store_buffer)},
                       {"memory.write_back", n(p.write_back)},
                       {"memory.interval_ns", n(p.interval_ns)},
                       {"memory.streams", n(p.streams)},
                       {"memory.stream_ns", n(p.stream_ns)},
                       {"memory.write_ns", n(p.write_ns)}});
    section("Translation", {{"tlb.micro_i", n(p.micro_tlb_i)},
                            {"tlb.micro_d", n(p.micro_tlb_d)},
                            {"tlb.micro_miss", n(p.micro_tlb_miss)},
                            {"tlb.single_level", n(p.single_level)},
                            {"tlb.main_entries", n(p.main_tlb_entries)},
                            {"tlb.main_ways", n(p.main_tlb_ways)},
                            {"tlb.walk_cache", n(p.walk_cache)},
                            {"tlb.ipa_cache", n(p.ipa_cache)},
                            {"tlb.walks_through_l1", n(p.walks_through_l1)},
                            {"tlb.walk_overhead", n(p.walk_overhead)}});
    out += "\nEvents (cycles, beside the instruction's own)\n";
    for (std::size_t e = 0; e < p.by_event.size(); ++e)
        line(fmt::format("event.{}", cost_event_name(static_cast<CostEvent>(e))), n(p.by_event[e]));

    out +=
        "\nCost classes\n"
        "  class            unit      latency [1]  forward [2]  shifted [3]  doubles [4]  busy [5]  pairs [6]  "
        "source\n";
    const auto plus = [](unsigned base, unsigned per_unit) {
        return per_unit ? fmt::format("{}+{}n", base, per_unit) : fmt::format("{}", base);
    };
    const auto added = [](unsigned v) { return v ? fmt::format("+{}", v) : std::string("-"); };
    for (std::size_t i = 0; i < p.by_class.size(); ++i) {
        const auto c = static_cast<isa::CostClass>(i);
        const ClassTiming& t = p.of(c);
        const std::string_view pairs = t.serialise ? "drains"
                                       : t.alone   ? "alone"
                                                   : second_names[static_cast<std::size_t>(t.second)];
        out += fmt::format("  {:<16} {:<9} {:>11}  {:>11}  {:>11}  {:>11}  {:>8}  {:>9}  {}\n", isa::cost_class_name(c),
                           unit_names[static_cast<std::size_t>(t.unit)], plus(t.latency, t.latency_per_unit), t.forward,
                           added(t.shifted), added(t.wide), plus(t.busy, t.busy_per_unit), pairs,
                           p.sources.at(fmt::format("class.{}", isa::cost_class_name(c))));
    }
    out +=
        "  [1] until a dependent instruction may issue; n: registers or doublewords beyond the first\n"
        "  [2] until one that needs the operand late may: an ALU operand without shift, data of a store\n"
        "  [3] added when an operand is shifted by an immediate   [4] added to the latency for doubles\n"
        "  [5] until the unit takes the next instruction          [6] as the second of a pair\n";
    return out;
}

}  // namespace vtoll::core

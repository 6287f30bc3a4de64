// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/results_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/ledger/store/facts_json.hpp"
#include "core/ledger/store/words.hpp"

namespace vtoll::core {

using Json = nlohmann::ordered_json;

namespace {

/// The "stats" object: name -> value, unit, description.
class Stats {
public:
    template <class Value>
    void add(const std::string& name, Value value, const char* unit, std::string description) {
        all_[name] = {{"value", value}, {"unit", unit}, {"description", std::move(description)}};
    }
    void add(const std::string& name, Counts counts, const std::string& of) {
        add(name + ".instructions", counts.insns, unit::instruction, "instructions " + of);
        add(name + ".ticks", counts.ticks, unit::tick, "ticks " + of);
    }
    Json take() { return std::move(all_); }

private:
    Json all_ = Json::object();
};

void add_crossings(Stats& stats, const std::string& cpu, const Crossings& c) {
    const std::string name = cpu + ".crossings";
    stats.add(name + ".mode_switches", c.mode_switches, unit::event, "exceptions taken and returns from them");
    stats.add(name + ".address_space_switches", c.address_space_switches, unit::event,
              "returns to a less privileged level in another addressing context than before");
    stats.add(name + ".device_reads", c.device_reads, unit::event, "loads from devices");
    stats.add(name + ".device_writes", c.device_writes, unit::event, "stores to devices");
    stats.add(name + ".hyp_entries", c.hyp_entries, unit::event, "entries into the hypervisor from below it");
    stats.add(name + ".hyp_entries.irq", c.hyp_entries_irq, unit::event, "of these: IRQ");
    stats.add(name + ".hyp_entries.fiq", c.hyp_entries_fiq, unit::event, "of these: FIQ");
    for (std::size_t ec = 0; ec < c.hyp_entries_by_ec.size(); ++ec)
        if (c.hyp_entries_by_ec[ec])
            stats.add(fmt::format("{}.hyp_entries.ec_{:#04x}", name, ec), c.hyp_entries_by_ec[ec], unit::event,
                      fmt::format("of these: traps of HSR exception class {:#04x}", ec));
    if (c.contexts == Contexts{}) return;
    stats.add(name + ".contexts.parked", c.contexts.parked, unit::event,
              "contexts of one level that gave way to another inside an exception");
    stats.add(name + ".contexts.resumed", c.contexts.resumed, unit::event, "of these: came back");
    stats.add(name + ".contexts.abandoned", c.contexts.abandoned, unit::event, "of these: never came back");
}

void add_worlds(Stats& stats, const RunRecord& run) {
    for (std::size_t w = 0; w < static_cast<std::size_t>(World::count); ++w) {
        Counts sum;
        for (const ProcessorRecord& cpu : run.cpus)
            for (const Account& a : cpu.accounts)
                if (a.world == static_cast<World>(w)) {
                    sum.insns += a.insns;
                    sum.ticks += a.ticks;
                }
        const auto each = static_cast<World>(w);
        if ((each == World::host_user || each == World::host_kernel) && !sum.insns && !sum.ticks) continue;
        const std::string world(name_of(each));
        stats.add("world." + world, sum, "of the world '" + world + "', all processors");
    }
}

Json make_stats(const RunRecord& run) {
    Stats stats;
    stats.add("machine", run.machine(), "of all processors");
    for (std::size_t i = 0; i < run.cpus.size(); ++i) {
        const ProcessorRecord& cpu = run.cpus[i];
        const std::string name = fmt::format("cpu{}", i);
        const Residue left = residue(cpu);
        stats.add(name, cpu.machine, "that the processor counted");
        stats.add(name + ".residue.instructions", left.insns, unit::instruction,
                  "counted, but in no account: always 0");
        stats.add(name + ".residue.ticks", left.ticks, unit::tick, "counted, but in no account: always 0");
        add_crossings(stats, name, cpu.crossings);
    }
    add_worlds(stats, run);
    return stats.take();
}

Json make_accounts(const RunRecord& run) {
    Json list = Json::array();
    for (std::size_t i = 0; i < run.cpus.size(); ++i) {
        const ProcessorRecord& cpu = run.cpus[i];
        for (const Account& a : cpu.accounts)
            list.push_back({{"cpu", i},
                            {"world", name_of(a.world)},
                            {"cause", name_of(a.cause)},
                            {"vm", a.vm},
                            {"phase", run.phases.of(a.world, a.phase)},
                            {"stall", name_of(a.stall)},
                            {"instructions", a.insns},
                            {"ticks", a.ticks}});
        const Residue left = residue(cpu);
        list.push_back({{"cpu", i},
                        {"world", "residue"},
                        {"cause", ""},
                        {"vm", 0},
                        {"phase", ""},
                        {"stall", ""},
                        {"instructions", left.insns},
                        {"ticks", left.ticks}});
    }
    return list;
}

Json make_distribution(const Distribution& d) {
    return {{"min", d.min}, {"median", d.median}, {"mean", d.mean()}, {"p95", d.p95}, {"max", d.max}, {"sum", d.sum}};
}

Json make_distributions(const Distribution& insns, const Distribution& ticks) {
    Json both{{"n", insns.n}};
    if (insns.n) {
        both["instructions"] = make_distribution(insns);
        both["ticks"] = make_distribution(ticks);
    }
    return both;
}

Json make_episodes(const RunRecord& run) {
    Json list = Json::array();
    for (const EpisodeGroup& g : group_episodes(run, true)) {
        list.push_back({{"world", name_of(g.world)},
                        {"cause", name_of(g.cause)},
                        {"description", describe(g.cause)},
                        {"detail", g.detail},
                        {"measured", make_distributions(g.measured_insns, g.measured_ticks)},
                        {"all", make_distributions(g.insns, g.ticks)}});
        if (g.unfinished) list.back()["unfinished"] = g.unfinished;
    }
    return list;
}

/// By machine and name; nothing when no host takes part in any.
Json make_host_exits(const RunRecord& run) {
    const auto mean = [](u64 sum, u64 n) { return static_cast<double>(sum) / static_cast<double>(n); };
    Json list = Json::array();
    for (const HostExitGroup& g : group_host_exits(run)) {
        Json entry{{"vm", g.vm},
                   {"cause", name_of(g.cause)},
                   {"description", describe(g.cause)},
                   {"detail", g.detail},
                   {"all", make_distributions(g.insns, g.ticks)},
                   {"unfinished", g.unfinished}};
        for (std::size_t i = 0; i < exit_parts && g.insns.n; ++i)
            entry["parts"][std::string(name_of(static_cast<ExitPart>(i)))] = {
                {"instructions", mean(g.parts[i].insns, g.insns.n)}, {"ticks", mean(g.parts[i].ticks, g.insns.n)}};
        list.push_back(std::move(entry));
    }
    return list;
}

Json make_samples(const RunRecord& run) {
    std::vector<Counted> insns, ticks, hyp_insns, hyp_ticks, entries, modes, spaces, turns;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Sample& s : cpu.samples) {
            if (!s.measured) continue;
            insns.push_back({s.total.insns, 1});
            ticks.push_back({s.total.ticks, 1});
            hyp_insns.push_back({s.hypervisor.insns, 1});
            hyp_ticks.push_back({s.hypervisor.ticks, 1});
            entries.push_back({s.hyp_entries, 1});
            modes.push_back({s.mode_switches, 1});
            spaces.push_back({s.address_space_switches, 1});
            turns.push_back({s.turns, 1});
        }
    Json samples{{"n", insns.size()}};
    if (insns.empty()) return samples;
    samples["instructions"] = make_distribution(distribution(std::move(insns)));
    samples["ticks"] = make_distribution(distribution(std::move(ticks)));
    samples["hypervisor_instructions"] = make_distribution(distribution(std::move(hyp_insns)));
    samples["hypervisor_ticks"] = make_distribution(distribution(std::move(hyp_ticks)));
    samples["hypervisor_entries"] = make_distribution(distribution(std::move(entries)));
    samples["mode_switches"] = make_distribution(distribution(std::move(modes)));
    samples["address_space_switches"] = make_distribution(distribution(std::move(spaces)));
    if (run.cpus.size() > 1) samples["turns"] = make_distribution(distribution(std::move(turns)));
    return samples;
}

}  // namespace

std::string stats_json(const RunRecord& run) {
    Json timing{{"model", run.timing}, {"title", run.timing_title}, {"clock_hz", run.clock_hz}};
    if (run.placement) timing["placement"] = run.placement;
    Json document{
        {"schema", {{"name", "vtoll-stats"}, {"version", stats_schema}}},
        {"scenario", run.scenario},
        {"timing", std::move(timing)},
        {"outcome", {{"kind", run.outcome}, {"guest_code", run.guest_code}}},
        {"stats", make_stats(run)},
        {"accounts", make_accounts(run)},
        {"episodes", make_episodes(run)},
        {"samples", make_samples(run)},
        {"facts", facts_json(run)},
        {"words",
         {{"worlds", world_words()},
          {"causes", cause_words()},
          {"phases", phase_words(run.phases)},
          {"stalls", stall_words()},
          {"controls", control_words()},
          {"memory", memory_event_words()},
          {"units", unit_words()}}},
    };
    if (Json exits = make_host_exits(run); !exits.empty()) document["host_exits"] = std::move(exits);
    return document.dump(2) + "\n";
}

}  // namespace vtoll::core

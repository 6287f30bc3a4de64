// SPDX-License-Identifier: Apache-2.0
#include "core/report/run_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "core/base/input_file.hpp"
#include "core/ledger/store/episodes_sqlite.hpp"
#include "core/ledger/store/words.hpp"
#include "core/report/runs/run_comparison_parts.hpp"
#include "core/report/spread.hpp"

namespace vtoll::core {

namespace {

using Json = nlohmann::json;
using Part = std::pair<World, Cause>;

void add(Counts& sum, u64 insns, u64 ticks) {
    sum.insns += insns;
    sum.ticks += ticks;
}

/// The accounts of all processors, added up by what `key_of` makes of each.
template <class KeyOf>
auto sums(const RunRecord& run, KeyOf key_of) {
    std::map<decltype(key_of(std::declval<const Account&>())), Counts> out;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Account& a : cpu.accounts) add(out[key_of(a)], a.insns, a.ticks);
    return out;
}
World world_of(const Account& a) { return a.world; }
Part part_of(const Account& a) { return {a.world, a.cause}; }
Stall stall_of(const Account& a) { return a.stall; }

void add_noise(DifferenceLine& line, const std::vector<double>& first, const std::vector<double>& other) {
    const Spread a = spread_of(first), b = spread_of(other);
    line.mean = b.mean - a.mean;
    line.deviation = std::hypot(a.deviation, b.deviation);
    line.noise = within_noise(a, b);
}

/// What the sums by `key_of` have more in `other`, the largest first.
template <class KeyOf, class NameOf>
std::vector<DifferenceLine> ranked(const ComparedRun& first, const ComparedRun& other, KeyOf key_of, NameOf name) {
    const auto all_sums = [&](const ComparedRun& run) {
        std::vector<decltype(sums(run.record, key_of))> all;
        for (const RunRecord* record : placements_of(run)) all.push_back(sums(*record, key_of));
        return all;
    };
    auto of_first = all_sums(first), of_other = all_sums(other);
    std::set<std::decay_t<decltype(of_first[0].begin()->first)>> keys;
    for (const auto* of : {&of_first, &of_other})
        for (const auto& of_placement : *of)
            for (const auto& [key, counts] : of_placement) keys.insert(key);
    std::vector<DifferenceLine> out;
    for (const auto& key : keys) {
        const auto ticks = [&](auto& all) {
            std::vector<double> values;
            for (auto& of_placement : all) values.push_back(static_cast<double>(of_placement[key].ticks));
            return values;
        };
        DifferenceLine line{std::string(name(key))};
        add_noise(line, ticks(of_first), ticks(of_other));
        line.insns = static_cast<s64>(of_other[0][key].insns - of_first[0][key].insns);
        line.ticks = static_cast<s64>(of_other[0][key].ticks - of_first[0][key].ticks);
        if (line.insns || line.ticks) out.push_back(std::move(line));
    }
    std::stable_sort(out.begin(), out.end(), [](const DifferenceLine& a, const DifferenceLine& b) {
        return std::tuple(std::abs(a.ticks), std::abs(a.insns)) > std::tuple(std::abs(b.ticks), std::abs(b.insns));
    });
    return out;
}

/// A group under construction: rows by name, each with room for every run.
class Group {
public:
    Group(const std::vector<ComparedRun>& runs, std::string key, std::string heading,
          std::vector<std::string> quantities)
        : runs_(runs.size()), group_{std::move(key), std::move(heading), std::move(quantities), {}, {}} {}

    u64& at(std::string_view row, std::size_t run, std::size_t quantity) {
        auto found = std::find_if(group_.rows.begin(), group_.rows.end(), [&](const auto& r) { return r.name == row; });
        if (found == group_.rows.end())
            found = group_.rows.insert(found, {std::string(row), {runs_, std::vector<u64>(group_.quantities.size())}});
        return found->values[run][quantity];
    }
    void add(std::string_view row, std::size_t run, const std::vector<u64>& values) {
        for (std::size_t i = 0; i < values.size(); ++i) at(row, run, i) += values[i];
    }
    FigureGroup take(std::string about = {}) {
        group_.about = std::move(about);
        std::erase_if(group_.rows, [](const FigureGroup::Row& row) {
            return std::all_of(row.values.begin(), row.values.end(), [](const std::vector<u64>& of_run) {
                return std::all_of(of_run.begin(), of_run.end(), [](u64 value) { return value == 0; });
            });
        });
        return std::move(group_);
    }

private:
    std::size_t runs_;
    FigureGroup group_;
};

constexpr auto n_worlds = static_cast<unsigned>(World::count), n_causes = static_cast<unsigned>(Cause::count);

FigureGroup work(const std::vector<ComparedRun>& runs) {
    Group group(runs, "work", "Instructions and ticks", {"instructions", "ticks"});
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const Counts total = runs[i].record.machine();
        const auto worlds = sums(runs[i].record, world_of);
        group.add("total", i, {total.insns, total.ticks});
        for (unsigned w = 0; w < n_worlds; ++w) {
            const auto found = worlds.find(static_cast<World>(w));
            const Counts counts = found == worlds.end() ? Counts{} : found->second;
            group.add(name_of(static_cast<World>(w)), i, {counts.insns, counts.ticks});
        }
    }
    return group.take();
}

/// Episodes of a world and what they cost, by cause.
FigureGroup entries(const std::vector<ComparedRun>& runs, World world, const char* key, const char* heading) {
    Group group(runs, key, heading, {"entries", "instructions", "ticks"});
    std::string about;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        std::map<Cause, u64> counts;
        for (const ProcessorRecord& cpu : runs[i].record.cpus)
            for (const EpisodeRow& row : cpu.episodes)
                if (row.kind.world == world) counts[row.kind.cause] += row.count;
        const auto accounts = sums(runs[i].record, part_of);
        const bool handed = world == World::kernel && counts.empty() && sums(runs[i].record, world_of).contains(world);
        for (unsigned c = static_cast<unsigned>(Cause::none) + 1; c < n_causes; ++c) {
            const auto cause = static_cast<Cause>(c);
            const auto found = accounts.find({world, cause});
            const Counts cost = found == accounts.end() ? Counts{} : found->second;
            group.add("all", i, {counts[cause], cost.insns, cost.ticks});
            group.add(name_of(cause), i, {counts[cause], cost.insns, cost.ticks});
        }
        if (handed)
            about += fmt::format(
                "{}No exception enters the kernel of {}: the hypervisor hands it its system calls and faults.",
                about.empty() ? "" : " ", runs[i].label);
    }
    return group.take(about);
}

FigureGroup switches(const std::vector<ComparedRun>& runs) {
    Group group(runs, "switches", "Switches and device accesses", {"count"});
    for (std::size_t i = 0; i < runs.size(); ++i)
        for (const ProcessorRecord& cpu : runs[i].record.cpus) {
            const Crossings& c = cpu.crossings;
            group.add("mode switches", i, {c.mode_switches});
            group.add("addressing-context switches", i, {c.address_space_switches});
            group.add("entries into the hypervisor", i, {c.hyp_entries});
            group.add("device loads", i, {c.device_reads});
            group.add("device stores", i, {c.device_writes});
        }
    return group.take(
        "A mode switch is an exception or the return from one. An addressing-context switch is a return to a "
        "less privileged level with other TTBRs, ASID, VMID or domains than ran there before.");
}

FigureGroup stalls(const std::vector<ComparedRun>& runs) {
    Group group(runs, "stalls", "Ticks by stall", {"ticks"});
    for (std::size_t i = 0; i < runs.size(); ++i)
        for (const auto& [stall, counts] : sums(runs[i].record, stall_of)) group.add(name_of(stall), i, {counts.ticks});
    FigureGroup out = group.take();
    const auto order = [](const std::string& name) { return *stall_from_name(name); };
    std::sort(out.rows.begin(), out.rows.end(),
              [&](const auto& a, const auto& b) { return order(a.name) < order(b.name); });
    return out;
}

FigureGroup samples(const std::vector<ComparedRun>& runs) {
    Group group(runs, "samples", "Measured samples", {"median", "sum"});
    std::string about;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto all = measured_samples(runs[i].record);
        about += fmt::format("{}{}: {}", i ? ", " : "Number of samples: ", runs[i].label, all.size());
        const auto add = [&](const char* name, auto value) {
            std::vector<Counted> values;
            for (const Sample* s : all) values.push_back({value(*s), 1});
            const Distribution d = values.empty() ? Distribution{} : distribution(std::move(values));
            group.add(name, i, {d.median, d.sum});
        };
        add("instructions", [](const Sample& s) { return s.total.insns; });
        add("ticks", [](const Sample& s) { return s.total.ticks; });
        add("hypervisor's instructions", [](const Sample& s) { return s.hypervisor.insns; });
        add("hypervisor's ticks", [](const Sample& s) { return s.hypervisor.ticks; });
        add("entries into the hypervisor", [](const Sample& s) { return u64{s.hyp_entries}; });
        add("mode switches", [](const Sample& s) { return u64{s.mode_switches}; });
        add("addressing-context switches", [](const Sample& s) { return u64{s.address_space_switches}; });
        add("ticks it may be off by for turns", [](const Sample& s) { return s.turns; });
    }
    return group.take(about + ".");
}

}  // namespace

ComparedRun load_run(const std::filesystem::path& folder, const std::string& label) {
    ComparedRun run{label, read_episodes(folder / "episodes.sqlite"),
                    read_input(folder / "console.log", label + "/console.log").bytes};
    if (!conserved(run.record)) throw InputError(label + ": the books of the run don't add up");
    const std::string name = label + "/stats.json";
    const Json document = Json::parse(read_input(folder / "stats.json", name).bytes, nullptr, false);
    for (std::size_t i = 0; i < run.record.cpus.size(); ++i) {
        const auto value = [&](const char* figure) -> u64 {
            const auto at = Json::json_pointer(fmt::format("/stats/cpu{}.crossings.{}/value", i, figure));
            if (document.is_discarded() || !document.contains(at) || !document[at].is_number_unsigned())
                throw InputError(fmt::format("{}: expected the count 'cpu{}.crossings.{}'", name, i, figure));
            return document[at].get<u64>();
        };
        Crossings& crossings = run.record.cpus[i].crossings;
        crossings.mode_switches = value("mode_switches");
        crossings.address_space_switches = value("address_space_switches");
        crossings.hyp_entries = value("hyp_entries");
        crossings.device_reads = value("device_reads");
        crossings.device_writes = value("device_writes");
    }
    return run;
}

std::vector<FigureGroup> figure_groups(const std::vector<ComparedRun>& runs) {
    std::vector<FigureGroup> out{
        work(runs),
        entries(runs, World::hypervisor, "hypervisor_entries", "Entries into the hypervisor, by cause"),
        entries(runs, World::kernel, "kernel_entries", "Entries into the kernel, by cause"),
        entries(runs, World::host_kernel, "host_kernel_entries", "Entries into the host's kernel, by cause"),
        switches(runs),
        stalls(runs),
        samples(runs)};
    std::erase_if(out, [](const FigureGroup& group) { return group.rows.empty(); });
    return out;
}

RunDifference difference(const ComparedRun& first, const ComparedRun& other) {
    const Counts a = first.record.machine(), b = other.record.machine();
    RunDifference d{{"total", static_cast<s64>(b.insns - a.insns), static_cast<s64>(b.ticks - a.ticks)},
                    ranked(first, other, world_of, [](World w) { return name_of(w); }),
                    ranked(first, other, part_of, [](Part p) { return account_name(p.first, p.second); }),
                    ranked(first, other, stall_of, [](Stall s) { return name_of(s); })};
    const auto ticks = [](const ComparedRun& run) {
        std::vector<double> values;
        for (const RunRecord* record : placements_of(run))
            values.push_back(static_cast<double>(record->machine().ticks));
        return values;
    };
    add_noise(d.total, ticks(first), ticks(other));
    return d;
}

std::vector<const RunRecord*> placements_of(const ComparedRun& run) {
    std::vector<const RunRecord*> all{&run.record};
    for (const RunRecord& record : run.elsewhere) all.push_back(&record);
    return all;
}

std::vector<const Sample*> measured_samples(const RunRecord& run) {
    std::vector<const Sample*> out;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Sample& s : cpu.samples)
            if (s.measured) out.push_back(&s);
    return out;
}

std::optional<SampleDifference> sample_difference(const RunRecord& first, const RunRecord& other) {
    const auto a = measured_samples(first), b = measured_samples(other);
    if (a.empty() || a.size() != b.size()) return {};
    SampleDifference d;
    for (const Sample* s : b) {
        d.ticks += static_cast<s64>(s->total.ticks);
        d.hypervisor_ticks += static_cast<s64>(s->hypervisor.ticks);
    }
    for (const Sample* s : a) {
        d.base += s->total.ticks;
        d.ticks -= static_cast<s64>(s->total.ticks);
        d.hypervisor_ticks -= static_cast<s64>(s->hypervisor.ticks);
    }
    return d;
}

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/report/run_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <tuple>

#include "core/base/input_file.hpp"
#include "core/ledger/store/episodes_sqlite.hpp"
#include "core/ledger/store/words.hpp"
#include "core/report/spread.hpp"

namespace vtoll::core {

namespace {

using Json = nlohmann::ordered_json;
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

std::string name_of_part(Part part) {
    const auto [world, cause] = part;
    if (cause != Cause::none) return fmt::format("{}: {}", name_of(world), name_of(cause));
    if (world == World::kernel || world == World::hypervisor)
        return fmt::format("{}: {}", name_of(world), describe(Cause::none));
    return std::string(name_of(world));
}

/// A run in all its placements, the one that is shown first.
std::vector<const RunRecord*> placements_of(const ComparedRun& run) {
    std::vector<const RunRecord*> all{&run.record};
    for (const RunRecord& record : run.elsewhere) all.push_back(&record);
    return all;
}

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
    Group group(runs, "work", "Instructions and cycles", {"instructions", "cycles"});
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
    Group group(runs, key, heading, {"entries", "instructions", "cycles"});
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
    Group group(runs, "stalls", "What the cycles went to", {"cycles"});
    for (std::size_t i = 0; i < runs.size(); ++i)
        for (const auto& [stall, counts] : sums(runs[i].record, stall_of)) group.add(name_of(stall), i, {counts.ticks});
    FigureGroup out = group.take();
    const auto order = [](const std::string& name) { return *stall_from_name(name); };
    std::sort(out.rows.begin(), out.rows.end(),
              [&](const auto& a, const auto& b) { return order(a.name) < order(b.name); });
    return out;
}

std::vector<const Sample*> measured_samples(const RunRecord& run) {
    std::vector<const Sample*> out;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Sample& s : cpu.samples)
            if (s.measured) out.push_back(&s);
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
        add("cycles", [](const Sample& s) { return s.total.ticks; });
        add("hypervisor's instructions", [](const Sample& s) { return s.hypervisor.insns; });
        add("hypervisor's cycles", [](const Sample& s) { return s.hypervisor.ticks; });
        add("entries into the hypervisor", [](const Sample& s) { return u64{s.hyp_entries}; });
        add("mode switches", [](const Sample& s) { return u64{s.mode_switches}; });
        add("addressing-context switches", [](const Sample& s) { return u64{s.address_space_switches}; });
        add("cycles it may be off by for turns", [](const Sample& s) { return s.turns; });
    }
    return group.take(about + ".");
}

/// 1234567 as "1,234,567".
std::string grouped(s64 value, bool sign) {
    std::string digits = std::to_string(value < 0 ? -value : value);
    for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
        digits.insert(static_cast<std::size_t>(i), 1, ',');
    return (value < 0 ? "-" : sign && value > 0 ? "+" : "") + digits;
}

/// Part of the total in percent.
double share(s64 part, s64 total) { return 100.0 * static_cast<double>(part) / static_cast<double>(total); }

/// " (+12.3 %)", "" when there is nothing to be a part of.
std::string percent_of(s64 part, u64 whole) {
    return whole ? fmt::format(" ({:+.1f} %)", share(part, static_cast<s64>(whole))) : "";
}

/// `several`: there are placements, whose mean differences stand beside.
Grid difference_grid(const char* what, const std::vector<DifferenceLine>& lines, const RunDifference& d, bool insns,
                     bool several) {
    Grid grid{{what}, {}};
    if (insns) grid.heads.emplace_back("instructions");
    grid.heads.insert(grid.heads.end(), {"cycles", "share"});
    if (several) grid.heads.insert(grid.heads.end(), {"mean", deviation_head});
    const auto add_row = [&](const DifferenceLine& line) {
        std::vector<std::string> row{line.what};
        if (insns) row.push_back(grouped(line.insns, true));
        row.push_back(grouped(line.ticks, true));
        row.push_back(d.total.ticks ? fmt::format("{:.1f} %", share(line.ticks, d.total.ticks)) : "-");
        if (several) {
            row.push_back(grouped(std::llround(line.mean), true) + (line.noise ? noise_mark : ""));
            row.push_back(grouped(std::llround(line.deviation), false));
        }
        grid.rows.push_back(std::move(row));
    };
    for (const DifferenceLine& line : lines) add_row(line);
    add_row(d.total);
    return grid;
}

/// On a core model, whose caches make placements differ: their books have its stalls.
bool has_caches(const RunRecord& run) {
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Account& a : cpu.accounts)
            if (static_cast<unsigned>(a.stall) >= first_core_stall &&
                static_cast<unsigned>(a.stall) < first_core_stall + core_stalls && a.ticks)
                return true;
    return false;
}

u64 user_insns(const RunRecord& run) {
    const auto worlds = sums(run, world_of);
    const auto found = worlds.find(World::user);
    return found == worlds.end() ? 0 : found->second.insns;
}

/// Length of "[machine] " at the beginning of the line, 0 when there is none. "[    0.12] " is a kernel's time stamp.
std::size_t machine_prefix(const std::string& line) {
    if (line.size() < 2 || line[0] != '[' || !std::isalpha(static_cast<unsigned char>(line[1]))) return 0;
    const std::size_t end = line.find(']');
    if (end == std::string::npos || line.find(' ') < end) return 0;
    return end + 1 + (end + 1 < line.size() && line[end + 1] == ' ');
}

}  // namespace

std::size_t differing_line(const std::string& a, const std::string& b) {
    const auto n = std::min(a.size(), b.size());
    const auto at = std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(n), b.begin()).first;
    return 1 + static_cast<std::size_t>(std::count(a.begin(), at, '\n'));
}

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
                    ranked(first, other, part_of, name_of_part),
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

std::vector<std::string> placement_notes(const std::vector<ComparedRun>& runs) {
    std::vector<std::string> out, alone;
    for (const ComparedRun& run : runs) {
        if (!has_caches(run.record)) continue;
        std::vector<u64> numbers;
        for (const RunRecord* record : placements_of(run)) numbers.push_back(record->placement);
        if (numbers.size() == 1) alone.push_back(run.label);
        else if (out.empty())
            out.push_back(about_placements(numbers, true) + fmt::format(" All else is of placement {}.", numbers[0]));
    }
    if (alone.size() == runs.size()) out.push_back(about_placements({0}, true));
    else
        for (const std::string& label : alone) out.push_back(label + ": one placement, noise unknown.");
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

std::string guest_text(const std::string& console) {
    std::istringstream lines(console);
    std::vector<std::pair<std::string, std::string>> machines;
    std::string everything;
    for (std::string line; std::getline(lines, line);) {
        std::erase(line, '\r');
        everything += line + "\n";
        const std::size_t prefix = machine_prefix(line);
        if (!prefix) continue;
        const std::string machine = line.substr(0, prefix);
        auto found = std::find_if(machines.begin(), machines.end(), [&](const auto& m) { return m.first == machine; });
        if (found == machines.end()) found = machines.insert(found, {machine, ""});
        found->second += line.substr(prefix) + "\n";
    }
    if (machines.empty()) return everything;
    std::string out;
    for (const auto& [machine, text] : machines) out += text;
    return out;
}

std::vector<std::string> notes(const std::vector<ComparedRun>& runs) {
    std::vector<std::string> out;
    for (const ComparedRun& run : runs)
        if (run.record.outcome != "power_off")
            out.push_back(
                fmt::format("{} did not end by switching its machine off: {}.", run.label, run.record.outcome));
    const ComparedRun& first = runs.front();
    const std::string text = guest_text(first.console);
    const u64 insns = user_insns(first.record);
    const std::size_t count = measured_samples(first.record).size();
    for (auto run = runs.begin() + 1; run != runs.end(); ++run) {
        if (run->record.timing != first.record.timing)
            out.push_back(fmt::format("The timing differs: {} has {}, {} has {}.", first.label, first.record.timing,
                                      run->label, run->record.timing));
        if (const std::string theirs = guest_text(run->console); theirs != text)
            out.push_back(fmt::format(
                "The consoles of the guests of {} and {} differ, from line {} of them on: they may not have "
                "done the same work.",
                first.label, run->label, differing_line(text, theirs)));
        if (const u64 own = user_insns(run->record); own != insns) {
            const auto more = static_cast<s64>(own - insns);
            out.push_back(fmt::format("User programs executed {} instructions under {} and {} under {} ({}{}).",
                                      grouped(static_cast<s64>(insns), false), first.label,
                                      grouped(static_cast<s64>(own), false), run->label, grouped(more, true),
                                      insns ? fmt::format(", {:+.3f} %", share(more, static_cast<s64>(insns))) : ""));
        }
        if (const std::size_t own = measured_samples(run->record).size(); own != count)
            out.push_back(fmt::format("{} has {} measured samples, {} has {}.", first.label, count, run->label, own));
    }
    return out;
}

Report comparison_report(const std::vector<ComparedRun>& runs) {
    Report report{"", {}};
    Section about;
    for (const ComparedRun& run : runs) {
        report.title += (report.title.empty() ? "" : " against ") + run.label;
        about.before.push_back(fmt::format("{}: {}, timing {} ({}).", run.label, run.record.scenario, run.record.timing,
                                           run.record.timing_title));
    }
    about.after = notes(runs);
    for (std::string& note : placement_notes(runs)) about.after.push_back(std::move(note));
    report.sections.push_back(std::move(about));
    for (const FigureGroup& group : figure_groups(runs)) {
        Grid grid{{""}, {}};
        for (const ComparedRun& run : runs)
            for (const std::string& quantity : group.quantities)
                grid.heads.push_back(group.quantities.size() == 1 ? run.label : run.label + "\n" + quantity);
        for (const FigureGroup::Row& row : group.rows) {
            std::vector<std::string> cells{row.name};
            for (const auto& of_run : row.values)
                for (const u64 value : of_run) cells.push_back(grouped(static_cast<s64>(value), false));
            grid.rows.push_back(std::move(cells));
        }
        report.sections.push_back({group.heading, {}, std::move(grid), {}});
        if (!group.about.empty()) report.sections.back().before.push_back(group.about);
    }
    for (auto run = runs.begin() + 1; run != runs.end(); ++run) {
        const RunDifference d = difference(runs.front(), *run);
        const bool several = !run->elsewhere.empty() && !runs.front().elsewhere.empty();
        const std::string label = run->label;
        std::vector<std::string> summary{
            fmt::format("{} takes {} cycles{} and {} instructions.", label, grouped(d.total.ticks, true),
                        percent_of(d.total.ticks, runs.front().record.machine().ticks), grouped(d.total.insns, true))};
        if (several)
            summary.push_back(fmt::format(
                "Over the placements: {} cycles, deviation {}{}.", grouped(std::llround(d.total.mean), true),
                grouped(std::llround(d.total.deviation), false), d.total.noise ? "; within their noise" : ""));
        if (const auto samples = sample_difference(runs.front().record, run->record))
            summary.push_back(
                fmt::format("In the measured samples alone it takes {} cycles{}, {} of them the hypervisor's.",
                            grouped(samples->ticks, true), percent_of(samples->ticks, samples->base),
                            grouped(samples->hypervisor_ticks, true)));
        report.sections.push_back({fmt::format("Where {} differs from {}", label, runs.front().label),
                                   std::move(summary),
                                   difference_grid("whose", d.worlds, d, true, several),
                                   {}});
        report.sections.push_back({fmt::format("The same by cause: {}", label),
                                   {},
                                   difference_grid("whose, and why", d.accounts, d, true, several),
                                   {}});
        report.sections.push_back({fmt::format("The same cycles by what they went to: {}", label),
                                   {},
                                   difference_grid("", d.stalls, d, false, several),
                                   {}});
    }
    return report;
}

std::string comparison_csv(const std::vector<ComparedRun>& runs) {
    std::vector<std::string> fields{"group", "row", "quantity"};
    for (const ComparedRun& run : runs) fields.push_back(run.label);
    std::string out = csv_line(fields);
    for (const FigureGroup& group : figure_groups(runs))
        for (const FigureGroup::Row& row : group.rows)
            for (std::size_t q = 0; q < group.quantities.size(); ++q) {
                fields = {group.key, row.name, group.quantities[q]};
                for (const auto& of_run : row.values) fields.push_back(std::to_string(of_run[q]));
                out += csv_line(fields);
            }
    for (std::size_t i = 1; i < runs.size(); ++i) {
        const RunDifference d = difference(runs.front(), runs[i]);
        const bool several = !runs[i].elsewhere.empty() && !runs.front().elsewhere.empty();
        const auto field = [&](const char* group, const DifferenceLine& l, const char* quantity, std::string value) {
            fields = {group, l.what, quantity};
            fields.resize(3 + runs.size());
            fields[3 + i] = std::move(value);
            out += csv_line(fields);
        };
        const auto cycles = [&](const char* group, const DifferenceLine& l) {
            field(group, l, "cycles", std::to_string(l.ticks));
            if (!several) return;
            field(group, l, "cycles_mean", fmt::format("{}", l.mean));
            field(group, l, "cycles_deviation", fmt::format("{}", l.deviation));
            field(group, l, "cycles_within_noise", l.noise ? "true" : "false");
        };
        std::vector<DifferenceLine> lines = d.accounts;
        lines.push_back(d.total);
        for (const DifferenceLine& l : lines) {
            field("difference", l, "instructions", std::to_string(l.insns));
            cycles("difference", l);
        }
        for (const DifferenceLine& l : d.stalls) cycles("difference_by_stall", l);
    }
    return out;
}

std::string comparison_json(const std::vector<ComparedRun>& runs) {
    Json columns = Json::array(), groups = Json::object(), differences = Json::array();
    for (const ComparedRun& run : runs) {
        std::vector<u64> placements;
        for (const RunRecord* record : placements_of(run)) placements.push_back(record->placement);
        columns.push_back({{"name", run.label},
                           {"scenario", run.record.scenario},
                           {"timing", {{"model", run.record.timing}, {"title", run.record.timing_title}}},
                           {"placements", placements},
                           {"outcome", run.record.outcome}});
    }
    for (const FigureGroup& group : figure_groups(runs)) {
        Json rows = Json::array();
        for (const FigureGroup::Row& row : group.rows) {
            Json values = Json::array();
            for (const auto& of_run : row.values) {
                Json value = Json::object();
                for (std::size_t q = 0; q < of_run.size(); ++q) value[group.quantities[q]] = of_run[q];
                values.push_back(std::move(value));
            }
            rows.push_back({{"row", row.name}, {"columns", std::move(values)}});
        }
        groups[group.key] = std::move(rows);
    }
    for (std::size_t i = 1; i < runs.size(); ++i) {
        const RunDifference d = difference(runs.front(), runs[i]);
        const bool several = !runs[i].elsewhere.empty() && !runs.front().elsewhere.empty();
        const auto noise = [&](const DifferenceLine& l) {
            return Json{{"mean", l.mean}, {"deviation", l.deviation}, {"within_noise", l.noise}};
        };
        const auto list = [&](const std::vector<DifferenceLine>& lines) {
            Json out = Json::array();
            for (const DifferenceLine& l : lines) {
                out.push_back({{"what", l.what},
                               {"instructions", l.insns},
                               {"cycles", l.ticks},
                               {"share", d.total.ticks ? Json(share(l.ticks, d.total.ticks) / 100) : Json(nullptr)}});
                if (several) out.back()["placements"] = noise(l);
            }
            return out;
        };
        Json of_samples = nullptr;
        if (const auto samples = sample_difference(runs.front().record, runs[i].record))
            of_samples = {{"cycles", samples->ticks}, {"hypervisor_cycles", samples->hypervisor_ticks}};
        differences.push_back({{"column", i},
                               {"name", runs[i].label},
                               {"instructions", d.total.insns},
                               {"cycles", d.total.ticks},
                               {"measured_samples", of_samples},
                               {"worlds", list(d.worlds)},
                               {"accounts", list(d.accounts)},
                               {"stalls", list(d.stalls)}});
        if (several) differences.back()["placements"] = noise(d.total);
    }
    const Json document{{"schema", {{"name", "vtoll-comparison"}, {"version", 1}}},
                        {"columns", columns},
                        {"notes", notes(runs)},
                        {"words", {{"worlds", world_words()}, {"causes", cause_words()}, {"stalls", stall_words()}}},
                        {"groups", groups},
                        {"differences", differences}};
    return document.dump(2) + "\n";
}

}  // namespace vtoll::core

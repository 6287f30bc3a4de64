// SPDX-License-Identifier: Apache-2.0
#include "core/report/executed_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/ledger/store/exits.hpp"
#include "core/report/screen/decimals.hpp"

namespace vtoll::core {

namespace {

/// `insns`, `times`: what there is to say of one beside its ticks.
struct Kind {
    const char *key, *head;
    bool insns, times;
};
constexpr Kind whole_operation = {"operation", "", true, false};
constexpr Kind kinds[] = {{"world", "world", true, false},
                          {"cause", "world: cause", true, false},
                          {"stall", "stall", false, false},
                          {"world-stall", "world: stall", false, false},
                          {"exit", "exit", true, true}};

/// Less than this of an operation, in every system, is no line of a screen.
constexpr double least_shown = 0.05;

using Parts = std::map<std::pair<std::string, std::string>, ExecutedRow::Part>;

void add_run(Parts& parts, ExecutedRow::Part& whole, const RunRecord& run, double sign) {
    const auto add = [&](const char* kind, std::string what, double times, u64 insns, u64 ticks) {
        ExecutedRow::Part& part = parts[{kind, std::move(what)}];
        part.times += sign * times;
        part.insns += sign * static_cast<double>(insns);
        part.ticks += sign * static_cast<double>(ticks);
    };
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Account& a : cpu.accounts) {
            const std::string_view world = name_of(a.world);
            whole.insns += sign * static_cast<double>(a.insns);
            whole.ticks += sign * static_cast<double>(a.ticks);
            add("world", std::string(world), 0, a.insns, a.ticks);
            add("cause", fmt::format("{}: {}", world, name_of(a.cause)), 0, a.insns, a.ticks);
            add("stall", std::string(name_of(a.stall)), 0, a.insns, a.ticks);
            add("world-stall", fmt::format("{}: {}", world, name_of(a.stall)), 0, a.insns, a.ticks);
        }
    for (const ExitRow& exit : exit_rows(run, {}))
        add("exit", exit.exit, static_cast<double>(exit.ticks.n), exit.insns.sum, exit.ticks.sum);
}

/// What any of the systems has, the dearest first.
std::vector<std::string> names_of(const std::string& kind, const std::vector<ExecutedRow>& systems) {
    std::map<std::string, double> most;
    for (const ExecutedRow& system : systems)
        for (const auto& [key, part] : system.parts)
            if (key.first == kind)
                most[key.second] = std::max(most[key.second], std::abs(part.ticks) + std::abs(part.times));
    std::vector<std::string> names;
    for (const auto& [name, ticks] : most)
        if (ticks > 0) names.push_back(name);
    std::ranges::stable_sort(names, [&](const auto& a, const auto& b) { return most[a] > most[b]; });
    return names;
}

ExecutedRow::Part part_of(const ExecutedRow& row, const std::string& kind, const std::string& what) {
    const auto at = row.parts.find({kind, what});
    return at == row.parts.end() ? ExecutedRow::Part() : at->second;
}

std::vector<std::string> caption_of(const std::vector<ExecutedRow>& systems) {
    std::string text = fmt::format("Ticks of one operation by '{}' at {} MHz, as executed:", systems[0].timing,
                                   systems[0].clock_hz / 1'000'000);
    for (const ExecutedRow& system : systems)
        text += fmt::format("{} {} {:.0f} operations", &system == systems.data() ? "" : ",", system.system,
                            system.operations);
    text +=
        ". Each run measures the row twice, and has a run that measures it once taken away: starting the program, "
        "and finding out how often to loop, are not in it. What is left is divided by the operation's time as the "
        "program prints it. Placement 0 alone: noise unknown.";
    return {text};
}

}  // namespace

ExecutedRow executed_row(const std::string& system, const BenchmarkRow& row, const BenchmarkRun& once,
                         const BenchmarkRun& twice) {
    ExecutedRow out{system, twice.books.timing, twice.books.clock_hz, 0, {}, {}};
    add_run(out.parts, out.whole, twice.books, 1);
    add_run(out.parts, out.whole, once.books, -1);
    const double each = figure_of(row, twice) * static_cast<double>(out.clock_hz) * 1e-6;
    out.operations = out.whole.ticks / each;
    if (out.operations < 1)
        throw InputError(
            fmt::format("measured twice it takes {:.0f} ticks more than once, which is no operation", out.whole.ticks));
    const auto of_one = [&](ExecutedRow::Part& part) {
        part.times /= out.operations;
        part.insns /= out.operations;
        part.ticks /= out.operations;
    };
    of_one(out.whole);
    for (auto& [key, part] : out.parts) of_one(part);
    return out;
}

PlainTable executed_table(const std::string& label, const std::vector<ExecutedRow>& systems) {
    PlainTable table;
    table.name = "executed-row";
    table.title = label;
    table.before = caption_of(systems);
    table.columns = {{"part", "part"}, {"what", "what"}};
    for (const ExecutedRow& system : systems) {
        table.columns.push_back({system.system + "_times", ""});
        table.columns.push_back({system.system + "_instructions", system.system + "\ninstructions"});
        table.columns.push_back({system.system + "_ticks", system.system + "\nticks"});
    }
    const auto add = [&](const Kind& kind, const std::string& what, const auto& of) {
        std::vector<Cell>& cells = table.rows.emplace_back(std::vector<Cell>{kind.key, what});
        for (const ExecutedRow& system : systems) {
            const ExecutedRow::Part& p = of(system);
            cells.insert(cells.end(),
                         {kind.times ? Cell(p.times) : Cell(), kind.insns ? Cell(p.insns) : Cell(), p.ticks});
        }
    };
    add(whole_operation, "together", [](const ExecutedRow& row) { return row.whole; });
    for (const Kind& kind : kinds)
        for (const std::string& what : names_of(kind.key, systems))
            add(kind, what, [&](const ExecutedRow& row) { return part_of(row, kind.key, what); });
    return table;
}

Report executed_report(const std::string& label, const std::vector<ExecutedRow>& systems) {
    Report report{"Where the ticks go: " + label, {Section{"", caption_of(systems), {}, {}}}};
    for (const Kind& kind : kinds) {
        Grid grid{{kind.head}, {}};
        for (const ExecutedRow& system : systems) {
            if (kind.times) grid.heads.push_back(system.system + " times");
            grid.heads.push_back(kind.times ? "ticks" : system.system);
        }
        std::vector<ExecutedRow::Part> sums(systems.size());
        const auto line = [&](const std::string& what, const auto& of) {
            std::vector<std::string> cells{what};
            for (std::size_t i = 0; i < systems.size(); ++i) {
                const ExecutedRow::Part part = of(i);
                if (kind.times) cells.push_back(decimal(part.times, 4));
                cells.push_back(decimal(part.ticks));
            }
            grid.rows.push_back(std::move(cells));
        };
        for (const std::string& what : names_of(kind.key, systems)) {
            bool any = false;
            for (std::size_t i = 0; i < systems.size(); ++i) {
                const ExecutedRow::Part part = part_of(systems[i], kind.key, what);
                sums[i].times += part.times;
                sums[i].ticks += part.ticks;
                any |= std::abs(part.ticks) >= least_shown;
            }
            if (any) line(what, [&](std::size_t i) { return part_of(systems[i], kind.key, what); });
        }
        if (grid.rows.empty()) continue;
        line("together", [&](std::size_t i) { return sums[i]; });
        report.sections.push_back({"", {}, std::move(grid), {}});
    }
    report.sections.back().after.push_back(
        "Lines below 0.05 ticks everywhere are left out of this screen; each list adds up with them.");
    return report;
}

}  // namespace vtoll::core

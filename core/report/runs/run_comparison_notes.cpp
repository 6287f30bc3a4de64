// SPDX-License-Identifier: Apache-2.0
// What is to be said of runs that stand beside each other.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "core/report/runs/run_comparison_parts.hpp"
#include "core/report/screen/decimals.hpp"
#include "core/report/spread.hpp"

namespace vtoll::core {

namespace {

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
    u64 insns = 0;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Account& a : cpu.accounts)
            if (a.world == World::user) insns += a.insns;
    return insns;
}

/// Length of "[machine] " at the beginning of the line, 0 when there is none. "[    0.12] " is a kernel's time stamp.
std::size_t machine_prefix(const std::string& line) {
    if (line.size() < 2 || line[0] != '[' || !std::isalpha(static_cast<unsigned char>(line[1]))) return 0;
    const std::size_t end = line.find(']');
    if (end == std::string::npos || line.find(' ') < end) return 0;
    return end + 1 + (end + 1 < line.size() && line[end + 1] == ' ');
}

}  // namespace

std::string grouped(s64 value, bool sign) {
    std::string digits = std::to_string(value < 0 ? -value : value);
    for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
        digits.insert(static_cast<std::size_t>(i), 1, ',');
    return (value < 0 ? "-" : sign && value > 0 ? "+" : "") + digits;
}

double share(s64 part, s64 total) { return 100.0 * static_cast<double>(part) / static_cast<double>(total); }

std::size_t differing_line(const std::string& a, const std::string& b) {
    const auto n = std::min(a.size(), b.size());
    const auto at = std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(n), b.begin()).first;
    return 1 + static_cast<std::size_t>(std::count(a.begin(), at, '\n'));
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
            out.push_back(fmt::format(
                "User programs executed {} instructions under {} and {} under {} ({}{}).",
                grouped(static_cast<s64>(insns), false), first.label, grouped(static_cast<s64>(own), false), run->label,
                grouped(more, true),
                insns ? fmt::format(", {} %", signed_decimal(share(more, static_cast<s64>(insns)), 3)) : ""));
        }
        if (const std::size_t own = measured_samples(run->record).size(); own != count)
            out.push_back(fmt::format("{} has {} measured samples, {} has {}.", first.label, count, run->label, own));
    }
    return out;
}

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/report/advice/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vtoll::core {

namespace {

constexpr std::size_t most_named = 3;

bool is_exit(const EpisodeKind& kind) {
    return kind.world == World::hypervisor && kind.cause != Cause::none && kind.cause != Cause::nested_irq &&
           kind.role != EntryRole::process && kind.role != EntryRole::way_back;
}

bool is_core_stall(Stall s) {
    const auto n = static_cast<std::size_t>(s);
    return n >= first_core_stall && n < first_core_stall + core_stalls;
}

void add(std::map<Evidence::Key, Evidence::Access>& to, const AccessFact& f) {
    Evidence::Access& access = to[{f.name, f.write}];
    access.counts.add(f.counts);
    access.causes[f.owner.cause] += f.counts.count;
    access.address = f.address;
    access.device = f.device;
}

}  // namespace

Evidence::Evidence(const RunRecord& record) : run(record), names_(exit_names(record)), machines_(record.cpus.size()) {
    for (std::size_t cpu = 0; cpu < run.cpus.size(); ++cpu) {
        const ProcessorRecord& each = run.cpus[cpu];
        for (const Account& a : each.accounts) {
            if (a.stall != Stall::sleep) busy_ticks += a.ticks;
            if (in_exit({a.world, a.cause, a.vm})) exit_ticks += a.ticks;
            priced |= is_core_stall(a.stall);
            if (in_guest(a.world) && a.insns) {
                machines_[cpu].insert(a.vm);
                has_guest |= a.vm != 0;
            }
        }
        for (const EpisodeRow& row : each.episodes)
            if (is_exit(row.kind)) exits += row.count;
        for (const AccessFact& f : each.facts.accesses) {
            if (!in_exit(f.owner)) continue;
            add(accesses_, f);
            if (f.owner.cause != Cause::world_switch && f.owner.cause != Cause::fp_trap) add(needless_, f);
        }
    }
}

u64 Evidence::stalls(Stall stall, bool of_exits) const {
    u64 sum = 0;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Account& a : cpu.accounts)
            if (a.stall == stall && (of_exits ? in_exit({a.world, a.cause, a.vm}) : in_guest(a.world))) sum += a.ticks;
    return sum;
}

u64 Evidence::insns(bool of_exits) const {
    u64 sum = 0;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Account& a : cpu.accounts)
            if (of_exits ? in_exit({a.world, a.cause, a.vm}) : in_guest(a.world)) sum += a.insns;
    return sum;
}

u64 Evidence::events(MemoryEvent event, bool of_exits) const {
    u64 sum = 0;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const EventFact& f : cpu.facts.events)
            if (f.event == event && (of_exits ? in_exit(f.owner) : in_guest(f.owner.world))) sum += f.amount;
    return sum;
}

ControlShare Evidence::controls(bool of_exits, const std::function<bool(const Controls&)>& holds) const {
    ControlShare share;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const ControlFact& f : cpu.facts.controls) {
            if (of_exits ? f.world != World::hypervisor || !f.in_exception : !in_guest(f.world)) continue;
            share.of_insns += f.insns;
            if (!holds(f.controls)) continue;
            share.insns += f.insns;
            share.uncached_ticks += f.uncached_ticks;
        }
    return share;
}

const Evidence::Access& Evidence::find(const std::map<Key, Access>& all, const std::string& name, bool write) {
    static const Access none;
    const auto found = all.find({name, write});
    return found == all.end() ? none : found->second;
}

Evidence::Exits Evidence::exits_of(const std::function<bool(const EpisodeKind&)>& is) const {
    Exits out;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const EpisodeRow& row : cpu.episodes) {
            if (!is_exit(row.kind) || !is(row.kind)) continue;
            const u64 ticks = row.count * row.kind.ticks();
            out.count += row.count;
            out.ticks += ticks;
            auto& [count, sum] = out.names[names_.of(row.kind)];
            count += row.count;
            sum += ticks;
        }
    return out;
}

std::string Evidence::dearest(const std::function<u64(const EpisodeKind&)>& part) const {
    struct Sum {
        std::string name;
        u64 count = 0, part = 0, ticks = 0;
    };
    std::map<std::string, Sum> sums;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const EpisodeRow& row : cpu.episodes) {
            if (!is_exit(row.kind) || !row.kind.finished) continue;
            Sum& sum = sums[names_.of(row.kind)];
            sum.count += row.count;
            sum.part += row.count * part(row.kind);
            sum.ticks += row.count * row.kind.ticks();
        }
    std::vector<Sum> sorted;
    for (auto& [name, sum] : sums)
        if (sum.part) sorted.push_back({name, sum.count, sum.part, sum.ticks});
    std::ranges::stable_sort(sorted, std::greater(), &Sum::part);
    std::string out;
    for (std::size_t i = 0; i < std::min(sorted.size(), most_named); ++i)
        out += fmt::format("{}{}: {} of its {} ticks", out.empty() ? "" : "; ", sorted[i].name,
                           sorted[i].part / sorted[i].count, sorted[i].ticks / sorted[i].count);
    return out;
}

std::string Evidence::list(const Exits& exits) {
    std::vector<std::pair<std::string, std::pair<u64, u64>>> sorted(exits.names.begin(), exits.names.end());
    std::ranges::stable_sort(sorted, std::greater(), [](const auto& each) { return each.second.second; });
    std::string out;
    for (std::size_t i = 0; i < std::min(sorted.size(), most_named); ++i)
        out += fmt::format("{}{} x {}", out.empty() ? "" : ", ", sorted[i].second.first, sorted[i].first);
    if (sorted.size() > most_named) out += fmt::format(" and {} kinds more", sorted.size() - most_named);
    return out;
}

std::string Evidence::list(const std::map<Cause, u64>& causes) {
    std::vector<std::pair<Cause, u64>> sorted(causes.begin(), causes.end());
    std::ranges::stable_sort(sorted, std::greater(), [](const auto& each) { return each.second; });
    std::string out;
    for (std::size_t i = 0; i < std::min(sorted.size(), most_named); ++i)
        out += fmt::format("{}{}", out.empty() ? "" : ", ", name_of(sorted[i].first));
    return out;
}

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/exit_choice.hpp"

#include <algorithm>
#include <set>

namespace vtoll::core {

ExitChooser::ExitChooser(const RunRecord& run, bool measured_only)
    : run_(run), measured_only_(measured_only), names_(exit_names(run)) {}

const std::string& ExitChooser::name_of(const EpisodeKind& kind) const {
    static const std::string none;
    const bool exit = kind.world == World::hypervisor || kind.role == EntryRole::process;
    if (!exit || !kind.finished || (measured_only_ && !kind.measured)) return none;
    const auto [at, fresh] = known_.try_emplace({kind.cause, kind.role, kind.syndrome, kind.detail});
    if (fresh) at->second = names_.of(kind);
    return at->second;
}

std::optional<ExitChoice> ExitChooser::find(const std::string& name) const {
    struct One {
        u64 ticks = 0, first = 0, count = 0;
        unsigned cpu = 0;
    };
    std::vector<One> all;
    std::vector<Counted> ticks;
    for (unsigned cpu = 0; cpu < run_.cpus.size(); ++cpu)
        for (const EpisodeRow& row : run_.cpus[cpu].episodes) {
            if (name.empty() || name_of(row.kind) != name) continue;
            all.push_back({row.kind.ticks(), row.first_tick, row.count, cpu});
            ticks.push_back({row.kind.ticks(), row.count});
        }
    if (all.empty()) return std::nullopt;
    const Distribution lengths = distribution(std::move(ticks));
    const auto first_of = [&](u64 length) {
        const One* first = nullptr;
        for (const One& one : all)
            if (one.ticks == length && (!first || one.first < first->first)) first = &one;
        return ExitChoice::Begun{first->cpu, first->first};
    };
    return ExitChoice{lengths.n, first_of(lengths.median), first_of(lengths.max)};
}

std::vector<std::string> ExitChooser::names() const {
    std::set<std::string> names;
    for (const ProcessorRecord& cpu : run_.cpus)
        for (const EpisodeRow& row : cpu.episodes)
            if (const std::string& name = name_of(row.kind); !name.empty()) names.insert(name);
    return {names.begin(), names.end()};
}

}  // namespace vtoll::core

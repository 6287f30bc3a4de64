// SPDX-License-Identifier: Apache-2.0
// Exits that a host takes part in.
#include <algorithm>

#include "core/ledger/book/classify.hpp"
#include "core/ledger/book/ledger.hpp"

namespace vtoll::core {

/// What the host does is part of the exit that it serves. Entries into a kernel in Hyp mode are told when they are
/// over: one that enters the machine is the way back.
void Ledger::serve(World world, u64 insns, u64 ticks) {
    if (world != World::host_kernel && world != World::host_user) return;
    PartCost& part = (*serving_)[world == World::host_kernel ? ExitPart::host_kernel : ExitPart::host_user];
    part.insns += insns;
    part.ticks += ticks;
}

void Ledger::reach_host(OpenEpisode& episode) {
    OpenHostExit& exit = host_exits_->place({episode.kind.vm, episode.vmpidr});
    if (exit.owner) exit.owner->end_host_exit(exit, nullptr);
    host_exits_->hosted = true;
    episode.kind.role = EntryRole::way_in;
    episode.kind.finished = true;
    exit.machine = {episode.kind.vm, episode.vmpidr};
    exit.owner = this;
    exit.way_in = episode;
    episode.matrix = no_matrix;  // they moved
    episode.facts = FactBook::none;
    exit.parts = {};
    exit[ExitPart::way_in] = {episode.kind.insns(), episode.kind.ticks()};
    serving_ = &exit;
    if (sink_) sink_->left(episode.number, last_);
}

void Ledger::enter_machine(const isa::CpuState& s, OpenEpisode* back) {
    if (host_) {
        host_exits_->resident |= (s.sys.hcr & isa::hcr::TGE) != 0;
        host_exits_->hosted |= host_exits_->resident;
        return;
    }
    if (back) {
        back->kind.world = World::hypervisor;
        back->kind.role = EntryRole::whole;
    }
    OpenHostExit* exit = host_exits_->open({current_vmid(s), s.sys.vmpidr});
    if (!exit) return;
    if (back) {
        back->kind.role = EntryRole::way_back;
        (*exit)[ExitPart::way_back] = {back->kind.insns(), back->kind.ticks()};
    }
    if (exit->owner != this) exit->owner->catch_up();
    exit->owner->end_host_exit(*exit, &s);
}

void Ledger::catch_up() { book(clock_()); }

void Ledger::end_host_exit(OpenHostExit& exit, const isa::CpuState* s) {
    OpenEpisode& way_in = exit.way_in;
    if (s) classify_exit(*s, way_in.kind.vm, way_in.from.pc, way_in.translated, way_in.kind);
    way_in.kind.vm_after = 0;
    HostExitRow row{way_in.kind, exit.parts, 1, way_in.began, way_in.began};
    row.kind.phases = {};
    row.kind.waits = {};
    row.kind.finished = s != nullptr;
    // Of a machine that never runs again, nobody can say what the host did for it: it may have gone on for hours.
    if (!s) row.parts[std::size_t(ExitPart::host_kernel)] = row.parts[std::size_t(ExitPart::host_user)] = {};
    if (row.kind.detail) row.kind.detail = bounded_detail(row.kind);
    const auto [first, last] = host_index_.equal_range(row.hash());
    const auto same = std::find_if(first, last, [&](const auto& each) { return host_rows_[each.second].alike(row); });
    if (same == last) {
        host_index_.emplace(row.hash(), host_rows_.size());
        row.callers.add(way_in.from.pc);
        host_rows_.push_back(row);
    } else {
        ++host_rows_[same->second].count;
        host_rows_[same->second].last_tick = way_in.began;
        host_rows_[same->second].callers.add(way_in.from.pc);
    }
    store(way_in);
    if (sink_) sink_->closed(way_in.number, way_in.kind, true);
    exit.owner = nullptr;
    if (serving_ == &exit) serving_ = nullptr;
}

}  // namespace vtoll::core

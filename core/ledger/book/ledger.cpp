// SPDX-License-Identifier: Apache-2.0
// Booking. The current payer is an open episode or, outside episodes, a world; everything that happened since the last
// transition is charged to it at the next one.
#include "core/ledger/book/ledger.hpp"

#include <algorithm>

#include "core/ledger/book/classify.hpp"

namespace vtoll::core {

using isa::Mode;
using isa::Privilege;

Ledger::Ledger() { markers_.reserve(64); }

std::size_t Ledger::KindHash::operator()(const EpisodeKind& k) const {
    u64 h = u64(k.syndrome) << 32 ^ k.detail ^ u64(k.cause) << 56 ^ u64(k.vm) << 48 ^ u64(k.vm_after) << 40;
    h ^= u64(k.role) << 36;
    for (const PhaseCost& p : k.phases) h = (h ^ p.insns ^ u64(p.ticks) << 24) * 0x9e37'79b9'7f4a'7c15ull;
    h ^= u64(k.row) * 0x9e37'79b9'7f4a'7c15ull;
    for (u32 w : k.waits) h = (h ^ w) * 0x9e37'79b9'7f4a'7c15ull;
    return h ^ (h >> 32);
}

void Ledger::begin(const isa::CpuState& s, Counts at, bool measuring) {
    started_ = last_ = at;
    host_ = is_host(s);
    if (at.stalls) last_stalls_ = *at.stalls;
    world_ = world_of(s, s.mode());
    hypervisor_level_ = at_hypervisor(s.mode());
    measuring_ = measuring;
    if (policy_.host_vmid >= 0) host_exits_->hosted = true;
    row_began_ = at;
    follow_row(at);
    vm_ = known_vm(s);
    facts_.begin(at);
    facts_.stand(world_, false, s);
}

bool Ledger::at_hypervisor(Mode m) const {
    return m == Mode::hyp || (policy_.pl1_is_hypervisor && isa::privilege_of(m) == Privilege::pl1);
}

bool Ledger::is_host(const isa::CpuState& s) const { return !policy_.pl1_is_hypervisor && runs_host(s, policy_); }

World Ledger::world_of(const isa::CpuState& s, Mode m) const {
    switch (isa::privilege_of(m)) {
    case Privilege::pl0: {
        if (static_cast<int>(s.sys.contextidr & 0xff) == policy_.hypervisor_asid) return World::hypervisor;
        if (host_) return World::host_user;
        const bool kernel = policy_.kernel_domain >= 0 && ((s.sys.dacr >> (2 * policy_.kernel_domain)) & 3);
        return kernel ? World::kernel : World::user;
    }
    case Privilege::pl1:
        if (host_) return World::host_kernel;
        return policy_.pl1_is_hypervisor ? World::hypervisor : World::kernel;
    default: return s.sys.hcr & isa::hcr::TGE ? World::host_kernel : World::hypervisor;
    }
}

u8 Ledger::vm_of(const isa::CpuState& s) {
    if (!policy_.pl1_is_hypervisor) return known_vm(s);
    const auto n =
        static_cast<std::size_t>(std::find(machines_.begin(), machines_.end(), s.sys.ttbr1) - machines_.begin());
    if (n == machines_.size() && n < 255) machines_.push_back(s.sys.ttbr1);
    return static_cast<u8>(n);
}

u8 Ledger::known_vm(const isa::CpuState& s) const {
    if (!policy_.pl1_is_hypervisor) return host_ ? u8{0} : current_vmid(s);
    return static_cast<u8>(std::find(machines_.begin(), machines_.end(), s.sys.ttbr1) - machines_.begin());
}

void Ledger::tell(World world, u16 phase, u16 function, Counts from, Counts to) {
    if (from.ticks == to.ticks && from.insns == to.insns) return;
    const OpenEpisode* payer = world != World::idle ? top_ : nullptr;
    sink_->booked({world, vm_, payer ? payer->number : 0, payer ? payer->kind.measured : measuring_}, phase, function,
                  from, to);
}

Ledger::MachineBook& Ledger::book_of(u8 vm) {
    if (!machine_books_[vm]) machine_books_[vm] = std::make_unique<MachineBook>();
    return *machine_books_[vm];
}

/// Adds to a phase of an episode. One that outgrows its counters (a kernel's idle loop inside a system call that never
/// returns) goes on in another row.
void Ledger::grow(OpenEpisode& episode, u16 phase, u64 insns, u64 ticks) {
    constexpr u64 full = ~u32{0};
    for (;;) {
        PhaseCost& p = episode.phase(phase);
        const u64 fitting_insns = std::min(insns, full - p.insns), fitting_ticks = std::min(ticks, full - p.ticks);
        p.insns += static_cast<u32>(fitting_insns);
        p.ticks += static_cast<u32>(fitting_ticks);
        insns -= fitting_insns;
        ticks -= fitting_ticks;
        if (!(insns | ticks)) [[likely]]
            return;
        store(episode);
        episode.clear_costs();
    }
}

void Ledger::book(Counts at) {
    const u64 insns = at.insns - last_.insns, ticks = at.ticks - last_.ticks;
    if (sink_) tell(world_, phase_, function_, last_, at);
    last_ = at;
    if (at.stalls) book_waits(*at.stalls);
    if (top_) {
        grow(*top_, phase_, insns, ticks);
    } else {
        Base& b = book_of(vm_).base[static_cast<std::size_t>(world_)];
        b.insns[phase_] += insns;
        b.ticks[phase_] += ticks;
    }
    if (!top_ || !hypervisor_level_) {
        if (serving_) serve(world_, insns, ticks);
        RowCounts::Part& part = row_counts_[row_].worlds[static_cast<std::size_t>(world_)];
        part.insns += insns;
        part.ticks += ticks;
    }
    if (hypervisor_level_ || world_ == World::hypervisor) {
        hyp_total_.insns += insns;
        hyp_total_.ticks += ticks;
    }
    if (row_ != run_rows_->current()) follow_row(at);
}

/// An exit belongs as a whole to the row that it began in: a row begins for this processor when none is under way.
void Ledger::follow_row(Counts at) {
    if (!hyp_open_.running.empty()) return;
    close_row(at);
    row_ = run_rows_->current();
    if (row_ >= row_counts_.size()) row_counts_.resize(row_ + std::size_t{1});
}

void Ledger::close_row(Counts at) {
    RowCounts& row = row_counts_[row_];
    row.machine.insns += at.insns - row_began_.insns;
    row.machine.ticks += at.ticks - row_began_.ticks;
    row_began_ = at;
}

void Ledger::book_waits(const StallTotals& now) {
    for (std::size_t i = 0; i < core_stalls; ++i) {
        const u64 more = now[first_core_stall + i] - last_stalls_[first_core_stall + i];
        if (!more) continue;
        if (!top_) {
            book_of(vm_).waits[static_cast<std::size_t>(world_)][static_cast<std::size_t>(Cause::none)][phase_][i] +=
                more;
            continue;
        }
        if (top_->matrix == no_matrix) {
            if (free_matrices_.empty()) {
                free_matrices_.push_back(matrices_.size());
                matrices_.emplace_back();
            }
            top_->matrix = free_matrices_.back();
            free_matrices_.pop_back();
        }
        matrices_[top_->matrix][phase_][i] += more;
        top_->kind.waits[i] += static_cast<u32>(more);
    }
    last_stalls_ = now;
}

/// Ticks of an exception's entry or return, in the hardware phase of whoever pays.
void Ledger::book_exception(u16 phase, u32 ticks) {
    if (sink_) tell(world_, phase, 0, last_, {last_.insns, last_.ticks + ticks});
    last_.ticks += ticks;
    if (top_) {
        grow(*top_, phase, 0, ticks);
        top_->phase(phase).exception += ticks;
    } else {
        Base& b = book_of(vm_).base[static_cast<std::size_t>(world_)];
        b.ticks[phase] += ticks;
        b.exception[phase] += ticks;
    }
    if (!top_ || !hypervisor_level_) {
        if (serving_) serve(world_, 0, ticks);
        row_counts_[row_].worlds[static_cast<std::size_t>(world_)].ticks += ticks;
    }
    if (hypervisor_level_) hyp_total_.ticks += ticks;
}

void Ledger::exception_taken(const isa::CpuState& s, const isa::ExceptionTaken& e, Counts at, u32 entry_ticks) {
    book(at);
    facts_.did(pending(), payer(), at);
    ++crossings_.mode_switches;
    const World from = world_;
    host_ = is_host(s);
    world_ = world_of(s, e.to);
    hypervisor_level_ = at_hypervisor(e.to);
    facts_.stand(world_, true, s);
    const bool from_below = isa::privilege_of(e.from) < isa::privilege_of(e.to);
    OpenStack& open = (hypervisor_level_ ? hyp_open_ : guest(s)).running;
    if (open.size() >= OpenStack::most) {
        // A kernel may abandon exceptions (a panic, a context switch out of an interrupt): keep the newest.
        leave(open.front(), false);
        open.pop_front();
    }
    OpenEpisode& episode = open.push();
    episode.translated = false;
    episode.number = ++opened_;
    episode.began = at.ticks;
    episode.from = {s.read_banked(13, e.from), e.preferred_return};
    episode.fault = e.kind == isa::ExceptionKind::undefined || e.kind == isa::ExceptionKind::prefetch_abort ||
                    e.kind == isa::ExceptionKind::data_abort || e.kind == isa::ExceptionKind::virtual_abort;
    episode.from_below = from_below;
    episode.to_hypervisor = hypervisor_level_;
    episode.from_host = host_;
    episode.vmpidr = s.sys.vmpidr;
    episode.kind.begin(world_, vm_of(s), measuring_, row_);
    if (policy_.pl1_is_hypervisor) classify_pl1_entry(s, e, from_below, from, policy_, episode.kind);
    else classify_entry(s, e, from_below, policy_, episode.kind);
    if (hypervisor_level_ && world_ == World::host_kernel && from_below) episode.kind.role = EntryRole::process;
    if (hypervisor_level_ && from_below) {
        ++crossings_.hyp_entries;
        if (e.kind == isa::ExceptionKind::irq) ++crossings_.hyp_entries_irq;
        else if (e.kind == isa::ExceptionKind::fiq) ++crossings_.hyp_entries_fiq;
        else if (e.to == Mode::hyp) ++crossings_.hyp_entries_by_ec[u32(isa::Syndrome(e.hsr).ec())];
    }
    top_ = &episode;
    vm_ = episode.kind.vm;
    if (sink_) sink_->opened(episode.number, episode.kind, at);
    book_exception(phase_hardware_entry, entry_ticks);
}

void Ledger::exception_returned(const isa::CpuState& s, Mode from, Counts at, u32 return_ticks) {
    book(at);
    ++crossings_.mode_switches;
    book_exception(phase_hardware_exit, return_ticks);
    facts_.did(pending(), payer(), {at.insns, at.ticks + return_ticks, nullptr, at.events});
    host_ = is_host(s);
    const Privilege left = isa::privilege_of(from), now = s.privilege();
    OpenEpisodes& open = left == Privilege::pl2 || policy_.pl1_is_hypervisor ? hyp_open_ : guest(s);
    if (now < left) {
        compare_addressing_context(s);
        // Whatever is still open at the level that was left ends here; the outermost is what entered it from below.
        while (!open.running.empty()) {
            const bool outermost = open.running.back().from_below;
            finish(open.running.back(), s);
            open.running.pop();
            if (outermost) break;
        }
        if (left == Privilege::pl2) enter_machine(s, nullptr);
    } else {
        returned_inside(open, s);
    }
    world_ = world_of(s, s.mode());
    hypervisor_level_ = at_hypervisor(s.mode());
    vm_ = known_vm(s);
    follow(s);
    facts_.stand(world_, top_ != nullptr, s);
}

void Ledger::returned_inside(OpenEpisodes& open, const isa::CpuState& s) {
    const Context to{s.r[13], s.r[15]};
    OpenStack& running = open.running;
    std::size_t inside = running.inside(to);
    if (inside == running.size()) {
        OpenStack* other = open.waiting(to);
        const OpenEpisode* last = running.empty() || running.back().from_below ? nullptr : &running.back();
        if (!other && last && (close_to(to.pc, last->from.pc) || (last->fault && to.stack == last->from.stack))) {
            inside = 0;  // its own return, on another stack, or to where a program is sent after its fault
        } else {
            if (!running.empty()) ++crossings_.contexts.parked;
            if (other) ++crossings_.contexts.resumed;
            OpenStack given_up = open.give_way(other);
            abandon(given_up);
            if (!other) return;
            inside = running.inside(to);
        }
    }
    for (; inside; --inside) {  // a return past them
        leave(running.back(), false);
        running.pop();
    }
    finish(running.back(), s);
    running.pop();
}

void Ledger::abandon(OpenStack& context) {
    if (!context.empty()) ++crossings_.contexts.abandoned;
    leave_all(context);
}

void Ledger::leave_all(OpenStack& context) {
    for (; !context.empty(); context.pop_front()) leave(context.front(), false);
}

/// The payer after a return: the newest open episode of the level that runs now.
void Ledger::follow(const isa::CpuState& s) {
    switch (s.privilege()) {
    case Privilege::pl1:
        if (!policy_.pl1_is_hypervisor) {
            OpenStack& open = guest(s).running;
            top_ = open.empty() ? nullptr : &open.back();
            break;
        }
        [[fallthrough]];
    case Privilege::pl2: top_ = hyp_open_.running.empty() ? nullptr : &hyp_open_.running.back(); break;
    default: top_ = nullptr;
    }
}

void Ledger::finish(OpenEpisode& episode, const isa::CpuState& s) {
    if (episode.to_hypervisor) {
        if (episode.from_below && host_ && !episode.from_host) {
            reach_host(episode);
            return;
        }
        classify_exit(s, vm_of(s), episode.from.pc, episode.translated, episode.kind);
        if (episode.from_below && episode.from_host) enter_machine(s, &episode);
    }
    leave(episode, true);
}

/// The last that is heard of an episode.
void Ledger::leave(OpenEpisode& episode, bool returned) {
    episode.kind.finished = returned;
    store(episode);
    if (!sink_) return;
    sink_->left(episode.number, last_);
    sink_->closed(episode.number, episode.kind, returned);
}

/// The detail as long as there are few of them for this cause and syndrome, then `many_details`.
u32 Ledger::bounded_detail(const EpisodeKind& kind) {
    constexpr std::size_t most = 64;
    const std::pair wanted{kind.syndrome, kind.detail};  // a detail is never 0 here: no entry starts out as known
    auto& last = last_detail_[static_cast<std::size_t>(kind.cause)];
    if (last == wanted) return kind.detail;
    const auto group = std::find_if(details_.begin(), details_.end(), [&](const Details& d) {
        return d.cause == kind.cause && d.syndrome == kind.syndrome;
    });
    auto& seen =
        (group != details_.end() ? *group : details_.emplace_back(Details{kind.cause, kind.syndrome, {}})).seen;
    if (std::find(seen.begin(), seen.end(), kind.detail) == seen.end()) {
        if (seen.size() >= most) return known_ && known_(kind) ? kind.detail : many_details;
        seen.push_back(kind.detail);
    }
    last = wanted;
    return kind.detail;
}

void Ledger::store(OpenEpisode& episode) {
    if (episode.to_hypervisor && episode.kind.world != World::hypervisor) {
        const u64 insns = episode.kind.insns(), ticks = episode.kind.ticks();
        if (serving_) serve(episode.kind.world, insns, ticks);
        RowCounts::Part& part = row_counts_[episode.kind.row].worlds[static_cast<std::size_t>(episode.kind.world)];
        part.insns += insns;
        part.ticks += ticks;
    }
    if (episode.kind.detail) episode.kind.detail = bounded_detail(episode.kind);
    if (episode.matrix != no_matrix) {
        auto& account =
            book_of(episode.kind.payer())
                .waits[static_cast<std::size_t>(episode.kind.world)][static_cast<std::size_t>(episode.kind.cause)];
        WaitMatrix& matrix = matrices_[episode.matrix];
        for (std::size_t phase = 0; phase < max_phases; ++phase)
            for (std::size_t i = 0; i < core_stalls; ++i) account[phase][i] += matrix[phase][i];
        matrix = {};
        free_matrices_.push_back(episode.matrix);
        episode.matrix = no_matrix;
    }
    facts_.settle(episode.facts, {episode.kind.world, episode.kind.cause, episode.kind.payer()});
    std::size_t& last = last_row_[static_cast<std::size_t>(episode.kind.cause)];
    if (last >= rows_.size() || !(rows_[last].kind == episode.kind)) {
        const auto [it, fresh] = index_.try_emplace(episode.kind, rows_.size());
        if (fresh) rows_.push_back({episode.kind, 0, episode.began, episode.began, {}});
        last = it->second;
    }
    EpisodeRow& row = rows_[last];
    ++row.count;
    row.last_tick = episode.began;
    if (episode.to_hypervisor) row.callers.add(episode.from.pc);
}

void Ledger::region_entered(u32 region, Counts at) {
    book(at);
    if (parts_) {
        const RegionPart& part = (*parts_)[region];
        phase_ = part.phase;
        function_ = part.function;
    } else {
        phase_ = static_cast<u16>(region);
    }
}

void Ledger::marker(const isa::CpuState& s, unsigned option, Counts at) {
    book(at);
    markers_.push_back({option, at});
    switch (option) {
    case 1: measuring_ = true; break;
    case 2: measuring_ = false; break;
    case 3:
        in_sample_ = true;
        sample_start_ = at;
        hyp_at_sample_ = hyp_total_;
        idle_at_sample_ = idle_ticks_;
        turns_at_sample_ = turns_;
        crossings_at_sample_ = crossings_;
        break;
    case 4:
        if (!in_sample_) break;
        in_sample_ = false;
        samples_.push_back(
            {{at.insns - sample_start_.insns, at.ticks - sample_start_.ticks},
             {hyp_total_.insns - hyp_at_sample_.insns, hyp_total_.ticks - hyp_at_sample_.ticks},
             static_cast<u32>(crossings_.hyp_entries - crossings_at_sample_.hyp_entries),
             static_cast<u32>(crossings_.mode_switches - crossings_at_sample_.mode_switches),
             static_cast<u32>(crossings_.address_space_switches - crossings_at_sample_.address_space_switches),
             measuring_,
             idle_ticks_ - idle_at_sample_,
             turns_ - turns_at_sample_});
        break;
    case 6:
    case 7:
        if (option == 6) run_rows_->begin(s);
        else run_rows_->end();
        follow_row(at);
        break;
    default: break;
    }
}

void Ledger::compare_addressing_context(const isa::CpuState& s) {
    const std::array<u64, 3> now{s.sys.ttbr0 ^ u64(s.sys.contextidr & 0xff) << 56, s.sys.ttbr1 ^ u64(s.sys.dacr) << 32,
                                 s.sys.hcr & isa::hcr::VM ? s.sys.vttbr : 0};
    if (context_known_ && now != addressing_context_) ++crossings_.address_space_switches;
    addressing_context_ = now;
    context_known_ = true;
}

void Ledger::address_translated(Counts) {
    if (top_) top_->translated = true;
}

void Ledger::device_accessed(const DeviceAccess& access, Counts) {
    const u32 ticks = access.ticks;
    ++(access.write ? crossings_.device_writes : crossings_.device_reads);
    facts_.accessed(pending(), payer(), access);
    // The ticks themselves are in the next book(): here only what part of them was the device's.
    if (top_) top_->phase(phase_).device += ticks;
    else book_of(vm_).base[static_cast<std::size_t>(world_)].device[phase_] += ticks;
}

void Ledger::register_accessed(const isa::RegisterAccess& access, u32 ticks) {
    facts_.accessed(pending(), payer(), access, ticks);
}

void Ledger::controls_changed(const isa::CpuState& s, Counts at) {
    if (!facts_.moved(s)) return;
    facts_.did(pending(), payer(), at);
    facts_.stand(world_, top_ != nullptr, s);
}

void Ledger::idled(Counts at, u64 until) {
    book(at);
    if (sink_) tell(World::idle, phase_unnamed, 0, at, {at.insns, until});
    idle_ticks_ += until - at.ticks;
    book_of(vm_).idle_ticks += until - at.ticks;
    row_counts_[row_].worlds[static_cast<std::size_t>(World::idle)].ticks += until - at.ticks;
    last_.ticks = until;
    facts_.slept(until - at.ticks);
}

void Ledger::out_of_step(u64 ticks) {
    turns_ += ticks;
    for (EpisodeKind* kind : {top_ ? &top_->kind : nullptr, serving_ ? &serving_->way_in.kind : nullptr})
        if (kind) kind->turns = static_cast<u32>(std::min<u64>(kind->turns + ticks, ~u32{0}));
}

void Ledger::close(Counts at) {
    book(at);
    facts_.did(pending(), payer(), at);
    close_row(at);
    const auto end_all = [&](OpenEpisodes& open) {
        leave_all(open.running);
        for (OpenStack each = open.take_parked(); !each.empty(); each = open.take_parked()) abandon(each);
    };
    end_all(hyp_open_);
    for (OpenEpisodes& open : guests_) end_all(open);
    while (OpenHostExit* exit = host_exits_->left_by(this)) end_host_exit(*exit, nullptr);
    top_ = nullptr;
}

}  // namespace vtoll::core

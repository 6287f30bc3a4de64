// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/book/facts.hpp"

#include <algorithm>
#include <utility>

#include "core/ledger/book/host_exits.hpp"
#include "isa/sysregs/sys_reg.hpp"
#include "mmu/regime.hpp"

namespace vtoll::core {

void AccessCounts::add(const AccessCounts& more) {
    count += more.count;
    same += more.same;
    ticks += more.ticks;
    same_ticks += more.same_ticks;
}

Controls Controls::of(const isa::CpuState& s) {
    namespace sctlr = isa::sctlr;
    // IRGN and ORGN of HTCR, VTCR and the long TTBCR: their codes are 0 for Non-cacheable (§B4.1.67, §B4.1.159).
    const auto inner = [](u32 control) { return bits(control, 9, 8) != 0; };
    const auto outer = [](u32 control) { return bits(control, 11, 10) != 0; };
    const bool hyp = s.is_hyp();
    const u32 control = hyp ? s.sys.hsctlr : s.sys.sctlr;
    const mmu::Selection regime = mmu::select_regime(s.sys, hyp ? isa::Privilege::pl2 : isa::Privilege::pl1);
    Controls c;
    c.mmu = regime.stage1 != mmu::Stage1Format::off;
    c.data_cache = control & sctlr::C;
    c.code_cache = control & sctlr::I;
    c.default_cacheable = regime.default_cacheable;
    c.stage2 = regime.stage2;
    if (regime.stage1 == mmu::Stage1Format::short_descriptor) {
        c.walk1_inner = bit(static_cast<u32>(s.sys.ttbr0), 0) || bit(static_cast<u32>(s.sys.ttbr0), 6);
        c.walk1_outer = bits(static_cast<u32>(s.sys.ttbr0), 4, 3) != 0;
    } else if (c.mmu) {
        c.walk1_inner = inner(hyp ? s.sys.htcr : s.sys.ttbcr);
        c.walk1_outer = outer(hyp ? s.sys.htcr : s.sys.ttbcr);
    }
    c.walk2_inner = c.stage2 && inner(s.sys.vtcr);
    c.walk2_outer = c.stage2 && outer(s.sys.vtcr);
    return c;
}

void FactBook::begin(const Counts& at) {
    since_ = {at.insns, at.ticks};
    if (!at.events) return;
    seen_ = at.events->totals();
    changes_ = at.events->changes();
}

u64 FactBook::signature(const isa::CpuState& s) {
    namespace sctlr = isa::sctlr;
    namespace hcr = isa::hcr;
    constexpr u32 switches = sctlr::M | sctlr::C | sctlr::I;                          // bits 0, 2, 12
    constexpr u32 walks = 0xf00;                                                      // IRGN0, ORGN0
    if (s.is_hyp()) return (s.sys.hsctlr & switches) | u64(s.sys.htcr & walks) << 8;  // 16 to 19
    return (s.sys.sctlr & switches) | u64(s.sys.vtcr & walks) << 8 | u64(s.sys.ttbcr & walks) << 12 |
           u64(s.sys.ttbr0 & 0x59) << 24 | (s.sys.ttbcr & isa::ttbcr::EAE) |
           u64(s.sys.hcr & (hcr::VM | hcr::DC | hcr::TGE)) << 32;
}

void FactBook::stand(World world, bool in_exception, const isa::CpuState& s) {
    hyp_ = s.is_hyp();
    Level& level = levels_[hyp_];
    if (const u64 now = signature(s); now != level.signature) [[unlikely]]
        level = {now, Controls::of(s), {}};
    std::size_t& place = level.places[2 * static_cast<std::size_t>(world) + in_exception];
    if (place == 0) [[unlikely]] {
        const auto found = std::find_if(controls_.begin() + 1, controls_.end(), [&](const ControlFact& f) {
            return f.world == world && f.in_exception == in_exception && f.controls == level.controls;
        });
        place = static_cast<std::size_t>(found - controls_.begin());
        if (found == controls_.end()) controls_.push_back({world, in_exception, level.controls});
    }
    standing_ = place;
}

void FactBook::count(Pending* pending, const FactOwner& owner, const MemoryEvents& events) {
    MemoryEventTotals& to = pending ? notes_of(*pending).events : table_of(owner).events;
    const auto more = [&](MemoryEvent e) { return events.totals()[std::size_t(e)] - seen_[std::size_t(e)]; };
    ControlFact& here = controls_[standing_];
    here.uncached += more(MemoryEvent::uncached) + more(MemoryEvent::uncached_code);
    here.uncached_ticks += more(MemoryEvent::uncached_ticks) + more(MemoryEvent::uncached_code_ticks);
    for (std::size_t i = 0; i < memory_events; ++i) to[i] += more(static_cast<MemoryEvent>(i));
    seen_ = events.totals();
    changes_ = events.changes();
}

// --- accesses

void FactBook::accessed(Pending* pending, const FactOwner& owner, const isa::RegisterAccess& access, u32 ticks) {
    using Effect = isa::RegisterAccess::Effect;
    const bool had_it = had(access.number, access.value);
    const bool same = access.write ? access.effect == Effect::none : had_it;
    note(pending, owner, {2u * access.number + access.write, ticks, same});
}

void FactBook::accessed(Pending* pending, const FactOwner& owner, const DeviceAccess& access) {
    const std::size_t place = place_of(access.pa);
    // Of those that share a place nothing is known.
    const bool same = device_at(place) && had(place, access.value);
    note(pending, owner, {static_cast<u32>(2 * place + access.write), access.ticks, same});
}

bool FactBook::had(std::size_t place, u64 value) {
    if (place >= places_.size()) places_.resize(place + 1);
    Place& here = places_[place];
    const bool same = here.known && here.value == value;
    here = {value, true};
    return same;
}

std::size_t FactBook::place_of(u64 pa) {
    const auto found = device_places_.find(pa);
    if (found != device_places_.end()) return found->second;
    const std::size_t place = isa::booked_registers() + devices_.size();
    if (devices_.size() >= most_devices) return place;
    devices_.push_back(pa);
    device_places_.emplace(pa, place);
    return place;
}

std::optional<u64> FactBook::device_at(std::size_t place) const {
    const std::size_t n = place - isa::booked_registers();
    if (n >= devices_.size()) return std::nullopt;
    return devices_[n];
}

void FactBook::note(Pending* pending, const FactOwner& owner, const Note& note) {
    if (!pending) {
        add(table_of(owner), note);
        return;
    }
    std::vector<Note>& log = notes_of(*pending).log;
    log.push_back(note);
    if (log.size() == most_notes) settle(*pending, owner);
}

// --- whose

FactBook::Notes& FactBook::notes_of(Pending& pending) {
    if (pending == none) {
        if (free_notes_.empty()) {
            free_notes_.push_back(notes_.size());
            notes_.emplace_back();
        }
        pending = free_notes_.back();
        free_notes_.pop_back();
    }
    return notes_[pending];
}

void FactBook::add(Pending& pending, const FactOwner& owner) {
    Notes& notes = notes_[pending];
    Table& table = table_of(owner);
    for (std::size_t i = 0; i < memory_events; ++i) table.events[i] += std::exchange(notes.events[i], 0);
    for (const Note& each : notes.log) add(table, each);
    notes.log.clear();
    free_notes_.push_back(std::exchange(pending, none));
}

FactBook::Table& FactBook::table_of(const FactOwner& owner) {
    if (!last_table_ || last_owner_ != owner) {
        last_table_ = &tables_[owner];
        last_owner_ = owner;
    }
    return *last_table_;
}

void FactBook::add(Table& table, const Note& note) {
    if (note.place >= table.accesses.size()) table.accesses.resize(note.place + 1);
    table.accesses[note.place].add({1, note.same, note.ticks, note.same ? note.ticks : 0});
}

void FactBook::settle_worlds(const HostExits& hosts) {
    std::map<FactOwner, Table> settled;
    for (auto& [owner, table] : tables_) {
        FactOwner whose = owner;
        whose.world = hosts.settled(owner.world, owner.cause != Cause::none);
        Table& to = settled[whose];
        for (std::size_t i = 0; i < memory_events; ++i) to.events[i] += table.events[i];
        if (to.accesses.size() < table.accesses.size()) to.accesses.resize(table.accesses.size());
        for (std::size_t i = 0; i < table.accesses.size(); ++i) to.accesses[i].add(table.accesses[i]);
    }
    tables_ = std::move(settled);
    last_table_ = nullptr;
    std::vector<ControlFact> controls;
    for (const ControlFact& fact : controls_) {
        const World world = hosts.settled(fact.world, fact.in_exception);
        const auto to = std::ranges::find_if(controls, [&](const ControlFact& f) {
            return f.world == world && f.in_exception == fact.in_exception && f.controls == fact.controls;
        });
        if (to == controls.end()) {
            controls.push_back(fact);
            controls.back().world = world;
            continue;
        }
        to->insns += fact.insns;
        to->ticks += fact.ticks;
        to->uncached += fact.uncached;
        to->uncached_ticks += fact.uncached_ticks;
    }
    controls_ = std::move(controls);
}

}  // namespace vtoll::core

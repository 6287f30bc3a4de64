// SPDX-License-Identifier: Apache-2.0
// What the microvisor is told of the recorded guest's translation tables.
#include <fmt/format.h>

#include "core/platform/memory_map.hpp"
#include "core/trace/para/para_replay.hpp"

namespace vtoll::core::trace {

using isa::Privilege;
using Event = ParaReplay::Event;

// --- where things are

ParaReplay::UserPage& ParaReplay::user_page(u32 va) {
    const u32 page = va & ~u32{0xfff};
    const auto [it, fresh] = pages_.try_emplace(u64(current_) << 32 | page);
    if (fresh) it.value().gpa = native_.user_page(page);
    return it.value();
}

u32 ParaReplay::home(u32 va) {
    if (const auto found = homes_.of(va)) return *found;
    reader_.fail(
        fmt::format("chunk {}: the user's address {:#x}; there is no room left in the {} MiB of a user of the "
                    "microvisor's guest",
                    reader_.chunk(), va, para::user_end >> 20));
}

/// Where the guest of the microvisor has what the recorded one had at `va`.
u32 ParaReplay::here(u32 va, u64 pa) {
    if (user_page(va).gpa) return home(va);
    const Ram& ram = run_->machine().ram();
    if (pa >= ram.base() && pa < ram.base() + para::guest_ram) return static_cast<u32>(pa);
    if (pa)
        reader_.fail(fmt::format("chunk {}: memory at {:#x}; the guest of a replay has {} MiB from {:#x} on",
                                 reader_.chunk(), pa, para::guest_ram >> 20, ram.base()));
    return home(va);  // a fault, here as there
}

/// The microvisor has the user's page, as the recorded machine had it. False: entries have to be made first.
bool ParaReplay::present(u32 va) {
    UserPage& user = user_page(va);
    if (user.present) return true;
    const std::optional<u32> there = user.gpa ? home(va) : homes_.known(va);
    if (!there) return user.present = true;  // never was a user's
    Space& space = spaces_[current_];
    if (user.gpa && !space.number) {
        space_switch(current_);
        return false;
    }
    const u32 page = *there & ~u32{0xfff};
    const auto known = space.pages.find(page);
    const u32 old = known == space.pages.end() ? 0 : known->second;
    if (old == user.gpa) return user.present = true;
    if (!batch_.empty()) {
        flush();
        return false;
    }
    // Only the guest kernel has hypercalls: from its user the way there is a fault.
    const bool fault = in_user_ || (user.gpa && port_.table_write == Action::lazy);
    const bool from_user = in_user_;
    if (fault) {
        Entry e;
        e.event = Event::fault;
        e.by_exception = true;
        e.exception = {isa::ExceptionKind::data_abort, isa::Mode::usr, isa::Mode::abt, 0, 0x10, entry_at_};
        e.fault.kind = isa::FaultKind::translation;
        e.fault.level = 2;
        e.fault.va = *there;
        entries_.push_back(e);
    }
    batch_.push_back({current_, page, user.gpa});
    flush();
    if (fault && from_user) call(Event::return_user, para::call_return_user);
    else if (fault) call(Event::return_kernel, para::call_return_kernel);
    return false;
}

// --- changes of tables

void ParaReplay::descriptor(u64 pa) {
    pages_.clear();
    if (in_user_) return;  // said because a user's access walks there: present() does what that takes
    NativeTables::Owner o;
    if (!native_.owner(pa, o)) return;
    const u64 table = native_.sys.ttbr0;
    native_.sys.ttbr0 = o.table;
    const bool linked = native_.leads_to(o.va, pa);
    const u32 gpa = native_.user_page(o.va);
    native_.sys.ttbr0 = table;
    if (!linked) return;  // the memory was a table once
    const auto it = spaces_.find(o.table);
    if (it == spaces_.end() || !it->second.number) return;  // its first use will find it
    const std::optional<u32> page = gpa ? home(o.va) : homes_.known(o.va);
    if (!page) return;
    const auto known = it->second.pages.find(*page);
    const u32 old = known == it->second.pages.end() ? 0 : known->second;
    if (old == gpa || (port_.table_write == Action::lazy && !old)) return;
    batch_.push_back({o.table, *page, gpa});
    if (port_.table_write == Action::hypercall) flush();
}

/// Everything collected, as few hypercalls as it takes.
void ParaReplay::flush() {
    for (std::size_t i = 0; i < batch_.size();) {
        const Change& first = batch_[i];
        Entry e;
        e.event = first.gpa ? Event::map : Event::unmap;
        e.hypercall = first.gpa ? para::call_map : para::call_unmap;
        e.space_of = first.table;
        for (; i < batch_.size() && batch_[i].table == first.table && !batch_[i].gpa == !first.gpa; ++i) {
            const Change& c = batch_[i];
            const u32 va = c.page;
            spaces_[c.table].pages[va] = c.gpa;
            if (!e.list.empty()) {
                MapEntry& last = e.list.back();
                const u32 size = last.pages << 12;
                if (va == last.va + size && (!c.gpa || c.gpa == last.gpa + size)) {
                    ++last.pages;
                    continue;
                }
                if (e.list.size() == para::batch_most) break;
            }
            e.list.push_back({va, c.gpa, 1});
        }
        entries_.push_back(std::move(e));
    }
    batch_.clear();
    if (cache_to_ != cache_from_) call(Event::cache, para::call_cache_sync, cache_from_, cache_to_ - cache_from_);
    cache_from_ = cache_to_ = 0;
}

void ParaReplay::space_switch(u32 table) {
    flush();
    current_ = table;
    if (!spaces_[table].number) {
        call(Event::space_create, para::call_space_create);
        entries_.back().space_of = table;
    }
    call(Event::space_switch, para::call_space_switch);
    entries_.back().space_of = table;
}

}  // namespace vtoll::core::trace

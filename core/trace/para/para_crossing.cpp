// SPDX-License-Identifier: Apache-2.0
// How a replay enters the microvisor, and what it finds when that has returned.
#include <cstring>

#include "core/trace/para/para_replay.hpp"

namespace vtoll::core::trace {

using isa::Op;
using Event = ParaReplay::Event;

namespace {

constexpr unsigned virtual_timer_ppi = 11;

}  // namespace

const char* ParaReplay::event_name(Event event) {
    static constexpr std::array<const char*, event_count> names{"system call",
                                                                "fault",
                                                                "interrupt",
                                                                "return to user",
                                                                "return to kernel",
                                                                "interrupt mask",
                                                                "space created",
                                                                "space switch",
                                                                "map",
                                                                "unmap",
                                                                "TLB maintenance",
                                                                "cache maintenance",
                                                                "system register",
                                                                "device",
                                                                "timer",
                                                                "idle"};
    return names[static_cast<std::size_t>(event)];
}

/// The microvisor has returned to its guest: the entry is over.
bool ParaReplay::returned(const isa::CpuState& s) {
    if (!entered_) return false;
    const Counts now = driver_->cpu().counts();
    EventCost& cost = costs_[static_cast<std::size_t>(entered_by_.event)];
    ++cost.times;
    cost.insns += now.insns - entered_at_.insns;
    cost.ticks += now.ticks - entered_at_.ticks;
    if (entered_by_.event == Event::interrupt) run_->machine().gic().set_ppi(0, virtual_timer_ppi, false);
    const bool has_result = !entered_by_.by_exception && entered_by_.event != Event::return_user &&
                            entered_by_.event != Event::return_kernel;
    const auto result = static_cast<s32>(s.r[0]);
    if (has_result && result < 0) {
        ++refused_;
        for (const MapEntry& m : entered_by_.list)
            for (u32 page = 0; page < m.pages; ++page) spaces_[entered_by_.space_of].pages.erase(m.va + (page << 12));
        pages_.clear();
    } else if (entered_by_.event == Event::space_create) {
        spaces_[entered_by_.space_of].number = s.r[0];
    }
    in_user_ = !(s.sys.dacr >> (2 * run_->scenario().worlds.kernel_domain) & 3);
    // The microvisor's own business with an exception (VFP registers, exchanged when they are first used) ends where
    // the exception came from: it comes again.
    if (entered_by_.by_exception && in_user_ && entered_by_.event == Event::fault) entries_.push_front(entered_by_);
    entered_ = false;
    return true;
}

void ParaReplay::enter(const Entry& e) {
    isa::CpuState& s = driver_->state();
    entered_by_ = e;
    entered_at_ = driver_->cpu().counts();
    entered_ = true;
    s.itstate = 0;
    if (e.by_exception) {
        if (e.event == Event::interrupt) {
            shared(para::masked) = 0;
            run_->machine().gic().set_ppi(0, virtual_timer_ppi, true);
        }
        driver_->exception(e.exception, &e.fault);
    } else {
        s.thumb = false;
        s.r[15] = call_at_;
        for (unsigned i = 0; i < 3; ++i) s.r[i] = e.args[i];
        s.r[12] = e.hypercall;
        if (e.event == Event::space_switch || e.event == Event::map || e.event == Event::unmap)
            s.r[0] = spaces_[e.space_of].number;
        if (!e.list.empty()) {
            std::memcpy(run_->machine().ram().at(list_pa_), e.list.data(), e.list.size() * sizeof(MapEntry));
            s.r[1] = list_at_;
            s.r[2] = static_cast<u32>(e.list.size());
        }
    }
    driver_->let_go();
}

void ParaReplay::call(Event event, u32 number, u32 a, u32 b, u32 c) {
    Entry e;
    e.event = event;
    e.hypercall = number;
    e.args = {a, b, c};
    entries_.push_back(std::move(e));
}

u32& ParaReplay::shared(u32 offset) { return *reinterpret_cast<u32*>(run_->machine().ram().at(shared_pa_ + offset)); }

void ParaReplay::store_shared(const Op* op, u32 offset, u32 value) {
    driver_->access(op, {MemoryAccess::Kind::memory, true, 4, para::shared_page + offset, 0, value});
    shared(offset) = value;
}

}  // namespace vtoll::core::trace

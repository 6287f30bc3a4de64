// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/hooks/hooks.hpp"

#include "core/cpu/hooks/debugging.hpp"
#include "isa/exec/exec.hpp"

namespace vtoll::core {

using isa::Op;

Hooks::Hooks(isa::CpuState& state, CpuClock& clock) : s_(state), clock_(clock) {}
Hooks::~Hooks() = default;

bool Hooks::switch_recording() {
    if (recording_ == recording_wanted_) return false;
    set_recording(recording_wanted_);
    return true;
}

bool Hooks::hears(const Block& block) const { return recording_ && sink->listens_to(block.key, block.bytes); }

Hooks::Watch Hooks::watch(const Block& block) const {
    Watch w;
    const bool heard = hears(block);
    w.watched = heard || debugging || triggers.find(block.key.privilege(), block.key.va);
    if (heard) w.stops |= sink->every_instruction() ? (u64{1} << block.head().insns) - 1 : block.changes_processor;
    if (debugging) w.stops |= debugging->stops_in(block);
    return w;
}

bool Hooks::watches_page(u32 va) const { return debugging->watches_page(va); }

bool Hooks::entering(Block& block) {
    const Trigger* trigger = triggers.find(block.key.privilege(), block.key.va);
    if (trigger && !reached(*trigger, block)) return false;
    if (s_.countdown <= 0) return false;
    if (hears(block)) sink->block(s_, block.key, block.instructions(), clock_.counts());
    return s_.countdown > 0;
}

/// False: the block will be looked up again when the run goes on.
bool Hooks::reached(const Trigger& trigger, Block& block) {
    if (trigger.stops || trigger.stands_in) {
        if (trigger.stops) stop();
        else stand_in->reached(s_);
        clock_.kick();
        return false;
    }
    if (!trigger.marker) return true;
    if (trigger.marker == stop_marker) stop();
    if (sink) sink->marker(s_, nullptr, *trigger.marker, clock_.counts());
    if (observer) observer->marker(s_, *trigger.marker, clock_.counts());
    if (debugging) debugging->marker(*trigger.marker, block);
    return true;
}

/// The debugger comes first: it may begin or end a recording.
bool Hooks::before(const Op* op) {
    if (debugging && debugging->looks_at(op) && !debugging->arrived(op)) return false;
    const Block& block = *head_of(op).block;
    if (!hears(block)) return true;
    if (sink->every_instruction()) {
        sink->instruction(s_, block.key, op, clock_.counts_at(op));
    } else if ((block.changes_processor >> op->idx & 1) && (op->cond >= 14 || isa::ConditionPassed(s_, op->cond))) {
        sink->system(s_, op);
    }
    return true;
}

void Hooks::marker(const Op* op, unsigned option) {
    if (debugging) debugging->marker(option, op);
    if (option == stop_marker) stop();
    if (!observer && !sink) return;
    const Counts at = clock_.counts_at(op);
    if (sink) sink->marker(s_, op, option, at);
    if (observer) observer->marker(s_, option, at);
}

void Hooks::slept(bool for_event, u64 until) {
    if (recording_) sink->slept(s_, for_event, until - clock_.now());
    if (observer) observer->idled(clock_.counts(), until);
}

}  // namespace vtoll::core

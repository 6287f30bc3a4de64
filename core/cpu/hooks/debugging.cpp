// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/hooks/debugging.hpp"

#include <algorithm>

namespace vtoll::core {

using isa::CpuState;
using isa::Op;

namespace {

constexpr u64 most_per_tick = 4;  ///< instructions: more than any core issues
constexpr bool overlap(u32 a, u32 size_a, u32 b, u32 size_b) { return a - b < size_b || b - a < size_a; }

}  // namespace

Debugging::Debugging(Processor& cpu, const Parts& parts, Debugger& debugger)
    : cpu_(cpu), parts_(parts), s_(parts.state), clock_(parts.clock), debugger_(debugger) {}

// --- break- and watchpoints ------------------------------------------------------------------------------------------

void Debugging::add(const Breakpoint& breakpoint) {
    breakpoints_.push_back(breakpoint);
    parts_.executor.attend_all();
}

void Debugging::remove(const Breakpoint& breakpoint) {
    const auto it = std::find(breakpoints_.begin(), breakpoints_.end(), breakpoint);
    if (it == breakpoints_.end()) return;
    breakpoints_.erase(it);
    parts_.executor.attend_all();
}

void Debugging::add(const Watchpoint& watchpoint) {
    watchpoints_.push_back(watchpoint);
    parts_.hooks.set_watching(true);
    parts_.memory.clear_l0();
}

void Debugging::remove(const Watchpoint& watchpoint) {
    const auto it = std::find(watchpoints_.begin(), watchpoints_.end(), watchpoint);
    if (it != watchpoints_.end()) watchpoints_.erase(it);
    parts_.hooks.set_watching(!watchpoints_.empty());
}

bool Debugging::watches_page(u32 va) const {
    return std::any_of(watchpoints_.begin(), watchpoints_.end(),
                       [va](const Watchpoint& w) { return overlap(va & ~u32{0xfff}, 0x1000, w.va, w.size); });
}

bool Debugging::access(const Op* op, u32 va, unsigned size, bool write) {
    const isa::Privilege level = parts_.memory.privilege_of(op);
    const auto hit = std::find_if(watchpoints_.begin(), watchpoints_.end(), [&](const Watchpoint& w) {
        return overlap(va, size, w.va, w.size) && (write ? w.writes : w.reads) && (!w.level || *w.level == level);
    });
    if (hit == watchpoints_.end()) return true;
    if (resumed_.by_watch && resumed_.pc == op->pc && resumed_.insns == clock_.completed(op)) return true;
    CpuStop stop;
    stop.why = CpuStop::Why::watchpoint;
    stop.address = va;
    stop.size = size;
    stop.write = write;
    stop.watch = *hit;
    if (!halt(op, stop)) {
        parts_.hooks.interrupted(op, false);
        return false;
    }
    if (following()) arm_behind(place_of(op));
    return true;
}

bool Debugging::breakpoint_at(u32 va) const {
    return std::any_of(breakpoints_.begin(), breakpoints_.end(), [va](const Breakpoint& b) { return b.va == va; });
}

bool Debugging::breaks(u32 va) const {
    return std::any_of(breakpoints_.begin(), breakpoints_.end(), [&](const Breakpoint& b) {
        if (b.va != va || (b.level && *b.level != s_.privilege())) return false;
        const mmu::Selection select = mmu::select_regime(s_.sys, s_.privilege());
        return !b.vmid || (!select.hyp && select.stage2 && select.vmid == *b.vmid);
    });
}

// --- where to look ---------------------------------------------------------------------------------------------------

u64 Debugging::stops_in(const Block& block) const {
    u64 stops = armed_.block == &block ? u64{1} << armed_.index : 0;
    for (const Breakpoint& b : breakpoints_) {
        if (b.va - block.key.va >= block.bytes) continue;
        for (const Op& op : block.instructions())
            if (op.pc == b.va) stops |= u64{1} << op.idx;
    }
    return stops;
}

bool Debugging::looks_at(const Op* op) const { return place_of(op) == armed_ || breakpoint_at(op->pc); }

void Debugging::blocks_dropped() {
    armed_ = {};
    leading_in_ = false;
}

void Debugging::arm(const Place& place) {
    if (armed_ == place) return;
    disarm();
    armed_ = place;
    parts_.executor.attend(*place.block);
}

void Debugging::disarm() {
    const Place was = armed_;
    blocks_dropped();
    if (was.block) parts_.executor.attend(*was.block);
}

/// Look again when the instruction behind `place` is reached, wherever it is.
void Debugging::arm_behind(const Place& place) {
    if (place.index + 1 < place.block->insns()) return arm({place.block, place.index + 1});
    boundary_ = true;
    clock_.kick();  // out of the chain of blocks at the next one
}

/// The block's head must still find the count-down as it is.
void Debugging::lead_in(Block& block) {
    if (!following()) return;
    if (block.insns() > 1) return arm({&block, 1});
    arm({&block, 0});
    leading_in_ = true;
}

// --- standing still --------------------------------------------------------------------------------------------------

void Debugging::forget_orders() {
    steps_left_ = 0;
    target_insns_ = target_tick_ = never;
    counting_ = false;
    pending_.reset();
}

bool Debugging::between_blocks() { return !boundary_ || (arrived(nullptr) && s_.countdown > 0); }

bool Debugging::arrived(const Op* op) {
    // Or else it is only a breakpoint's address, or the way into a block.
    const bool armed = op && place_of(op) == armed_;
    const bool counts = !op || (armed && !leading_in_);
    const u32 pc = op ? op->pc : s_.r[15];
    const u64 insns = clock_.completed(op);
    if (counts) boundary_ = false;
    if (counts || armed) disarm();
    CpuStop stop;
    stop.address = pc;
    bool stops = true;
    if (counts && pending_) stop = *pending_;
    else if (counts && steps_left_ && --steps_left_ == 0) stop.why = CpuStop::Why::step;
    else if (insns >= target_insns_) stop.why = CpuStop::Why::instructions;
    else if (breaks(pc) && !(resumed_.pc == pc && resumed_.insns == insns)) stop.why = CpuStop::Why::breakpoint;
    else stops = false;
    if (stops && !halt(op, stop)) return false;
    if (op && following()) arm_behind(place_of(op));
    return true;
}

/// Stands still in front of `op`, or between blocks, until the debugger lets go. False: the state has changed since.
bool Debugging::halt(const Op* op, CpuStop stop) {
    const u32 r15 = s_.r[15];  // what it holds in the middle of a block is the running instruction's business
    if (op) {
        clock_.wind_back(op, false);
        s_.r[15] = op->pc;
        s_.itstate = op->itstate;
    }
    disarm();
    forget_orders();
    changed_ = false;
    debugger_.stopped(cpu_, stop);
    resumed_ = {s_.r[15], s_.insns, stop.why == CpuStop::Why::watchpoint};
    if (parts_.machine.stop_requested(parts_.index)) {
        changed_ = true;
        clock_.end_turn_by(0);
    }
    if (changed_) {
        s_.exit_op = nullptr;
        s_.attention = true;
        return false;
    }
    if (op) {
        clock_.wind_forward(op);
        s_.r[15] = r15;
        s_.itstate = 0;
        note_targets(resumed_.insns);
    }
    clock_.kick();  // the outer loop has new targets to look at
    return true;
}

// --- what the processor tells ----------------------------------------------------------------------------------------

void Debugging::begin_turn() {
    debugger_.turn(cpu_);
    if (!asked_) return;
    asked_ = false;
    CpuStop stop;
    stop.address = s_.r[15];
    halt(nullptr, stop);
}

void Debugging::exception_taken(const isa::ExceptionTaken& e) {
    if (debugger_.wants(cpu_, e)) {
        pending_.emplace();
        pending_->why = CpuStop::Why::exception;
        pending_->address = e.vector;
        pending_->exception = e;
    }
    if (!following()) return;
    disarm();  // the rest of the block won't be reached
    boundary_ = true;
    clock_.kick();
}

void Debugging::stop_soon() {
    if (!pending_) pending_.emplace();
    boundary_ = true;
    clock_.kick();
}

bool Debugging::want_marker(unsigned option) {
    if (!debugger_.wants_marker(cpu_, option)) return false;
    pending_.emplace();
    pending_->why = CpuStop::Why::marker;
    pending_->option = option;
    return true;
}

void Debugging::marker(unsigned option, const Op* op) {
    if (want_marker(option)) arm_behind(place_of(op));
}

void Debugging::marker(unsigned option, Block& block) {
    if (want_marker(option)) arm({&block, 0});
}

/// Far from a count of instructions, blocks run freely: a tick is worth a few at most. Near it, each one is looked at.
u64 Debugging::note_targets(u64 insns) {
    if (target_insns_ == never) return never;
    const u64 left = target_insns_ > insns ? target_insns_ - insns : 0;
    counting_ = left <= most_per_tick * max_block_insns;
    return counting_ ? never : left / most_per_tick - max_block_insns + 1;
}

u64 Debugging::ticks_allowed() {
    const u64 now = clock_.now();
    if (now >= target_tick_) {
        CpuStop stop;
        stop.why = CpuStop::Why::ticks;
        stop.address = s_.r[15];
        halt(nullptr, stop);
        return 0;
    }
    const u64 allowed = std::min(target_tick_ - now, note_targets(s_.insns));
    if (counting_ && !armed_.block) boundary_ = true;
    return allowed;
}

}  // namespace vtoll::core

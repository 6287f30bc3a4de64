// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/debugging.hpp"

#include <algorithm>

#include "core/cpu/cpu.hpp"

namespace vtoll::core {

using isa::CpuState;
using isa::Op;

namespace {

const Op* head_of(const Op* op) { return op - op->idx - 1; }
bool is_last(const Op* op) { return op->idx + 1u == head_of(op)->imm; }
constexpr u64 most_per_tick = 4;  ///< instructions: more than any core issues
constexpr bool overlap(u32 a, u32 size_a, u32 b, u32 size_b) { return a - b < size_b || b - a < size_a; }

}  // namespace

Debugging::Debugging(Cpu& cpu, Debugger& debugger) : cpu_(cpu), debugger_(debugger) {}

Debugging::~Debugging() {
    for (const auto& [op, handler] : patches_) const_cast<Op*>(op)->fn = handler;
}

// --- break- and watchpoints ------------------------------------------------------------------------------------------

void Debugging::add(const Breakpoint& breakpoint) {
    breakpoints_.push_back(breakpoint);
    cpu_.blocks_.for_each([&](Op* head) {
        for (Op* op = head + 1; op <= head + head->imm; ++op)
            if (op->pc == breakpoint.va) patch(*op);
    });
}

void Debugging::remove(const Breakpoint& breakpoint) {
    const auto it = std::find(breakpoints_.begin(), breakpoints_.end(), breakpoint);
    if (it == breakpoints_.end()) return;
    breakpoints_.erase(it);
    std::vector<const Op*> here;
    for (const auto& [op, handler] : patches_)
        if (op->pc == breakpoint.va && op != armed_) here.push_back(op);
    for (const Op* op : here) unpatch(*op);
}

void Debugging::add(const Watchpoint& watchpoint) {
    watchpoints_.push_back(watchpoint);
    cpu_.s_.l0.fill({});
}

void Debugging::remove(const Watchpoint& watchpoint) {
    const auto it = std::find(watchpoints_.begin(), watchpoints_.end(), watchpoint);
    if (it != watchpoints_.end()) watchpoints_.erase(it);
}

bool Debugging::watches_page(u32 va) const {
    return std::any_of(watchpoints_.begin(), watchpoints_.end(),
                       [va](const Watchpoint& w) { return overlap(va & ~u32{0xfff}, 0x1000, w.va, w.size); });
}

bool Debugging::access(const Op* op, u32 va, unsigned size, bool write) {
    const isa::Privilege level = cpu_.data_privilege(op);
    const auto hit = std::find_if(watchpoints_.begin(), watchpoints_.end(), [&](const Watchpoint& w) {
        return overlap(va, size, w.va, w.size) && (write ? w.writes : w.reads) && (!w.level || *w.level == level);
    });
    if (hit == watchpoints_.end()) return true;
    if (resumed_.by_watch && resumed_.pc == op->pc && resumed_.insns == completed(op)) return true;
    CpuStop stop;
    stop.why = CpuStop::Why::watchpoint;
    stop.address = va;
    stop.size = size;
    stop.write = write;
    stop.watch = *hit;
    if (!halt(op, stop)) {
        if (cpu_.recording_) cpu_.trace_->interrupted(op, false);
        return false;
    }
    if (following()) arm_behind(op);
    return true;
}

bool Debugging::breakpoint_at(u32 va) const {
    return std::any_of(breakpoints_.begin(), breakpoints_.end(), [va](const Breakpoint& b) { return b.va == va; });
}

bool Debugging::breaks(u32 va) const {
    const CpuState& s = cpu_.s_;
    return std::any_of(breakpoints_.begin(), breakpoints_.end(), [&](const Breakpoint& b) {
        if (b.va != va || (b.level && *b.level != s.privilege())) return false;
        const mmu::Selection select = mmu::select_regime(s.sys, s.privilege());
        return !b.vmid || (!select.hyp && select.stage2 && select.vmid == *b.vmid);
    });
}

// --- other handlers for instructions ---------------------------------------------------------------------------------

void Debugging::patch(Op& op) {
    if (op.fn == &probe) return;
    patches_[&op] = op.fn;
    op.fn = &probe;
}

void Debugging::unpatch(const Op& op) {
    const auto it = patches_.find(&op);
    if (it == patches_.end() || breakpoint_at(op.pc)) return;
    const_cast<Op&>(op).fn = it->second;
    patches_.erase(it);
}

isa::Handler& Debugging::handler(Op& op) {
    if (op.fn != &probe) return op.fn;
    return patches_.find(&op).value();
}

void Debugging::prepare_block(Op* block, unsigned n) {
    for (Op* op = block + 1; op <= block + n; ++op) {
        patches_.erase(op);  // of another block that was here: scratch blocks
        if (breakpoint_at(op->pc)) patch(*op);
    }
}

void Debugging::blocks_dropped() {
    patches_.clear();
    armed_ = leading_in_ = nullptr;
}

void Debugging::arm(const Op* op) {
    if (armed_ == op) return;
    disarm();
    armed_ = op;
    patch(const_cast<Op&>(*op));
}

void Debugging::disarm() {
    const Op* op = armed_;
    armed_ = leading_in_ = nullptr;
    if (op) unpatch(*op);
}

/// Look again when the instruction behind `op` is reached, wherever it is.
void Debugging::arm_behind(const Op* op) {
    if (!is_last(op)) return arm(op + 1);
    boundary_ = true;
    cpu_.kick();  // out of the chain of blocks at the next one
}

/// The same at the start of a block, whose head must still find the count-down as it is.
void Debugging::lead_in(const Op* op) {
    if (!is_last(op)) return arm_behind(op);
    arm(op);
    leading_in_ = op;
}

const Op* Debugging::probe(CpuState& s, const Op* op) {
    Debugging& self = *static_cast<Cpu&>(*s.env).debugging_;
    if (!self.arrived(op)) return nullptr;
    return self.handler(const_cast<Op&>(*op))(s, op);  // what it is by now
}

// --- standing still --------------------------------------------------------------------------------------------------

u64 Debugging::completed(const Op* op) const { return cpu_.s_.insns - head_of(op)->imm + op->idx; }

void Debugging::forget_orders() {
    steps_left_ = 0;
    target_insns_ = target_tick_ = never;
    counting_ = false;
    pending_.reset();
}

/// In front of `op`, or between blocks.
bool Debugging::arrived(const Op* op) {
    // Or else it is only a breakpoint's address, or the way into a block.
    const bool counts = !op || (op == armed_ && op != leading_in_);
    const u32 pc = op ? op->pc : cpu_.s_.r[15];
    const u64 insns = op ? completed(op) : cpu_.s_.insns;
    if (counts) boundary_ = false;
    if (counts || op == leading_in_) disarm();
    CpuStop stop;
    stop.address = pc;
    bool stops = true;
    if (counts && pending_) stop = *pending_;
    else if (counts && steps_left_ && --steps_left_ == 0) stop.why = CpuStop::Why::step;
    else if (insns >= target_insns_) stop.why = CpuStop::Why::instructions;
    else if (breaks(pc) && !(resumed_.pc == pc && resumed_.insns == insns)) stop.why = CpuStop::Why::breakpoint;
    else stops = false;
    if (stops && !halt(op, stop)) return false;
    if (op && following()) arm_behind(op);
    return true;
}

/// Stands still in front of `op`, or between blocks, until the debugger lets go. False: the state has changed since.
bool Debugging::halt(const Op* op, CpuStop stop) {
    CpuState& s = cpu_.s_;
    const u32 r15 = s.r[15];  // what it holds in the middle of a block is the running instruction's business
    if (op) {
        cpu_.wind_back(op, false);
        s.r[15] = op->pc;
        s.itstate = op->itstate;
    }
    disarm();
    forget_orders();
    changed_ = false;
    debugger_.stopped(cpu_, stop);
    resumed_ = {s.r[15], s.insns, stop.why == CpuStop::Why::watchpoint};
    if (cpu_.machine_.stop_requested(cpu_.config_.index)) {
        changed_ = true;
        cpu_.end_run_by(0);
    }
    if (changed_) {
        s.exit_op = nullptr;
        s.attention = true;
        return false;
    }
    if (op) {
        cpu_.wind_forward(op);
        s.r[15] = r15;
        s.itstate = 0;
        note_targets(resumed_.insns);
    }
    cpu_.kick();  // the outer loop has new targets to look at
    return true;
}

// --- what the run loop tells -----------------------------------------------------------------------------------------

void Debugging::begin_turn() {
    debugger_.turn(cpu_);
    if (!asked_) return;
    asked_ = false;
    CpuStop stop;
    stop.address = cpu_.s_.r[15];
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
    cpu_.kick();
}

void Debugging::stop_soon() {
    if (!pending_) pending_.emplace();
    boundary_ = true;
    cpu_.kick();
}

void Debugging::marker(unsigned option, const Op* op, bool behind) {
    if (!debugger_.wants_marker(cpu_, option)) return;
    pending_.emplace();
    pending_->why = CpuStop::Why::marker;
    pending_->option = option;
    if (behind) arm_behind(op);
    else arm(op);
}

/// Far from a count of instructions, blocks run freely: a tick is worth a few at most. Near it, each one is looked at.
u64 Debugging::note_targets(u64 insns) {
    if (target_insns_ == never) return never;
    const u64 left = target_insns_ > insns ? target_insns_ - insns : 0;
    counting_ = left <= most_per_tick * max_block_insns;
    return counting_ ? never : left / most_per_tick - max_block_insns + 1;
}

u64 Debugging::ticks_allowed() {
    const u64 now = cpu_.now();
    if (now >= target_tick_) {
        CpuStop stop;
        stop.why = CpuStop::Why::ticks;
        stop.address = cpu_.s_.r[15];
        halt(nullptr, stop);
        return 0;
    }
    const u64 allowed = std::min(target_tick_ - now, note_targets(cpu_.s_.insns));
    if (counting_ && !armed_) boundary_ = true;
    return allowed;
}

void Debugging::run_blocks() {
    CpuState& s = cpu_.s_;
    s.exit_op = nullptr;
    while (s.countdown > 0 && cpu_.wait_ == Cpu::Wait::none) {
        cpu_.take_pending_interrupt();
        if (boundary_ && (!arrived(nullptr) || s.countdown <= 0)) continue;
        const Op* op = cpu_.enter_block();
        if (!op) continue;
        if (following()) lead_in(op + 1);
        const Op* head = op;
        while ((op = op->fn(s, op))) {
            if (op > head && op <= head + head->imm + 1) continue;  // builds that take one instruction a step
            if (boundary_) break;
            head = op;
        }
    }
}

}  // namespace vtoll::core

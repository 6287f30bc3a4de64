// SPDX-License-Identifier: Apache-2.0
// The engine's side of recording: heads and ops that tell a TraceSink what is about to run. Blocks keep their bounds
// and prices, so that a recorded run has the times it would have had.
#include "core/cpu/block_charge.hpp"
#include "core/cpu/cpu.hpp"
#include "core/cpu/table_reader.hpp"
#include "isa/exec/exec.hpp"

namespace vtoll::core {

using isa::CpuState;
using isa::Op;

void Cpu::record(bool on) {
    recording_wanted_ = on;
    kick();
}

/// Between blocks: heads are chosen when blocks are decoded, and hits in L0 go unseen.
void Cpu::apply_recording() {
    recording_ = recording_wanted_;
    blocks_.clear();
    recorded_.clear();
    if (debugging_) debugging_->blocks_dropped();
    s_.exit_op = nullptr;
    s_.l0.fill({});
    trace_->switched(s_, recording_, counts());
}

const Op* Cpu::recorded_head(CpuState& s, const Op* op) {
    if (s.countdown <= 0) return nullptr;
    auto& cpu = static_cast<Cpu&>(*s.env);
    cpu.trace_->block(s, info_of(op), op, cpu.counts());
    return cpu.charging_head()(s, op);
}

void Cpu::record_instructions() {
    recording_ = recording_wanted_ = true;
    s_.l0.fill({});
    const auto watch_all = [this](Op* head) {
        for (Op* op = head + 1; op <= head + head->imm; ++op) watch(*op);
    };
    blocks_.for_each(watch_all);
    watch_all(scratch_block_.data());
}

/// Beneath what a debugger has put there.
void Cpu::watch(Op& op) {
    isa::Handler& handler = debugging_ ? debugging_->handler(op) : op.fn;
    if (handler == &recorded_op) return;
    recorded_[&op] = handler;
    handler = &recorded_op;
}

const Op* Cpu::recorded_op(CpuState& s, const Op* op) {
    auto& cpu = static_cast<Cpu&>(*s.env);
    const isa::Handler own = cpu.recorded_.at(op);
    if (!cpu.recording_) return own(s, op);
    if (cpu.trace_->every_instruction()) {
        cpu.trace_->instruction(s, info_of(op - op->idx - 1), op, cpu.counts_at(op));
    } else if (op->cond >= 14 || isa::ConditionPassed(s, op->cond)) {
        cpu.trace_->system(s, op);
    }
    return own(s, op);
}

void Cpu::note_access(const Op* op, MemoryAccess::Kind kind, u32 va, u64 pa, unsigned size, bool write, u32 value) {
    trace_->access(s_, op, {kind, write, static_cast<u8>(size), va, pa, value});
}

/// The part of an unaligned access that lies in another page than its first byte.
void Cpu::note_second_page(const Op* op, u32 va, const mmu::Result& r, bool write) {
    using enum MemoryAccess::Kind;
    note_access(op, r.ok ? probe : fault, va, r.ok ? r.pa : 0, 1, write, 0);
}

mmu::Walk Cpu::walk(u32 va, isa::Privilege pl, mmu::AccessType type) const {
    return mmu::walk(mmu::regime_of(s_.sys, pl), va, type, *table_reader_);
}

}  // namespace vtoll::core

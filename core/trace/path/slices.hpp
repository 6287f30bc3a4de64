// SPDX-License-Identifier: Apache-2.0
// The time of one processor, cut into what each instruction took. A slice goes from where its instruction begins to
// where the next one does: with what fetching it, its accesses and its branch cost. Fractions of ticks that blocks have
// run up come with the first instruction of a block.
#pragma once

#include <array>
#include <span>

#include "core/cpu/processor.hpp"
#include "core/report/path/exit_path.hpp"
#include "core/seam/trace_sink.hpp"

namespace vtoll::core::trace {

struct Slice {
    PathPlace place;
    u64 begin = 0, ticks = 0;
    StallTicks stalls{};    ///< without issue
    bool executed = false;  ///< it completed, or failed its condition
};

/// What of a block's price has been charged as stalls, at once for all of it: shared among the instructions that were
/// executed, whose parts of the price are `costs`. System operations (bits of `system_ops`) have their own; then the
/// pipeline's width is taken to be shared evenly, and what is above that waited for operands. What is left over, as
/// where the rest of the block did not happen, is the last one's.
void share_price(std::span<const u16> costs, u64 system_ops, s64 system, s64 dependency, std::span<Slice> slices);

class Slices : public TraceSink {
public:
    explicit Slices(const Processor& cpu) : cpu_(cpu) {}

protected:
    /// One slice after the other, without gaps within a block.
    virtual void took(const Slice& slice) = 0;

    /// From now on time counts that has not been told of.
    void restart();
    u64 told_until() const { return told_; }
    bool in_block() const { return in_block_; }
    /// Time up to `ticks` that is no instruction's: what it went to, and it has been told of.
    StallTicks pass(u64 ticks);

    bool every_instruction() const override { return true; }
    bool hears_accesses() const override { return false; }
    void block(const isa::CpuState&, const BlockKey&, std::span<const isa::Op>, Counts before) override;
    void instruction(const isa::CpuState&, const BlockKey&, const isa::Op*, Counts at) override;
    void interrupted(const isa::Op*, bool completed) override;
    void block_over(Counts at) override;
    void exception(const isa::CpuState&, const isa::ExceptionTaken&) override { finish(cpu_.counts().ticks); }
    void returned(const isa::CpuState&, isa::Mode) override { finish(cpu_.counts().ticks); }
    void marker(const isa::CpuState&, const isa::Op*, unsigned, Counts) override {}
    void switched(const isa::CpuState&, bool, Counts) override {}
    void access(const isa::CpuState&, const isa::Op*, const MemoryAccess&) override {}
    void system(const isa::CpuState&, const isa::Op*) override {}
    void called(const isa::CpuState&, const isa::Op*, Call) override {}
    void slept(const isa::CpuState&, bool, u64) override {}

private:
    void cut(u64 ticks);
    void finish(u64 ticks);

    const Processor& cpu_;
    u64 told_ = 0;
    StallTotals marked_{};  ///< the processor's totals there
    bool in_block_ = false;
    bool completed_ = true;  ///< the newest instruction
    unsigned count_ = 0;     ///< slices of the running block
    std::array<Slice, max_block_insns> slices_;
    std::array<u16, max_block_insns> costs_{};
    u64 system_ops_ = 0;
    s64 system_ = 0;      ///< of the block's price
    s64 dependency_ = 0;  ///< the same, less what was given back
};

}  // namespace vtoll::core::trace

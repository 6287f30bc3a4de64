// SPDX-License-Identifier: Apache-2.0
// Writes down what a guest does between two markers.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "core/scenario/simulation.hpp"
#include "core/trace/format/writer.hpp"
#include "core/trace/record/table_watch.hpp"

namespace vtoll::core::trace {

/// The n-th (from 1) time that the guest executes DBG #option.
struct MarkerPlace {
    unsigned option = 0, nth = 1;
};

struct RecordingRange {
    std::optional<MarkerPlace> from, to;  ///< absent: the start, the end of the run
    u64 most = ~u64{0};                   ///< instructions: the run ends with the block that makes them so many
};

class Recorder final : public Watcher, private TraceSink {
public:
    Recorder(std::filesystem::path target, RecordingRange range) : target_(std::move(target)), range_(range) {}

    void attach(Simulation& run) override;  ///< throws InputError for a machine that can't be recorded
    /// The file is there afterwards. Throws InputError when nothing was recorded.
    void finish(Simulation& run) override;

    Totals totals() const { return {last_.insns - first_.insns, last_.ticks - first_.ticks, writer_->records()}; }
    u64 bytes_written() const { return writer_->bytes_written(); }

private:
    void marker(const isa::CpuState&, const isa::Op* op, unsigned option, Counts at) override;
    void switched(const isa::CpuState&, bool on, Counts at) override;
    void block(const isa::CpuState&, const BlockKey& key, std::span<const isa::Op> instructions,
               Counts before) override;
    void access(const isa::CpuState&, const isa::Op* op, const MemoryAccess&) override;
    void system(const isa::CpuState&, const isa::Op* op) override;
    void interrupted(const isa::Op* op, bool completed) override;
    void exception(const isa::CpuState&, const isa::ExceptionTaken&) override;
    void returned(const isa::CpuState&, isa::Mode from) override;
    void called(const isa::CpuState&, const isa::Op* op, Call) override;
    void slept(const isa::CpuState&, bool for_event, u64 ticks) override;

    /// Say the descriptors that a translation of `va` reads, as far as they are news.
    void look(const isa::CpuState&, u32 va, isa::Privilege pl);

    std::filesystem::path target_;
    RecordingRange range_;
    Processor* cpu_ = nullptr;
    std::unique_ptr<Writer> writer_;
    unsigned seen_from_ = 0, seen_to_ = 0;
    bool on_ = false, hyp_seen_ = false;
    Counts first_, last_;
    TableWatch tables_;
};

}  // namespace vtoll::core::trace

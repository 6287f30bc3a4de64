// SPDX-License-Identifier: Apache-2.0
// The books of a run: a ledger per processor, and what it leaves in the run directory.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/ledger/store/recording_sqlite.hpp"
#include "core/ledger/store/run_record.hpp"
#include "core/scenario/simulation.hpp"
#include "core/seam/code_listener.hpp"

namespace vtoll::core {

class Books final : public Watcher, private CodeListener {
public:
    explicit Books(RecordingOptions recording = {}) : recording_(recording) {}
    /// Before attach(). Whoever is to be told of what processor `cpu` books, whenever its books are opened; in place of
    /// what is recorded.
    void tell(std::function<BookingSink*(unsigned cpu)> sink) { told_ = std::move(sink); }
    void attach(Simulation& run) override;
    void serialize(Archive& ar) override;
    /// Closes what was booked so far without a trace and opens the books again, here: what a restored run starts with.
    void restart(Simulation& run);
    void finish(Simulation& run) override;
    /// stats.json and episodes.sqlite, and recording.sqlite when there is something to record.
    void write(Simulation& run, RunDirectory& directory) override;

    /// After finish().
    const RunRecord& record() const { return record_; }

private:
    void map_phases_of(const std::optional<InputFile>& phases, const std::string& world, const Symbols& symbols,
                       bool virtualization, RegionMap& map);

    void map_functions_of(const std::string& file, const std::string& world, const Symbols& symbols,
                          bool virtualization);
    void open(Simulation& run, unsigned cpu);
    void calls(isa::Privilege level, u32 target) override;
    void know_calls(Simulation& run);
    void name_calls_by_address(Simulation& run);
    void name_callers(Simulation& run);

    RecordingOptions recording_;
    std::function<BookingSink*(unsigned cpu)> told_;
    FunctionMap functions_;
    CallInterfaces calls_;
    WorldPolicy policy_;
    std::vector<u8> measuring_;  ///< by processor: stands between DBG #1 and DBG #2
    Rows rows_;
    HostExits host_exits_;
    std::vector<std::unique_ptr<Recorder>> recorders_;
    std::vector<std::unique_ptr<Ledger>> ledgers_;
    std::vector<Counts> opened_;
    RunRecord record_;
    Simulation* run_ = nullptr;  ///< with functions
};

}  // namespace vtoll::core

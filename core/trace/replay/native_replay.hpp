// SPDX-License-Identifier: Apache-2.0
// A trace goes through the machine's timing model as it went through the recorded one: every instruction, access,
// exception and system register write, but no value of the guest's own. docs/trace-replay.md.
#pragma once

#include <exception>
#include <string>
#include <vector>

#include "core/cpu/hooks/driver.hpp"
#include "core/scenario/simulation.hpp"
#include "core/trace/format/reader.hpp"
#include "core/trace/replay/code_store.hpp"
#include "core/trace/replay/operations.hpp"

namespace vtoll::core::trace {

/// A marker of the trace: where the recording was, and where the replay is.
struct MarkerPair {
    unsigned option;
    Counts recorded, replayed;
};

/// How often a replay found something else than the recording says.
struct Disagreements {
    u64 translations = 0;  ///< an access or a fetch that ends elsewhere, or faults, or does not fault
    u64 privileges = 0;    ///< code that runs at another privilege level
};

class NativeReplay final : public Watcher, private StandIn {
public:
    explicit NativeReplay(Reader& reader) : reader_(reader) {}
    /// Ends where the loop does.
    void follow(LoopMeter meter) { meter_ = std::move(meter); }

    void attach(Simulation& run) override;
    void finish(Simulation&) override;  ///< throws what the trace could not be read for

    const std::vector<MarkerPair>& markers() const { return markers_; }
    const Disagreements& disagreements() const { return disagreements_; }

private:
    bool playing() const override { return !over_; }
    void play() override;
    bool returned(const isa::CpuState&) override { return false; }
    void reached(const isa::CpuState&) override {}

    void play_on();
    void apply(const Record& r);
    void begin_block(const Code& code);
    void access(const Record& r);
    void write(u64 pa, u64 value, unsigned size);
    void state(const Record& r);
    /// The running block is over: what its branch did.
    void leave(u32 to);
    const isa::Op* op(const Record& r) const { return &block_->op(r.index); }

    Reader& reader_;
    LoopMeter meter_;
    Simulation* run_ = nullptr;
    std::unique_ptr<Driver> driver_;
    std::unique_ptr<CodeStore> code_;
    const Block* block_ = nullptr;
    bool left_ = true;  ///< nothing of the running block is to come
    bool over_ = false;
    u32 fpexc_ = 0;
    std::exception_ptr error_;
    std::vector<MarkerPair> markers_;
    Disagreements disagreements_;
};

/// The machine that a trace was recorded on, with nothing in its memory. `overrides` are keys of its scenario.
Scenario scenario_of(const Reader& reader, const std::vector<std::string>& overrides);

}  // namespace vtoll::core::trace

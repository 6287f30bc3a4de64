// SPDX-License-Identifier: Apache-2.0
// Who listens to a processor: the ledger, a recorder, a debugger, triggers, a stand-in. They are named here and nowhere
// else; the parts ask here. A listener that comes or goes changes what `watch` says of blocks: Executor::attend.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "core/cpu/cpu_clock.hpp"
#include "core/cpu/hooks/triggers.hpp"
#include "core/seam/code_listener.hpp"
#include "core/seam/observer.hpp"
#include "core/seam/region_map.hpp"
#include "core/seam/stand_in.hpp"
#include "core/seam/trace_sink.hpp"

namespace vtoll::core {

class Debugging;

class Hooks {
public:
    Hooks(isa::CpuState& state, CpuClock& clock);
    ~Hooks();
    Hooks(const Hooks&) = delete;
    Hooks& operator=(const Hooks&) = delete;

    // --- the listeners
    Observer* observer = nullptr;  ///< the books
    RegionMap regions;             ///< that the observer wants to hear of
    CodeListener* code_listener = nullptr;
    TraceSink* sink = nullptr;  ///< not without end_recording() before it goes
    StandIn* stand_in = nullptr;
    Triggers triggers;
    std::optional<unsigned> stop_marker;  ///< the run ends behind it
    std::unique_ptr<Debugging> debugging;

    // --- recording: the sink hears of everything while it is on
    bool recording() const { return recording_; }
    void want_recording(bool on) { recording_wanted_ = on; }
    void record_now() { set_recording(recording_wanted_ = true); }
    void end_recording() { set_recording(recording_wanted_ = false); }
    /// Between blocks: what is wanted becomes so. True when that is news.
    bool switch_recording();
    /// Some data accesses have to be told of one by one: none may be served by L0.
    bool hears_accesses() const { return telling_ || watching_ || listening_; }
    void set_watching(bool on) { watching_ = on; }
    /// MemoryPort itself listens to what a loop looks at.
    void set_listening(bool on) { listening_ = on; }
    bool listening() const { return listening_; }
    /// Some in the page of `va` have.
    bool hears_page(u32 va) const { return telling_ || (watching_ && watches_page(va)); }

    // --- blocks
    struct Watch {
        bool watched = false;  ///< Executor::run_watched runs the block
        u64 stops = 0;         ///< bit n: `before` wants to be called in front of instruction n
    };
    Watch watch(const Block& block) const;
    /// A watched block is about to be charged. False: it is not to run now.
    bool entering(Block& block);
    /// In front of `op` of a watched block. False: leave the block.
    bool before(const isa::Op* op);
    /// A watched block was run, as far as it came.
    void over(const Block& block) {
        if (hears(block)) sink->block_over(clock_.counts());
    }

    // --- events
    void marker(const isa::Op* op, unsigned option);
    /// Between blocks, in front of an interrupt or of an abort of the fetch.
    void leaving() {
        if (recording_) sink->leaving(s_);
    }
    void exception_taken(const isa::ExceptionTaken& e, Counts at, u32 price) {
        if (recording_) sink->exception(s_, e);
        if (observer) observer->exception_taken(s_, e, at, price);
    }
    void exception_returned(isa::Mode from, Counts at, u32 price) {
        if (recording_) sink->returned(s_, from);
        if (observer) observer->exception_returned(s_, from, at, price);
    }
    void interrupted(const isa::Op* op, bool completed) {
        if (recording_) sink->interrupted(op, completed);
    }
    void called(const isa::Op* op, TraceSink::Call call) {
        if (recording_) sink->called(s_, op, call);
    }
    void slept(bool for_event, u64 until);
    void access(const isa::Op* op, const MemoryAccess& a) {
        if (telling_) sink->access(s_, op, a);
    }
    void device_accessed(const isa::Op* op, const DeviceAccess& access) {
        if (observer) observer->device_accessed(access, {s_.insns, clock_.now_at(op)});
    }
    void register_accessed(const isa::Op* op, const isa::RegisterAccess& access) {
        if (observer) observer->register_accessed(access, op->cost);
    }
    void controls_changed() {
        if (observer) observer->controls_changed(s_, clock_.counts());
    }
    void out_of_step(u64 ticks) {
        if (observer) observer->out_of_step(ticks);
    }

    /// run() ends with StopReason::stop_point, as soon as it may.
    void stop() {
        stopped_ = true;
        clock_.kick();
    }
    /// True once for every stop().
    bool take_stop() { return std::exchange(stopped_, false); }

private:
    void set_recording(bool on) {
        recording_ = on;
        telling_ = on && sink->hears_accesses();
    }
    bool hears(const Block& block) const;
    bool watches_page(u32 va) const;
    bool reached(const Trigger& trigger, Block& block);

    isa::CpuState& s_;
    CpuClock& clock_;
    bool recording_ = false, recording_wanted_ = false;
    bool telling_ = false;  ///< recording, and the sink wants to hear of data accesses
    bool watching_ = false, listening_ = false, stopped_ = false;
};

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// A simulation under control: run it for a while, stand still, look, change, go on. The GDB stub and Python's Machine
// are made of this.
//
// The simulation runs in a thread of its own, but never at the same time as its controller: either the machine runs and
// the controller waits, or the machine stands still in the middle of a processor's turn and the controller may use
// everything reachable from here. So a machine that was stopped a thousand times takes the same turns, instructions and
// ticks, and leaves the same books, as one that never was.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "core/cpu/processor.hpp"
#include "core/scenario/simulation.hpp"

namespace vtoll::core {

/// Why the machine stands still.
struct Stop {
    enum class Kind : u8 {
        ready,  ///< nothing has been executed yet
        asked,  ///< Control::interrupt
        step,
        breakpoint,
        watchpoint,
        exception,
        marker,
        instructions,
        ticks,  // CpuStop::Why
        ended,  ///< the run is over: `outcome`
    };
    Kind kind = Kind::ready;
    unsigned cpu = 0;
    CpuStop detail{};    ///< not with `ready` and `ended`
    unsigned point = 0;  ///< number of the break- or watchpoint
    Outcome outcome{};
};
const char* stop_name(Stop::Kind kind);

/// How far to go. Everything at once is possible; break- and watchpoints count in any case.
struct Until {
    std::optional<unsigned> step_cpu;  ///< `steps` instructions (or exceptions taken) of this processor
    u64 steps = 1;
    std::optional<u64> instructions;  ///< of all processors together, since the start
    std::optional<u64> ticks;         ///< of any processor, at its first block that starts then or later
};

class Control final : private Debugger {
public:
    /// The simulation stays the caller's, who has added its watchers and leaves running it to this object.
    explicit Control(Simulation& simulation);
    /// A run that hasn't ended is interrupted: Outcome::Kind::interrupted.
    ~Control() override;
    Control(const Control&) = delete;
    Control& operator=(const Control&) = delete;

    // --- running. One thread controls; interrupt() may be called from anywhere, a signal handler included.
    Stop run(const Until& until = {}) {
        resume(until);
        return wait();
    }
    void resume(const Until& until = {});  ///< nothing when the run has ended
    Stop wait();                           ///< for the machine to stand still; rethrows what the simulation threw
    bool wait_for(unsigned milliseconds);  ///< false: it is still running
    void interrupt() { asked_ = true; }    ///< stand still soon
    /// For a listener that the simulation's thread calls in the middle of a turn: stand still in front of the next
    /// block.
    void interrupt_turn();
    void kill();  ///< end the run: Outcome::Kind::interrupted
    /// Breakpoints, watchpoints and catches are forgotten and the run goes to its end by itself.
    void detach();
    bool running() const;
    const Stop& stop() const { return stop_; }  ///< while it stands still
    /// Called by the simulation's thread whenever the machine has come to stand still, never behind the next on_stop().
    /// `stopped` may not ask this control anything.
    void on_stop(std::function<void()> stopped);

    // --- from here on: while it stands still
    unsigned add(const Breakpoint& breakpoint);  ///< returns its number, from 1 on; they are never used again
    unsigned add(const Watchpoint& watchpoint);
    bool remove(unsigned number);  ///< false: no such break- or watchpoint
    /// Stop at every exception that `which` says yes to; an empty function: at none.
    void catch_exceptions(std::function<bool(unsigned cpu, const isa::ExceptionTaken&)> which);
    void catch_markers(std::function<bool(unsigned cpu, unsigned option)> which);
    void forget_points();  ///< all of them, and what is to be caught

    Simulation& simulation() { return simulation_; }
    Machine& machine() { return simulation_.machine(); }
    Processor& cpu(unsigned index) { return simulation_.cpu(index); }
    unsigned cpus() { return machine().config().cpus; }

    /// After writing to state() of a processor: its running block is looked up again.
    void state_changed(unsigned cpu);

    // --- memory without side effects: no fault, no count, devices are only looked at. False: some byte isn't there.
    // Virtual addresses go through the tables of `level` (absent: of the processor's mode now), whatever they permit.
    std::optional<u64> translate(unsigned cpu, u32 va, std::optional<isa::Privilege> level = {});
    bool read(unsigned cpu, u32 va, void* bytes, std::size_t size, std::optional<isa::Privilege> level = {});
    bool write(unsigned cpu, u32 va, const void* bytes, std::size_t size, std::optional<isa::Privilege> level = {});
    bool read_physical(unsigned cpu, u64 pa, void* bytes, std::size_t size);
    /// RAM only: a look at a device never changes it.
    bool write_physical(u64 pa, const void* bytes, std::size_t size);

private:
    enum class Phase : u8 { ready, running, standing, ended };

    // --- Debugger: the simulation's thread
    void stopped(Processor& cpu, const CpuStop& stop) override;
    void turn(Processor& cpu) override;
    bool wants(Processor& cpu, const isa::ExceptionTaken& e) override;
    bool wants_marker(Processor& cpu, unsigned option) override;
    void main();
    void announce(const Stop& stop, Phase phase);
    void give_orders(Processor& cpu);

    Simulation& simulation_;
    std::map<unsigned, Breakpoint> breakpoints_;
    std::map<unsigned, Watchpoint> watchpoints_;
    unsigned next_point_ = 1;
    std::function<bool(unsigned, const isa::ExceptionTaken&)> which_exceptions_;
    std::function<bool(unsigned, unsigned)> which_markers_;

    Until until_;
    Stop stop_;
    std::function<void()> stopped_;
    std::exception_ptr thrown_;
    std::atomic<bool> asked_{false};
    bool killed_ = false;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Phase phase_ = Phase::ready;
    std::thread thread_;
};

}  // namespace vtoll::core

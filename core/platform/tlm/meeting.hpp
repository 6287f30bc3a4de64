// SPDX-License-Identifier: Apache-2.0
// What the processors of a machine do to each other: interrupts, events, stores to what another polls. All of it
// happens within the turn of one of them, while the others are behind or ahead: this sees to it that it reaches them at
// the tick at which it was done, or says by how much it comes late. Turns says how long turns are.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/platform/tlm/cpu_shell.hpp"
#include "core/platform/turns.hpp"
#include "core/seam/cpu_if.hpp"
#include "gic/gic.hpp"

namespace vtoll::core {

class Meeting {
public:
    /// The machine's, which outlives it. The processors need not be there yet.
    struct Machine {
        const std::vector<std::unique_ptr<CpuIf>>& cpus;
        const std::vector<std::unique_ptr<CpuShell>>& shells;
        const gic::Gic& gic;
        std::vector<u64>& run_end;                               ///< per processor: where its run is to end
        std::function<u64(unsigned cpu, u64 tick)> interrupted;  ///< when time alone interrupts `cpu` next
    };
    Meeting(Machine machine, unsigned cpus, u64 longest_turn)
        : m_(std::move(machine)), turns_(cpus, longest_turn), polling_(cpus), given_(cpus) {}

    /// Of a processor of several: where the turn that begins at `tick` ends at the latest.
    u64 begin_turn(unsigned cpu, u64 tick);
    /// When an interrupt of another processor comes that it has not come to yet.
    u64 arrival(unsigned cpu) const { return turns_.arrival(cpu); }

    // --- by the processor `by`, whose turn it is
    /// The lines of `cpu` change, which may be its own. One that is behind is interrupted when it gets there.
    void lines_changed(unsigned by, unsigned cpu, const gic::Lines& lines);
    void event_sent(unsigned by, unsigned to);
    /// It has dealt with another processor just now: its turn is over, and the next ones are short.
    void deal(unsigned by);
    void end_turn(unsigned by);
    /// MachineIf's.
    void polls(unsigned by, bool waits, std::span<const u64> granules, bool devices);
    bool reached(unsigned by, u32 pollers, u64 tick);

    // --- checkpoints
    void give_lines(unsigned cpu, const gic::Lines& lines);
    void serialize(Archive& ar) { ar(turns_, polling_); }
    void restored();  ///< the processors too

private:
    u64 turn_end(unsigned cpu, u64 tick) const;
    /// `other` may have gone beyond the tick at which `by` does something to it.
    void note_distance(unsigned by, unsigned other, u64 tick);

    Machine m_;
    Turns turns_;
    std::vector<u8> polling_;        ///< per processor: it waits in a loop
    std::vector<gic::Lines> given_;  ///< per processor: its lines as it has been told
};

}  // namespace vtoll::core

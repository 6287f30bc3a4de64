// SPDX-License-Identifier: Apache-2.0
// What a run leaves behind, as plain data: the same whether it just ended or was read from a run directory.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/ledger/book/ledger.hpp"
#include "core/ledger/names/call_interfaces.hpp"
#include "core/ledger/names/exit_names.hpp"
#include "core/ledger/names/phases.hpp"
#include "core/ledger/store/facts.hpp"
#include "core/ledger/store/statistics.hpp"

namespace vtoll::core {

struct ProcessorRecord {
    Counts machine;  ///< what the processor itself counted while the books were open: the ledger has no part in it
    std::vector<Account> accounts;
    std::vector<EpisodeRow> episodes;
    std::vector<Sample> samples;
    std::vector<MarkerHit> markers;
    Crossings crossings;
    std::vector<RowCounts> rows;  ///< by row; those at the end may be missing
    std::vector<HostExitRow> host_exits;
    Facts facts;
};

struct RunRecord {
    std::string scenario;
    std::string timing, timing_title;  ///< name of the timing model, and what it says of itself
    u64 placement = 0;                 ///< timing.placement of the scenario
    u64 clock_hz = 0;
    std::string outcome;
    int guest_code = 0;
    PhaseNames phases;
    /// What the exits that made these calls are called: those of interfaces that were known, and of numbers that are
    /// addresses of functions.
    std::map<Call, std::string> calls, recorded_calls;  ///< now, and when the run was made
    std::map<u32, std::string> devices;                 ///< pages of devices that the hypervisor makes for its guests
    /// Which register the number of an HVC was taken from, by its immediate where that is not `number_register`.
    std::vector<std::pair<u32, u8>> number_registers;
    u8 number_register = 0, syscall_register = 0;
    /// Functions that exits were taken out of, by address: of the hypervisor's own code, and of what is below it.
    std::map<u32, std::string> hypervisor_functions, guest_functions;
    std::vector<std::string> rows{""};  ///< names; the first is what lies outside all rows
    std::vector<ProcessorRecord> cpus;

    Counts machine() const;  ///< of all processors
    bool hosted() const;     ///< a host ran: machine 0 is it
};

/// What the machine counted and no account has: zero, or the books are wrong. Signed: too much booked is as wrong.
struct Residue {
    s64 insns = 0, ticks = 0;
    bool zero() const { return insns == 0 && ticks == 0; }
};
Residue residue(const ProcessorRecord& cpu);
bool conserved(const RunRecord& run);

/// Taken out of the hypervisor's own code: addresses are its.
inline bool of_hypervisor_itself(const EpisodeKind& kind) {
    return kind.cause == Cause::nested_irq || kind.cause == Cause::hyp_other;
}

/// What the exits of this run are called.
ExitNames exit_names(const RunRecord& run);

/// Names the calls of the run, and the devices of interfaces that it uses, by `interfaces`; what it has names for
/// already gets another one. Calls whose number the run did not keep stay as they are: the answer says of which
/// interface there were any, "" when there were none.
std::string name_calls(RunRecord& run, const CallInterfaces& interfaces);

/// Episodes that answer one question: all of one world, cause and detail, of all processors and virtual machines.
struct EpisodeGroup {
    World world;
    Cause cause;
    u32 detail;
    Distribution insns, ticks;                    ///< all that were left by their return
    Distribution measured_insns, measured_ticks;  ///< those between the markers DBG #1 and DBG #2
    u64 unfinished = 0;                           ///< how many are in none of these: nobody saw their end
};
/// Exits that a host takes part in: all of one machine, cause and detail, of all processors.
struct HostExitGroup {
    u8 vm;
    Cause cause;
    u32 detail;
    Distribution insns, ticks;  ///< of those after which the machine ran again
    PartCosts parts;            ///< their sums
    u64 unfinished = 0;
};
/// Sorted by machine, cause, detail.
std::vector<HostExitGroup> group_host_exits(const RunRecord& run);

/// Sorted by world, cause, detail.
std::vector<EpisodeGroup> group_episodes(const RunRecord& run, bool by_detail);

}  // namespace vtoll::core

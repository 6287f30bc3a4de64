// SPDX-License-Identifier: Apache-2.0
// What a run leaves behind, as plain data: the same whether it just ended or was read from a run directory.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/ledger/book/ledger.hpp"
#include "core/ledger/names/exit_names.hpp"
#include "core/ledger/names/phases.hpp"
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
};

struct RunRecord {
    std::string scenario;
    std::string timing, timing_title;  ///< name of the timing model, and what it says of itself
    u64 placement = 0;                 ///< timing.placement of the scenario
    u64 clock_hz = 0;
    std::string outcome;
    int guest_code = 0;
    PhaseNames phases;
    std::map<u32, std::string> calls;   ///< hypercalls whose numbers are addresses: the functions
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

/// What the exits of this run are called.
ExitNames exit_names(const RunRecord& run);

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

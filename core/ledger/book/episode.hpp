// SPDX-License-Identifier: Apache-2.0
// An episode: from an exception into a more privileged level (or a nested one) to the return from it.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "core/ledger/book/causes.hpp"
#include "core/seam/observer.hpp"

namespace vtoll::core {

/// What one phase of an episode cost. `device` and `exception` are parts of `ticks`.
struct PhaseCost {
    u32 insns = 0, ticks = 0, device = 0, exception = 0;
    bool operator==(const PhaseCost&) const = default;
};

/// `EpisodeKind::detail` when a guest used too many different ones to keep apart.
inline constexpr u32 many_details = 0x7fff'ffff;  // no page has that number, and -1 is a call of seL4

/// What an entry into the hypervisor's level is a part of: X(enumerator, name in files).
#define VTOLL_ENTRY_ROLES(X)                                                 \
    /* an exit of its own, or no entry into the hypervisor */                \
    X(whole, "whole")                                                        \
    /* the first part of an exit that goes on in the host: host_exits.hpp */ \
    X(way_in, "way-in")                                                      \
    /* the last part of one */                                               \
    X(way_back, "way-back")                                                  \
    /* of a host's process into a kernel resident in Hyp mode */             \
    X(process, "process")

#define VTOLL_ENUMERATOR(enumerator, ...) enumerator,
enum class EntryRole : u8 { VTOLL_ENTRY_ROLES(VTOLL_ENUMERATOR) count };
#undef VTOLL_ENUMERATOR

std::string_view name_of(EntryRole role);
std::optional<EntryRole> role_from_name(std::string_view name);

/// What an episode is and cost: everything but when. Nested episodes are not included in their parents.
struct EpisodeKind {
    World world = World::hypervisor;
    Cause cause = Cause::none;
    u8 vm = 0;        ///< VMID it was entered from (0: a host, or a machine without stage 2)
    u8 vm_after = 0;  ///< VMID it was left to
    EntryRole role = EntryRole::whole;
    u32 syndrome = 0;  ///< HSR for Hyp entries from the guest, less what varies without meaning (see ledger.cpp)
    u32 detail = 0;    ///< number of a call that Hyp mode serves, IPA page of a stage-2 fault, else 0
    /// Parts of the ticks of all phases: waits of a core profile, from Stall::dependency on.
    std::array<u32, core_stalls> waits{};
    bool measured = false;  ///< began between the markers DBG #1 and DBG #2
    bool finished = true;   ///< left by its return: not cut by the end of the run, nor given up
    u8 row = 0;             ///< it began in; Rows::none: in none
    /// Ticks that its length may be off by: something passed between processors of which one had run further than the
    /// other (CpuIf::out_of_step).
    u32 turns = 0;
    std::array<PhaseCost, max_phases> phases{};

    /// All but the costs, which are zero already (clearing so many for each exception would be felt): nothing of an
    /// episode that had this place before may stay.
    void begin(World w, u8 machine, bool inside_measurement, u8 current_row) {
        world = w;
        cause = Cause::none;
        vm = vm_after = machine;
        role = EntryRole::whole;
        syndrome = detail = turns = 0;
        measured = inside_measurement;
        finished = false;
        row = current_row;
    }
    bool operator==(const EpisodeKind& o) const {
        return world == o.world && cause == o.cause && vm == o.vm && vm_after == o.vm_after && role == o.role &&
               syndrome == o.syndrome && detail == o.detail && measured == o.measured && finished == o.finished &&
               row == o.row && turns == o.turns && std::memcmp(&waits, &o.waits, sizeof waits) == 0 &&
               std::memcmp(&phases, &o.phases, sizeof phases) == 0;
    }
    u8 payer() const { return role == EntryRole::way_back ? vm_after : vm; }  ///< the machine that it is booked on
    /// An exit of a machine, or a process's entry into its host's kernel: whole, no part of an exit that a host takes
    /// part in.
    bool is_exit() const {
        return role == EntryRole::process || (world == World::hypervisor && role == EntryRole::whole);
    }
    /// Of a core stall.
    u32 wait(Stall stall) const { return waits[static_cast<std::size_t>(stall) - first_core_stall]; }
    /// What its ticks went to. Issue is what the others leave, as everywhere in the books.
    StallTotals stalls() const {
        StallTotals out{};
        std::copy(waits.begin(), waits.end(), out.begin() + first_core_stall);
        for (const PhaseCost& p : phases) {
            out[static_cast<std::size_t>(Stall::device)] += p.device;
            out[static_cast<std::size_t>(Stall::exception)] += p.exception;
        }
        u64& issue = out[static_cast<std::size_t>(Stall::issue)];
        for (const u64 ticks : out) issue -= ticks;
        issue += ticks();
        return out;
    }
    u64 insns() const {
        u64 n = 0;
        for (const PhaseCost& p : phases) n += p.insns;
        return n;
    }
    u64 ticks() const {
        u64 n = 0;
        for (const PhaseCost& p : phases) n += p.ticks;
        return n;
    }
};

/// Where episodes of a row were taken: preferred return addresses, sorted, with how many had each. Those beyond `most`
/// different ones are counted by the row alone.
struct Callers {
    static constexpr std::size_t most = 1024;

    std::vector<std::pair<u32, u64>> counts;

    void add(u32 address) {
        auto at = std::lower_bound(counts.begin(), counts.end(), std::pair{address, u64{0}});
        if (at == counts.end() || at->first != address) {
            if (counts.size() == most) return;
            at = counts.insert(at, {address, 0});
        }
        ++at->second;
    }
};

/// Episodes that are alike in all of EpisodeKind, counted: loses nothing of any distribution, and a million null
/// hypercalls stay small.
struct EpisodeRow {
    EpisodeKind kind;
    u64 count = 0;
    u64 first_tick = 0, last_tick = 0;  ///< beginnings of the first and the last of them
    Callers callers = {};               ///< of entries into the hypervisor's level
};

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// A run's books as findings ask them: sums over processors.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/report/advice/advice.hpp"

namespace vtoll::core {

/// Part of what the controls of MMU and caches were seen with.
struct ControlShare {
    u64 insns = 0, of_insns = 0;
    u64 uncached_ticks = 0;
    bool most() const { return insns && 2 * insns > of_insns; }
};

class Evidence {
public:
    explicit Evidence(const RunRecord& run);

    const RunRecord& run;
    u64 exit_ticks = 0, exits = 0;
    u64 busy_ticks = 0;
    bool priced = false;     ///< by a core profile: stalls are known
    bool has_guest = false;  ///< a level below Hyp mode ran with stage 2

    static bool in_exit(const FactOwner& o) { return o.world == World::hypervisor && o.cause != Cause::none; }
    static bool in_guest(World w) { return w == World::user || w == World::kernel; }

    /// Ticks of a stall in exits, or in guests.
    u64 stalls(Stall stall, bool exits) const;
    u64 events(MemoryEvent event, bool exits) const;
    u64 insns(bool exits) const;
    /// Of the instructions in exits (of guests), those under controls for which `holds`.
    ControlShare controls(bool exits, const std::function<bool(const Controls&)>& holds) const;

    /// Accesses made in exits, by name and direction.
    struct Access {
        AccessCounts counts;
        std::map<Cause, u64> causes;  ///< how many in each
        u64 address = 0;
        bool device = false;
    };
    using Key = std::pair<std::string, bool>;  ///< name, written
    const std::map<Key, Access>& accesses() const { return accesses_; }
    /// Of these, those in exits that return to their own machine, and not for its floating-point registers: there
    /// nothing need be switched.
    const std::map<Key, Access>& needless() const { return needless_; }
    /// The one of a register; zeros when there is none.
    static const Access& find(const std::map<Key, Access>& all, const std::string& name, bool write);

    /// Finished and unfinished exits, and their ticks, of the kinds that `is` picks; by name.
    struct Exits {
        u64 count = 0, ticks = 0;
        std::map<std::string, std::pair<u64, u64>> names;  ///< count, ticks
    };
    Exits exits_of(const std::function<bool(const EpisodeKind&)>& is) const;
    /// "hypercall 5: 4552 of its 4671 ticks; ..." for the dearest by what `part` says of an episode.
    std::string dearest(const std::function<u64(const EpisodeKind&)>& part) const;
    /// "100 WFI, 20 load from pl011"
    static std::string list(const Exits& exits);
    /// "hypercall (HVC), interrupt taken by the hypervisor": causes, most frequent first.
    static std::string list(const std::map<Cause, u64>& causes);

    const ExitNames& names() const { return names_; }
    /// Virtual machines that processor `cpu` ran.
    std::size_t machines_on(std::size_t cpu) const { return machines_[cpu].size(); }

private:
    ExitNames names_;
    std::map<Key, Access> accesses_, needless_;
    std::vector<std::set<u8>> machines_;
};

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// Exits of a run by name, one by one: which of them is the median one, which the dearest.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/ledger/store/run_record.hpp"

namespace vtoll::core {

/// The exits of one name that were seen to their end.
struct ExitChoice {
    struct Begun {
        unsigned cpu = 0;
        u64 tick = 0;
    };
    u64 exits = 0;
    Begun median, dearest;  ///< the first of that many ticks
};

class ExitChooser {
public:
    ExitChooser(const RunRecord& run, bool measured_only);

    /// "" for an episode that is no exit, or not one of these. `kind`: as it is stored. Of exits that a host takes part
    /// in, the ways in and back have names of their own.
    const std::string& name_of(const EpisodeKind& kind) const;
    std::optional<ExitChoice> find(const std::string& name) const;
    std::vector<std::string> names() const;  ///< sorted

private:
    const RunRecord& run_;
    const bool measured_only_;
    ExitNames names_;
    /// By all that a name is made of.
    using Key = std::tuple<Cause, EntryRole, u32, u32>;
    mutable std::map<Key, std::string> known_;
};

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// A phases file out of what a recording saw in exits: functions put together by the words of their names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::core {

struct SeenFunction {
    std::string name;
    u64 ticks = 0;  ///< in exits
};

struct ProposedPhase {
    std::string name, rule;  ///< `rule`: why these functions are together, in words
    std::vector<SeenFunction> functions;
    u64 ticks() const;
};

struct PhaseProposal {
    std::vector<ProposedPhase> phases;  ///< in the order of the file, dearest first
    std::vector<SeenFunction> others;   ///< of no rule: handle
};

/// Functions of one name are one. First by words that name a part of a hypervisor's work, then by the first word of the
/// name when several functions have it, as many phases as there are numbers for.
PhaseProposal propose_phases(const std::vector<SeenFunction>& functions);

/// As a phases file. `from`: where the functions were seen.
std::string to_phases_file(const PhaseProposal& proposal, std::string_view from);

}  // namespace vtoll::core

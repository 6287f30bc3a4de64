// SPDX-License-Identifier: Apache-2.0
// A run that a person watches: its progress on standard error, and a signal ends it.
#pragma once

#include "core/cli/support/terminal.hpp"
#include "core/scenario/simulation.hpp"

namespace vtoll::cli {

class Following {
public:
    /// `rewrite` as Progress has it.
    Following(core::Simulation& run, bool rewrite);
    ~Following();

private:
    core::Simulation& run_;
    Progress progress_;
};

}  // namespace vtoll::cli

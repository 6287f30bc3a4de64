// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/following.hpp"

#include "core/cli/support/signals.hpp"

namespace vtoll::cli {

Following::Following(core::Simulation& run, bool rewrite) : run_(run), progress_(rewrite) {
    note_signals();
    run_.machine().on_progress([this] {
        const core::Machine& machine = run_.machine();
        progress_.update(run_.instructions(), static_cast<double>(machine.clock().nanoseconds(machine.ticks())) * 1e-9);
        return signal_received() == 0;
    });
}

Following::~Following() { run_.machine().on_progress({}); }

}  // namespace vtoll::cli

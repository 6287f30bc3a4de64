// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/following.hpp"

#include <csignal>

namespace vtoll::cli {

namespace {
volatile std::sig_atomic_t asked_to_end = 0;
}

Following::Following(core::Simulation& run, bool rewrite) : run_(run), progress_(rewrite) {
    std::signal(SIGINT, [](int) { asked_to_end = 1; });
    run_.machine().on_progress([this] {
        const core::Machine& machine = run_.machine();
        progress_.update(run_.instructions(), static_cast<double>(machine.clock().nanoseconds(machine.ticks())) * 1e-9);
        return asked_to_end == 0;
    });
}

Following::~Following() { run_.machine().on_progress({}); }

bool Following::interrupted() { return asked_to_end != 0; }

}  // namespace vtoll::cli

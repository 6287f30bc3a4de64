// SPDX-License-Identifier: Apache-2.0
#include "core/cli/following.hpp"

#include <csignal>

namespace vtoll::cli {

namespace {
volatile std::sig_atomic_t interrupted = 0;
}

Following::Following(core::Simulation& run, bool rewrite) : run_(run), progress_(rewrite) {
    std::signal(SIGINT, [](int) { interrupted = 1; });
    run_.machine().on_progress([this] {
        const core::Machine& machine = run_.machine();
        progress_.update(run_.instructions(), static_cast<double>(machine.clock().nanoseconds(machine.ticks())) * 1e-9);
        return interrupted == 0;
    });
}

Following::~Following() { run_.machine().on_progress({}); }

}  // namespace vtoll::cli

// SPDX-License-Identifier: Apache-2.0
#include "core/cli/outcome.hpp"

#include "core/cli/verbs.hpp"

namespace vtoll::cli {

int exit_code(const core::Outcome& outcome) {
    using Kind = core::Outcome::Kind;
    switch (outcome.kind) {
    case Kind::power_off: case Kind::stop_point: return exit_ok;
    case Kind::exited: return outcome.guest_code == 0 ? exit_ok : exit_guest_failed;
    case Kind::instruction_limit: case Kind::time_limit: return exit_limit;
    case Kind::interrupted: return exit_interrupted;
    default: return exit_guest_failed;
    }
}

}  // namespace vtoll::cli

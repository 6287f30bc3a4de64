// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/outcome.hpp"

#include <fmt/format.h>

#include "core/cli/support/exit_codes.hpp"
#include "core/cli/support/signals.hpp"

namespace vtoll::cli {

namespace {

/// Line number of the first difference, 0 when there is none.
std::size_t first_difference(const std::string& a, const std::string& b) {
    if (a == b) return 0;
    std::size_t i = 0, line = 1;
    for (; i < a.size() && i < b.size() && a[i] == b[i]; ++i) line += a[i] == '\n';
    return line;
}

}  // namespace

int exit_code(const core::Outcome& outcome) {
    using Kind = core::Outcome::Kind;
    switch (outcome.kind) {
    case Kind::power_off:
    case Kind::stop_point: return exit_ok;
    case Kind::exited: return outcome.guest_code == 0 ? exit_ok : exit_guest_failed;
    case Kind::instruction_limit:
    case Kind::time_limit:
    case Kind::output_limit: return exit_limit;
    case Kind::interrupted: return exit_of_signal();
    default: return exit_guest_failed;
    }
}

std::string missed_end(const core::Simulation& simulation) {
    const bool reached = simulation.outcome().kind == core::Outcome::Kind::stop_point;
    return reached ? "" : simulation.scenario().limits.until;
}

std::string complaint_of_missed(const std::string& point) {
    return fmt::format("the run ended before it reached {}", point);
}

std::string unexpected_console(core::Simulation& simulation) {
    const auto& expected = simulation.scenario().expect.console;
    if (!expected || simulation.outcome().kind == core::Outcome::Kind::stop_point) return {};
    std::string shown = simulation.machine().console().log();
    std::erase(shown, '\r');
    const auto line = first_difference(shown, *expected);
    return line ? fmt::format("the console differs from the scenario's expect.console from line {} on", line) : "";
}

}  // namespace vtoll::cli

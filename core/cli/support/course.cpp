// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/course.hpp"

#include "core/cli/support/outcome.hpp"

namespace vtoll::cli {

std::string carry_out(core::Simulation& simulation, core::Books& books, const core::Beginning& begun,
                      const std::function<void()>& save) {
    if (!begun.measure_from.empty()) {
        if (!simulation.run_until(core::parse_stop_point(begun.measure_from, "--measure-from")))
            return begun.measure_from;
        books.restart(simulation);
    }
    if (!begun.save_at.empty()) {
        if (!simulation.run_until(core::parse_stop_point(begun.save_at, "--save-at"))) return begun.save_at;
        save();
        return "";
    }
    simulation.run();
    return missed_end(simulation);
}

}  // namespace vtoll::cli

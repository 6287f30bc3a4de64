// SPDX-License-Identifier: Apache-2.0
// What the parts of a machine are worth to a scenario: `vtoll whatif SCENARIO`.
#pragma once

#include <string>
#include <vector>

#include "core/cli/support/options.hpp"
#include "core/cli/support/placements.hpp"
#include "core/cli/support/table_output.hpp"

namespace vtoll::cli {

struct PartsOptions {
    std::string scenario, exit, keep, plot;
    std::string timing = usual_model;  ///< "": the scenario's
    std::vector<std::string> parts, set;
    TableOutput table;
    unsigned jobs = 0, placements = usual_placements;
    bool whole = false, quiet = false;
};

/// Returns an exit code. Throws InputError before anything runs where the scenario can't.
int whatif_parts(const PartsOptions& options);

}  // namespace vtoll::cli

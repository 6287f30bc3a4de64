// SPDX-License-Identifier: Apache-2.0
// From places to lines.
#pragma once

#include <optional>
#include <vector>

#include "core/report/path/exit_path.hpp"
#include "core/scenario/simulation.hpp"
#include "core/trace/path/path_sums.hpp"

namespace vtoll::core::trace {

/// `lines`, with what the symbols and the disassembler say of them, in order; and `episode` with them, whose steps are
/// by number of place.
void describe_path(ExitPath& path, Simulation& run, std::vector<NumberedLine> lines,
                   std::optional<PathEpisode> episode);

}  // namespace vtoll::core::trace

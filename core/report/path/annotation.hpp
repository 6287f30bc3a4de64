// SPDX-License-Identifier: Apache-2.0
// The path of an exit (or of a function) as tables: its lines in the manner of perf annotate, or one exit in the order
// in which it was executed.
#pragma once

#include "core/report/path/exit_path.hpp"
#include "core/report/plain_table.hpp"

namespace vtoll::core {

/// For CSV and JSON: every number.
PlainTable annotation_table(const ExitPath& path);
/// For people: of one exit, a mean.
Report annotation_report(const ExitPath& path);

/// The same of `path.episode`, step by step.
PlainTable timeline_table(const ExitPath& path);
Report timeline_report(const ExitPath& path);

/// What the lines lack of the books, in words; "" when nothing.
std::string complaint_of_residue(const ExitPath& path);

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// A report as text that fits where it is read.
#pragma once

#include <string>

#include "core/report/report.hpp"

namespace vtoll::core {

/// Where text is read. What is no terminal is taken for 80 columns, and for 120 where a table needs them.
struct Screen {
    bool colour = false;
    std::size_t columns = 80, most = 120;
};

/// Tables take the columns that their contents need. One that is too wide folds its heads, then its text; where that is
/// not enough it becomes several, each with the first column. A report without a title begins with its first section.
std::string to_text(const Report& report, const Screen& screen = {});

}  // namespace vtoll::core

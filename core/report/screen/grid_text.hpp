// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/report/screen/text.hpp"

namespace vtoll::core {

/// Every line behind `indent`.
std::string grid_text(const Grid& grid, const std::string& indent, const Screen& screen);

}  // namespace vtoll::core

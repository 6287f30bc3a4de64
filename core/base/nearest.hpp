// SPDX-License-Identifier: Apache-2.0
// A name that nobody knows, and the known one that was meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vtoll::core {

/// The one that differs least from `given`, by letters added, left out, changed or swapped; "" when none is near.
std::string nearest(std::string_view given, const std::vector<std::string>& known);

/// " (did you mean 'hypercall'?)", or "".
std::string did_you_mean(std::string_view given, const std::vector<std::string>& known);

}  // namespace vtoll::core

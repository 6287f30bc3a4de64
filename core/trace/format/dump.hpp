// SPDX-License-Identifier: Apache-2.0
// A trace as text: a line for each record, the code of a block below the first time it runs.
#pragma once

#include <functional>
#include <string>

#include "core/trace/format/reader.hpp"

namespace vtoll::core::trace {

/// Lines of the records from the block with instruction `from` on, for `count` instructions.
void dump(Reader& reader, u64 from, u64 count, const std::function<void(const std::string&)>& line);

}  // namespace vtoll::core::trace

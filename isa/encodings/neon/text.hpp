// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "isa/encodings/encoding.hpp"

namespace vtoll::isa {

/// What `<word>` in the syntax column of an Advanced SIMD row stands for: notation in neon/all.inc. Nothing if it is
/// not a word of theirs.
std::optional<std::string> neon_text(const FieldsByName& f, std::string_view word);

}  // namespace vtoll::isa

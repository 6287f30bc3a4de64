// SPDX-License-Identifier: Apache-2.0
// Which registers an instruction reads and writes, as far as a pipeline model cares.
#pragma once

#include "isa/encodings/encoding.hpp"

namespace vtoll::isa {

/// Register sets as bit masks. Core: bit n is r<n>. Extension: bit n is D<n>; singles and quads count as the
/// doublewords that hold them.
struct RegisterUse {
    u16 core_in = 0, core_out = 0;
    u32 ext_in = 0, ext_out = 0;
    bool flags_in = false, flags_out = false;
};

/// Read off the row's assembler syntax: the first operand is the destination, unless the instruction stores, compares
/// or hints; the rest, and what stands in brackets, are sources; `!` and post-indexing write the base.
RegisterUse register_use(const Encoding& row, const Op& op);

}  // namespace vtoll::isa

// SPDX-License-Identifier: Apache-2.0
// Compiled by field_letters.cmake: a translator of MOVW, and a helper that it calls, which name the field LETTER.
#include "isa/exec/decode_helpers.hpp"

namespace vtoll::isa {

u32 helper(auto f) { return f(LETTER); }

VTOLL_TRANSLATE(a32, MOVW) {
#ifdef IN_A_HELPER
    op.imm = helper(f);
#else
    op.imm = f(LETTER);
#endif
    return Decoded::ok;
}

}  // namespace vtoll::isa

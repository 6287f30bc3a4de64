// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/types.hpp"

namespace vtoll::isa {

/// AdvSIMDExpandImm(), ARM DDI 0406C §A7.4.6. `op` with `cmode` 1111 is UNDEFINED: nobody asks for it.
u64 AdvSIMDExpandImm(bool op, u32 cmode, u32 imm8);

}  // namespace vtoll::isa

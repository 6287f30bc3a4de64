// SPDX-License-Identifier: Apache-2.0
#include "isa/exec/neon/neon.hpp"

#include <cassert>

namespace vtoll::isa::detail {

const Op* simd_refused(CpuState& s, const Op* op) {
    [[maybe_unused]] const bool allowed = CheckAdvSIMDOrVFPEnabled(s, *op, true, true);
    assert(!allowed && "simd_enabled is out of date");
    return nullptr;
}

}  // namespace vtoll::isa::detail

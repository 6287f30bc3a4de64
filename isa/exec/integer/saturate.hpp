// SPDX-License-Identifier: Apache-2.0
// Saturation (ARM DDI 0406C §A2.2.1) and the PSR bits that DSP instructions write.
#pragma once

#include "isa/state/cpu_state.hpp"

namespace vtoll::isa {

struct Saturated {
    s32 value;
    bool sat;
};
/// SignedSatQ(i, n), 1 <= n <= 32.
constexpr Saturated SignedSatQ(s64 i, unsigned n) {
    const s64 max = (s64{1} << (n - 1)) - 1, min = -(s64{1} << (n - 1));
    if (i > max) return {static_cast<s32>(max), true};
    if (i < min) return {static_cast<s32>(min), true};
    return {static_cast<s32>(i), false};
}
/// UnsignedSatQ(i, n), 0 <= n <= 31.
constexpr Saturated UnsignedSatQ(s64 i, unsigned n) {
    const s64 max = (s64{1} << n) - 1;
    if (i > max) return {static_cast<s32>(max), true};
    if (i < 0) return {0, true};
    return {static_cast<s32>(i), false};
}

/// PSR.Q is sticky.
[[gnu::always_inline]] inline void set_q(CpuState& s, bool on) { s.psr |= u32(on) * psr::Q; }
[[gnu::always_inline]] inline void set_ge(CpuState& s, u32 ge) { s.psr = (s.psr & ~psr::GE) | (ge << 16); }

}  // namespace vtoll::isa

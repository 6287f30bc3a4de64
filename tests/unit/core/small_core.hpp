// SPDX-License-Identifier: Apache-2.0
// A core that is easy to reckon with: L1 of sixteen lines, L2 at 20 ticks, memory at 100 ns more.
#pragma once

#include "core/timing/core_profile.hpp"

namespace vtoll::core::test {

inline CoreProfile small_core() {
    CoreProfile p;
    p.l1i = {1024, 2, 64, Replacement::round_robin};
    p.l1d = {1024, 2, 64, Replacement::round_robin};
    p.l2 = {8192, 4, 64, Replacement::round_robin};
    p.l1d_latency = 3;
    p.l2_latency = 20;
    p.memory_ns = 100;
    return p;
}

}  // namespace vtoll::core::test

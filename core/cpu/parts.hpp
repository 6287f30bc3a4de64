// SPDX-License-Identifier: Apache-2.0
// A processor's parts, for what moves it or makes it stand still.
#pragma once

#include "core/cpu/executor/executor.hpp"

namespace vtoll::core {

struct Parts {
    unsigned index;  ///< of the processor
    isa::CpuState& state;
    CpuClock& clock;
    EventPrices& prices;
    MemoryPort& memory;
    Executor& executor;
    Hooks& hooks;
    MachineIf& machine;
    CoreModel* core;  ///< nullptr on the rungs without one
};

}  // namespace vtoll::core

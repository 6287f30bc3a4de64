// SPDX-License-Identifier: Apache-2.0
// Who a scenario's processors are: the identity of its core, with its caches, as the scenario changes it.
#pragma once

#include <string>
#include <vector>

#include "core/scenario/scenario.hpp"
#include "isa/features.hpp"
#include "isa/state/identity.hpp"

namespace vtoll::core {

struct ProcessorIdentity {
    isa::Identity registers;  ///< of processor 0; of_processor() has the others'
    isa::Features features;
    bool scu = false;             ///< there is a snoop control unit, and CBAR points there
    std::string compatible;       ///< of the device tree's processor nodes
    std::vector<u32> pmu_events;  ///< that its performance monitors know
    u32 pmu_instructions = 0x8;   ///< the number by which they count executed instructions

    isa::Identity of_processor(unsigned index) const;
};

/// Puts in what the scenario leaves to its timing model: the core, and the registers that follow from caches which
/// timing.set changes, so that the run that boots for it has them too. Throws InputError.
void settle_core(Scenario& scenario);

/// The same for a machine that goes on from a checkpoint: its software has started on the core that `saved` says.
void keep_core(Scenario& scenario, const Scenario& saved);

/// After settle_core(). Throws InputError: machine.core, machine.cpu.
ProcessorIdentity processor_identity(const Scenario& scenario);

}  // namespace vtoll::core

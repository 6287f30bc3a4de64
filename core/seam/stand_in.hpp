// SPDX-License-Identifier: Apache-2.0
// The seam for something that takes the place of a guest's instructions: a recorded stream of them. It moves the
// processor by a Driver, and lets it execute by itself in between (a hypervisor's side of an event).
#pragma once

#include "isa/state/cpu_state.hpp"

namespace vtoll::core {

class StandIn {
public:
    virtual ~StandIn() = default;

    /// True: play() is called instead of executing what memory holds.
    virtual bool playing() const = 0;
    /// Goes on until the processor's time is up (Driver::time_left()) or playing() becomes false.
    virtual void play() = 0;
    /// The processor, executing, has returned from an exception to User mode. True: it goes no further, play() is next.
    virtual bool returned(const isa::CpuState&) = 0;
    /// The processor, executing, is about to run the instruction at an address given to Processor::add_stop(): play()
    /// is next.
    virtual void reached(const isa::CpuState&) = 0;
};

}  // namespace vtoll::core

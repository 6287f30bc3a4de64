// SPDX-License-Identifier: Apache-2.0
// The seam between the engine and the books: called at transitions only, never per instruction. `Counts` is exact at
// the moment of the call: everything up to and including the last instruction that completed.
#pragma once

#include "core/seam/memory_events.hpp"
#include "core/seam/stall.hpp"
#include "isa/env.hpp"
#include "isa/state/cpu_state.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

struct Counts {
    u64 insns = 0;
    u64 ticks = 0;
    const StallTotals* stalls = nullptr;   ///< running totals at this moment; nullptr on rungs that can't tell
    const MemoryEvents* events = nullptr;  ///< the same of events of the memory system; nullptr: not counted
};

/// One access to a device. `ticks`: what the processor waited for it.
struct DeviceAccess {
    u64 pa = 0;
    bool write = false;
    u32 value = 0, ticks = 0;
};

class Observer {
public:
    virtual ~Observer() = default;
    /// State is already that of the new mode; `at` excludes the price of the entry itself, `entry_ticks`.
    virtual void exception_taken(const isa::CpuState&, const isa::ExceptionTaken&, Counts at, u32 entry_ticks) = 0;
    /// State is that of the mode returned to. `return_ticks`: price of the return beyond its instruction.
    virtual void exception_returned(const isa::CpuState&, isa::Mode from, Counts at, u32 return_ticks) = 0;
    /// A block of another region (0: none) of `Engine`'s region map starts.
    virtual void region_entered(u32 region, Counts at) = 0;
    virtual void marker(const isa::CpuState&, unsigned option, Counts at) = 0;
    /// An ATS* operation was executed: a hypervisor that does it looks at its guest's memory.
    virtual void address_translated(Counts at) = 0;
    virtual void device_accessed(const DeviceAccess&, Counts at) = 0;
    /// In Hyp mode. `ticks`: the price of the instruction.
    virtual void register_accessed(const isa::RegisterAccess&, u32 ticks) = 0;
    /// What translates and what caches may have become others for the level that runs. State is as it is now.
    virtual void controls_changed(const isa::CpuState&, Counts at) = 0;
    /// The processor slept (WFI, WFE) from `at.ticks` to `until`.
    virtual void idled(Counts at, u64 until) = 0;
    /// CpuIf::out_of_step().
    virtual void out_of_step(u64 ticks) = 0;
};

}  // namespace vtoll::core

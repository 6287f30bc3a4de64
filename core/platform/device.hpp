// SPDX-License-Identifier: Apache-2.0
// A register device as plain C++: what it does, without sockets or time. core/platform/tlm puts it on the bus.
#pragma once

#include "core/seam/bus.hpp"
#include "core/state/archive.hpp"

namespace vtoll::core {

struct Access {
    u32 offset;     ///< from the start of the device's window
    unsigned size;  ///< 1, 2 or 4
    unsigned cpu;   ///< who asks
    bool debug;     ///< a look: no side effects
};

class Device {
public:
    virtual ~Device() = default;
    virtual BusResult read(const Access& access, u32& value) = 0;
    virtual BusResult write(const Access& access, u32 value) = 0;
    /// Everything that software could tell by what the device does next: docs/checkpoints.md.
    virtual void serialize(Archive& ar) = 0;
};

/// A device that does something by itself as time passes.
class TimedDevice : public Device {
public:
    static constexpr u64 no_alarm = ~u64{0};

    // Processors take turns: each is at a time of its own, in nanoseconds.
    /// When something happens next that `cpu` may have to hear of.
    virtual u64 alarm(unsigned) const { return no_alarm; }
    /// `cpu` has come to `nanoseconds`.
    virtual void update(unsigned cpu, u64 nanoseconds) = 0;
};

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// Power State Coordination Interface 1.1 (ARM DEN 0022) as the machine's firmware offers it: the calls and results of
// QEMU's `virt`, so that a guest sees the same firmware on both.
#pragma once

#include <array>

#include "isa/types.hpp"

namespace vtoll::core {

/// What the firmware needs of the machine.
class PowerControl {
public:
    enum class Power : u8 { on = 0, off = 1, on_pending = 2 };
    virtual ~PowerControl() = default;
    virtual unsigned cpu_count() const = 0;
    virtual Power power(unsigned cpu) const = 0;
    virtual void power_on(unsigned cpu, u32 entry, u32 context, unsigned by) = 0;
    virtual void power_off(unsigned cpu) = 0;
    virtual void system_off() = 0;
    virtual void system_reset() = 0;
};

namespace psci {

inline constexpr u32 cpu_suspend = 0x8400'0001, cpu_off = 0x8400'0002, cpu_on = 0x8400'0003, migrate = 0x8400'0005;

enum Result : u32 {
    success = 0,
    not_supported = 0xffff'ffff,
    invalid_parameters = 0xffff'fffe,
    denied = 0xffff'fffd,
    already_on = 0xffff'fffc,
    on_pending = 0xffff'fffb,
};

/// One call: `args` are r0..r3 of processor `cpu`. The result goes to r0.
u32 call(PowerControl& machine, unsigned cpu, const std::array<u32, 4>& args);

}  // namespace psci
}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/platform/devices/scu.hpp"

#include <algorithm>

#include "core/platform/device_entry.hpp"

namespace vtoll::core {

const DeviceEntry scu_device{
    .name = "scu",
    .window = {0x080e'0000, 0x1000},
    .on = DeviceEntry::On::with_scu,
    .make = [](const DeviceEntry&, Board& board) -> std::unique_ptr<Device> {
        return std::make_unique<Scu>(board.keys.cpus);
    },
    .exits = "scu",
    .title = "Snoop control unit",
    .words = "of several Cortex-A9s, where CBAR points: how many processors there are",
};

/// Processors less one, which of them take part in coherency, caches of 32 KiB.
Scu::Scu(unsigned cpus) : configuration_((std::min(cpus, 4u) - 1) | ((1u << std::min(cpus, 4u)) - 1) << 4 | 0x5500) {}

const RegisterBank<Scu>& Scu::registers() {
    using R = RegisterBank<Scu>;
    static const R bank{
        R::read_write<&Scu::control_>("SCU_CONTROL", 0x00, 0x7f),
        R::read_only<&Scu::configuration>("SCU_CONFIGURATION", 0x04),
        R::read_write<&Scu::power_>("SCU_POWER_STATUS", 0x08, 0x0303'0303),
        R::write_only<&Scu::invalidate>("SCU_INVALIDATE_ALL", 0x0c),
    };
    return bank;
}

}  // namespace vtoll::core

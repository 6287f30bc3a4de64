// SPDX-License-Identifier: Apache-2.0
#include "core/platform/devices/scu.hpp"

#include <algorithm>

namespace vtoll::core {

/// Processors less one, which of them take part in coherency, caches of 32 KiB.
Scu::Scu(unsigned cpus) : configuration_((std::min(cpus, 4u) - 1) | ((1u << std::min(cpus, 4u)) - 1) << 4 | 0x5500) {
    registers().reset(*this);
}

const RegisterBank<Scu>& Scu::registers() {
    using R = RegisterBank<Scu>;
    static const R bank{
        R::read_write<&Scu::control_>("SCU Control", 0x00, 0x7f),
        R::read_only<&Scu::configuration>("SCU Configuration", 0x04),
        R::read_write<&Scu::power_>("SCU CPU Power Status", 0x08, 0x0303'0303),
        R::write_only<&Scu::invalidate>("SCU Invalidate All Registers in Secure State", 0x0c),
        R::read_write<&Scu::filter_start_>("Filtering Start Address", 0x40, 0xfff0'0000),
        R::read_write<&Scu::filter_end_>("Filtering End Address", 0x44, 0xfff0'0000),
        R::read_write<&Scu::access_>("SCU Access Control", 0x50, 0xf, 0xf),
        R::read_write<&Scu::non_secure_access_>("SCU Non-secure Access Control", 0x54, 0xfff),
    };
    return bank;
}

}  // namespace vtoll::core

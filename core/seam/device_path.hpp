// SPDX-License-Identifier: Apache-2.0
// Which way an access to a device takes. A core profile prices each: core/timing/devices.cpp.
#pragma once

#include <string_view>

#include "isa/types.hpp"

namespace vtoll::core {

// clang-format off
/// X(enumerator and name in profiles, what lies there)
#define VTOLL_DEVICE_PATHS(X) \
    X(peripheral,     "devices on the interconnect: UART, virtio, flash, PCI") \
    X(distributor,    "GICD") \
    X(cpu_interface,  "GICC, and GICV, which stands for it in a guest") \
    X(list_registers, "GICH")
// clang-format on

enum class DevicePath : u8 {
#define X(name, what) name,
    VTOLL_DEVICE_PATHS(X)
#undef X
        count
};
inline constexpr std::size_t device_paths = static_cast<std::size_t>(DevicePath::count);
inline constexpr std::string_view device_path_names[] = {
#define X(name, what) #name,
    VTOLL_DEVICE_PATHS(X)
#undef X
};

}  // namespace vtoll::core

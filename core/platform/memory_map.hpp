// SPDX-License-Identifier: Apache-2.0
// Addresses and interrupt numbers of the machine `virt`: QEMU's, so that one binary runs on both.
#pragma once

#include "isa/types.hpp"

namespace vtoll::core::memory_map {

struct Window {
    u64 base, size;
    constexpr bool holds(u64 pa) const { return pa - base < size; }
};

// The GIC answers in the first pages of its 64 KiB windows only, as QEMU's does; the device tree gives the windows.
inline constexpr Window gicd{0x0800'0000, 0x1000};
inline constexpr Window gicc{0x0801'0000, 0x2000};
inline constexpr Window gich{0x0803'0000, 0x1000};
inline constexpr Window gicv{0x0804'0000, 0x2000};
inline constexpr u64 gic_window_size = 0x1'0000;
inline constexpr Window pl011{0x0900'0000, 0x1000};
inline constexpr u64 ram_base = 0x4000'0000;
inline constexpr u64 ram_limit = 0x1'0000'0000 - ram_base;  ///< RAM above 4 GiB isn't modelled

inline constexpr unsigned pl011_spi = 1;
inline constexpr u32 pl011_clock_hz = 24'000'000;

}  // namespace vtoll::core::memory_map

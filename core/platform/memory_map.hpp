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

// With all devices.
inline constexpr unsigned flash_banks = 2;
inline constexpr u64 flash_bank_size = 0x0400'0000;
inline constexpr Window flash(unsigned bank) { return {bank * flash_bank_size, flash_bank_size}; }
inline constexpr Window gicv2m{0x0802'0000, 0x1000};
inline constexpr Window pl031{0x0901'0000, 0x1000};
inline constexpr Window fw_cfg{0x0902'0000, 0x18};
inline constexpr Window pl061{0x0903'0000, 0x1000};
inline constexpr unsigned virtio_slots = 32;
inline constexpr u64 virtio_slot_size = 0x200;
inline constexpr Window virtio{0x0a00'0000, virtio_slots* virtio_slot_size};
inline constexpr Window platform_bus{0x0c00'0000, 0x0200'0000};  ///< empty: nothing answers
inline constexpr Window pcie_memory{0x1000'0000, 0x2eff'0000};
inline constexpr Window pcie_io{0x3eff'0000, 0x1'0000};
inline constexpr Window pcie_config{0x3f00'0000, 0x0100'0000};

inline constexpr u64 ram_base = 0x4000'0000;
inline constexpr u64 ram_limit = 0x1'0000'0000 - ram_base;  ///< RAM above 4 GiB isn't modelled

inline constexpr unsigned pl011_spi = 1, pl031_spi = 2, pcie_spi = 3, pl061_spi = 7, virtio_spi = 16;
inline constexpr unsigned gicv2m_spi = 48, gicv2m_spis = 64;
inline constexpr u32 pl011_clock_hz = 24'000'000;

}  // namespace vtoll::core::memory_map

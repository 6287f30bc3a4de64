// SPDX-License-Identifier: Apache-2.0
// Where memory is on the machine `virt`, and sizes that more than a device knows: QEMU's, so that one binary runs on
// both. Where a device is, its entry says (core/platform/device_entry.hpp).
#pragma once

#include "isa/types.hpp"

namespace vtoll::core::memory_map {

struct Window {
    u64 base, size;
    constexpr bool holds(u64 pa) const { return pa - base < size; }
};

inline constexpr unsigned flash_banks = 2;
inline constexpr u64 flash_bank_size = 0x0400'0000;
inline constexpr Window flash(unsigned bank) { return {bank * flash_bank_size, flash_bank_size}; }
inline constexpr unsigned virtio_slots = 32;
inline constexpr u64 virtio_slot_size = 0x200;

inline constexpr u64 ram_base = 0x4000'0000;
inline constexpr u64 ram_limit = 0x1'0000'0000 - ram_base;  ///< RAM above 4 GiB isn't modelled

inline constexpr u32 bus_clock_hz = 24'000'000;  ///< of the PrimeCells

}  // namespace vtoll::core::memory_map

// SPDX-License-Identifier: Apache-2.0
// Physical memory as a processor's slow paths see it. No SystemC in here: core/platform/tlm implements it.
#pragma once

#include "core/seam/device_path.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// `error`: nothing answers at the address or the device refuses. The processor takes a synchronous external abort.
enum class BusResult : u8 { ok, error };

/// Plain memory behind a page: what an L0 entry or a decoded block may point to.
struct DmiPage {
    u8* host = nullptr;  ///< host address of the page's first byte; nullptr: not plain memory, use read() and write()
    bool is_rom = false;

    explicit operator bool() const { return host != nullptr; }
};

class PhysicalBus {
public:
    static constexpr u64 page_size = 4096;

    virtual ~PhysicalBus() = default;

    /// The page holding `pa`. Stays valid until CpuIf::direct_memory_revoked() says otherwise.
    virtual DmiPage dmi(u64 pa) = 0;
    /// The way to `pa`, where dmi() has no page.
    virtual DevicePath path(u64) { return DevicePath::peripheral; }

    /// `size` is 1, 2 or 4, the access doesn't cross a 4-byte boundary. Values are zero-extended, little-endian.
    /// `cpu` makes the access (banked GIC registers). With `debug` nothing changes state.
    virtual BusResult read(u64 pa, unsigned size, u32& value, unsigned cpu, bool debug) = 0;
    virtual BusResult write(u64 pa, unsigned size, u32 value, unsigned cpu, bool debug) = 0;
};

}  // namespace vtoll::core

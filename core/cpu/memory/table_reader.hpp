// SPDX-License-Identifier: Apache-2.0
// How the MMU reads descriptors: from host memory when it is RAM, else by the bus.
#pragma once

#include "core/cpu/memory/host_access.hpp"
#include "core/seam/bus.hpp"
#include "mmu/walk.hpp"

namespace vtoll::core {

class TableReader final : public mmu::DescriptorReader {
public:
    TableReader(PhysicalBus& bus, unsigned cpu, bool debug = false) : bus_(bus), cpu_(cpu), debug_(debug) {}

    bool read32(u64 pa, u32& value) override {
        if (const DmiPage page = bus_.dmi(pa)) {
            value = read_as<u32>(page.host + (pa & page_mask));
            return true;
        }
        return bus_.read(pa, 4, value, cpu_, debug_) == BusResult::ok;
    }
    bool read64(u64 pa, u64& value) override {
        if (const DmiPage page = bus_.dmi(pa)) {
            value = read_as<u64>(page.host + (pa & page_mask));
            return true;
        }
        u32 lo = 0, hi = 0;
        if (bus_.read(pa, 4, lo, cpu_, debug_) != BusResult::ok ||
            bus_.read(pa + 4, 4, hi, cpu_, debug_) != BusResult::ok)
            return false;
        value = u64(hi) << 32 | lo;
        return true;
    }

private:
    PhysicalBus& bus_;
    unsigned cpu_;
    bool debug_;  ///< only looks
};

}  // namespace vtoll::core

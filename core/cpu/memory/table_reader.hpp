// SPDX-License-Identifier: Apache-2.0
// How the MMU reads descriptors: from host memory when it is RAM, else by the bus.
#pragma once

#include <array>

#include "core/cpu/memory/host_access.hpp"
#include "core/seam/bus.hpp"
#include "mmu/walk.hpp"

namespace vtoll::core {

class TableReader final : public mmu::DescriptorReader {
public:
    TableReader(PhysicalBus& bus, unsigned cpu, bool debug = false) : bus_(bus), cpu_(cpu), debug_(debug) {}

    bool read32(u64 pa, u32& value) override {
        if (const DmiPage page = direct(pa)) {
            value = read_as<u32>(page.host + (pa & page_mask));
            return true;
        }
        return bus_.read(pa, 4, value, cpu_, debug_) == BusResult::ok;
    }
    bool read64(u64 pa, u64& value) override {
        if (const DmiPage page = direct(pa)) {
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

    void forget_host_pages() { known_.fill({}); }

private:
    struct Known {
        u64 page = ~u64{0};  ///< number of a page of tables
        DmiPage memory;
    };
    DmiPage direct(u64 pa) {
        Known& known = known_[(pa >> 12) % known_.size()];
        if (known.page == pa >> 12) return known.memory;
        const DmiPage memory = bus_.dmi(pa);
        if (memory) known = {pa >> 12, memory};
        return memory;
    }

    PhysicalBus& bus_;
    unsigned cpu_;
    bool debug_;  ///< only looks
    std::array<Known, 16> known_{};
};

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// Finds the memory that is translation tables by following the walker, and says the descriptors in it that are news:
// docs/trace-format.md, "How page-table writes are found".
#pragma once

#include <tsl/robin_map.h>
#include <tsl/robin_set.h>

#include "core/cpu/processor.hpp"

namespace vtoll::core::trace {

class TableWatch {
public:
    /// `say(const mmu::Descriptor&)` for each descriptor that a translation of `va` reads and that has not been said.
    template <class Say>
    void look(const Processor& cpu, const isa::CpuState& s, u32 va, isa::Privilege pl, Say say) {
        const u64 key = s.l0_ctx_by_pl[static_cast<unsigned>(pl)] | (va & ~u32{0xfff}) | cpu.config().index;
        if (key == last_ || !looked_.insert(key).second) return;
        last_ = key;
        const mmu::Walk walk = cpu.walk(va, pl, mmu::AccessType::read);
        for (unsigned i = 0; i < walk.count; ++i)
            if (is_news(walk.descriptors[i])) say(walk.descriptors[i]);
    }
    /// Is it memory where the walker has read?
    bool holds(u64 pa) const { return tables_.contains(pa >> table_bits); }
    /// The descriptors there are known by the access; what they lead to may not be.
    void written(const MemoryAccess& access);
    void look_again() {
        looked_.clear();
        last_ = ~u64{0};
    }

private:
    static constexpr unsigned table_bits = 10;  ///< the smallest table: 256 short descriptors

    bool is_news(const mmu::Descriptor& d);

    tsl::robin_set<u64> tables_;            ///< memory that the walker has read, in pieces of 2^table_bits
    tsl::robin_map<u64, u64> descriptors_;  ///< what has been said of it
    tsl::robin_set<u64> looked_;            ///< pages whose descriptors are all said
    u64 last_ = ~u64{0};                    ///< of them
};

}  // namespace vtoll::core::trace

// SPDX-License-Identifier: Apache-2.0
// Accesses that are dear or rare: counted where they are made, on paths that are slow already.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "isa/types.hpp"

namespace vtoll::core {

/// X(enumerator, name in files, what it is). Ticks are known where a core profile prices accesses.
#define VTOLL_MEMORY_EVENTS(X)                                                                           \
    X(uncached, "uncached", "loads and stores of memory that the L1 cache may not hold")                 \
    X(uncached_ticks, "uncached-ticks", "ticks that these were waited for")                              \
    X(uncached_code, "uncached-code", "fetches of code that the L1 cache may not hold")                  \
    X(uncached_code_ticks, "uncached-code-ticks", "ticks that these were waited for")                    \
    X(uncached_walk1, "uncached-walk-stage1", "stage-1 descriptors that the caches may not hold")        \
    X(uncached_walk1_ticks, "uncached-walk-stage1-ticks", "ticks of these beyond those of the L2 cache") \
    X(uncached_walk2, "uncached-walk-stage2", "stage-2 descriptors that the caches may not hold")        \
    X(uncached_walk2_ticks, "uncached-walk-stage2-ticks", "ticks of these beyond those of the L2 cache") \
    X(misaligned, "misaligned", "loads and stores of memory that are not aligned")                       \
    X(two_pages, "two-pages", "of these: in two pages")

#define VTOLL_ENUMERATOR(enumerator, ...) enumerator,
enum class MemoryEvent : u8 { VTOLL_MEMORY_EVENTS(VTOLL_ENUMERATOR) count };
#undef VTOLL_ENUMERATOR
inline constexpr auto memory_events = static_cast<std::size_t>(MemoryEvent::count);
using MemoryEventTotals = std::array<u64, memory_events>;

/// Running totals of a processor.
class MemoryEvents {
public:
    void add(MemoryEvent event, u64 amount = 1) {
        totals_[static_cast<std::size_t>(event)] += amount;
        ++changes_;
    }
    const MemoryEventTotals& totals() const { return totals_; }
    u64 changes() const { return changes_; }  ///< another number: another total

private:
    MemoryEventTotals totals_{};
    u64 changes_ = 0;
};

std::string_view name_of(MemoryEvent event);
std::string_view describe(MemoryEvent event);
std::optional<MemoryEvent> memory_event_from_name(std::string_view name);

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/seam/memory_events.hpp"

#include <algorithm>

namespace vtoll::core {

namespace {
#define VTOLL_NAME(enumerator, name, description) name,
#define VTOLL_DESCRIPTION(enumerator, name, description) description,
constexpr std::string_view names[] = {VTOLL_MEMORY_EVENTS(VTOLL_NAME)};
constexpr std::string_view descriptions[] = {VTOLL_MEMORY_EVENTS(VTOLL_DESCRIPTION)};
#undef VTOLL_NAME
#undef VTOLL_DESCRIPTION
}  // namespace

std::string_view name_of(MemoryEvent e) { return names[static_cast<std::size_t>(e)]; }
std::string_view describe(MemoryEvent e) { return descriptions[static_cast<std::size_t>(e)]; }

std::optional<MemoryEvent> memory_event_from_name(std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == std::end(names)) return std::nullopt;
    return static_cast<MemoryEvent>(found - std::begin(names));
}

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/seam/stall.hpp"

namespace vtoll::core {

namespace {
#define VTOLL_NAME(enumerator, name, title, description) name,
#define VTOLL_TITLE(enumerator, name, title, description) title,
#define VTOLL_DESCRIPTION(enumerator, name, title, description) description,
constexpr std::string_view names[] = {VTOLL_STALLS(VTOLL_NAME)};
constexpr std::string_view titles[] = {VTOLL_STALLS(VTOLL_TITLE)};
constexpr std::string_view descriptions[] = {VTOLL_STALLS(VTOLL_DESCRIPTION)};
#undef VTOLL_NAME
#undef VTOLL_TITLE
#undef VTOLL_DESCRIPTION
}  // namespace

std::string_view name_of(Stall s) { return names[static_cast<std::size_t>(s)]; }
std::string_view title_of(Stall s) { return titles[static_cast<std::size_t>(s)]; }
std::string_view describe(Stall s) { return descriptions[static_cast<std::size_t>(s)]; }

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/seam/stall.hpp"

namespace vtoll::core {

namespace {
#define VTOLL_NAME(enumerator, name, words) name,
#define VTOLL_WORDS(enumerator, name, words) words,
constexpr std::string_view names[] = {VTOLL_STALLS(VTOLL_NAME)};
constexpr std::string_view descriptions[] = {VTOLL_STALLS(VTOLL_WORDS)};
#undef VTOLL_NAME
#undef VTOLL_WORDS
}  // namespace

std::string_view name_of(Stall s) { return names[static_cast<std::size_t>(s)]; }
std::string_view describe(Stall s) { return descriptions[static_cast<std::size_t>(s)]; }

}  // namespace vtoll::core

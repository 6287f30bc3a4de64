// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/book/causes.hpp"

namespace vtoll::core {

namespace {
#define VTOLL_NAME(enumerator, name, ...) name,
#define VTOLL_WORDS(enumerator, name, words) words,
constexpr std::string_view worlds[] = {VTOLL_WORLDS(VTOLL_NAME)};
constexpr std::string_view words_of_worlds[] = {VTOLL_WORLDS(VTOLL_WORDS)};
constexpr std::string_view causes[] = {VTOLL_CAUSES(VTOLL_NAME)};
constexpr std::string_view words_of_causes[] = {VTOLL_CAUSES(VTOLL_WORDS)};
#undef VTOLL_NAME
#undef VTOLL_WORDS

template <class Value>
std::optional<Value> from_name(std::string_view name) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Value::count); ++i)
        if (name_of(static_cast<Value>(i)) == name) return static_cast<Value>(i);
    return std::nullopt;
}
}  // namespace

std::string_view name_of(World w) { return worlds[static_cast<std::size_t>(w)]; }
std::string_view describe(World w) { return words_of_worlds[static_cast<std::size_t>(w)]; }
std::string_view name_of(Cause c) { return causes[static_cast<std::size_t>(c)]; }
std::string_view describe(Cause c) { return words_of_causes[static_cast<std::size_t>(c)]; }
std::optional<World> world_from_name(std::string_view name) { return from_name<World>(name); }
std::optional<Cause> cause_from_name(std::string_view name) { return from_name<Cause>(name); }
std::optional<Stall> stall_from_name(std::string_view name) { return from_name<Stall>(name); }

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/book/causes.hpp"

#include <array>

#include "core/ledger/book/host_exits.hpp"

namespace vtoll::core {

namespace {
#define VTOLL_NAME(enumerator, name, ...) name,
#define VTOLL_WORDS(enumerator, name, words) words,
constexpr auto worlds = std::to_array<std::string_view>({VTOLL_WORLDS(VTOLL_NAME)});
constexpr auto words_of_worlds = std::to_array<std::string_view>({VTOLL_WORLDS(VTOLL_WORDS)});
constexpr auto causes = std::to_array<std::string_view>({VTOLL_CAUSES(VTOLL_NAME)});
constexpr auto words_of_causes = std::to_array<std::string_view>({VTOLL_CAUSES(VTOLL_WORDS)});
constexpr auto roles = std::to_array<std::string_view>({VTOLL_ENTRY_ROLES(VTOLL_NAME)});
constexpr auto parts = std::to_array<std::string_view>({VTOLL_EXIT_PARTS(VTOLL_NAME)});
constexpr auto words_of_parts = std::to_array<std::string_view>({VTOLL_EXIT_PARTS(VTOLL_WORDS)});
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
std::string_view name_of(EntryRole r) { return roles[static_cast<std::size_t>(r)]; }
std::string_view name_of(ExitPart p) { return parts[static_cast<std::size_t>(p)]; }
std::string_view describe(ExitPart p) { return words_of_parts[static_cast<std::size_t>(p)]; }
std::optional<EntryRole> role_from_name(std::string_view name) { return from_name<EntryRole>(name); }
std::optional<ExitPart> exit_part_from_name(std::string_view name) { return from_name<ExitPart>(name); }
std::optional<World> world_from_name(std::string_view name) { return from_name<World>(name); }
std::optional<Cause> cause_from_name(std::string_view name) { return from_name<Cause>(name); }
std::optional<Stall> stall_from_name(std::string_view name) { return from_name<Stall>(name); }

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/timing/free_parts.hpp"

#include <fmt/format.h>

#include "core/timing/core_profile.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::core {

namespace {

constexpr auto count = static_cast<std::size_t>(FreePart::count);

std::string names_of(FreeParts parts, const char* between) {
    std::string list;
    for (std::size_t i = 0; i < count; ++i)
        if (parts.has(static_cast<FreePart>(i)))
            list += fmt::format("{}{}", list.empty() ? "" : between, free_part_rows[i].name);
    return list;
}

std::shared_ptr<const CoreProfile> freed(const CoreProfile& profile, FreeParts parts) {
    auto core = std::make_shared<CoreProfile>(profile);
    core->free = parts;
    // Every branch goes by these, and asks nothing else.
    if (parts.has(FreePart::branches)) core->mispredict = core->late_target = core->taken_branch = 0;
    return core;
}

}  // namespace

const std::vector<std::string>& free_part_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        for (const FreePartRow& row : free_part_rows) list.emplace_back(row.name);
        return list;
    }();
    return names;
}

FreeParts free_parts(const std::vector<std::string>& names) {
    FreeParts parts;
    for (const std::string& name : names)
        for (std::size_t i = 0; i < count; ++i)
            if (free_part_rows[i].name == name) parts.add(static_cast<FreePart>(i));
    return parts;
}

FreeParts parts_of(const Pricing& pricing) {
    FreeParts parts;
    if (pricing.core)
        for (std::size_t i = 0; i < count; ++i) parts.add(static_cast<FreePart>(i));
    else if (!pricing.functional)
        for (const FreePart part : part_of_event) parts.add(part);
    return parts;
}

void make_free(Pricing& pricing, FreeParts parts) {
    if (!parts.any()) return;
    const FreeParts known = parts_of(pricing);
    for (std::size_t i = 0; i < count; ++i) {
        const auto part = static_cast<FreePart>(i);
        if (!parts.has(part)) continue;
        if (!known.has(part))
            throw InputError(fmt::format("timing.free: {}: '{}' has no price of its own for this; expected {}",
                                         free_part_rows[i].name, pricing.name,
                                         known.any() ? names_of(known, " or ") : "another timing.rung"));
    }
    for (std::size_t i = 0; i < pricing.by_event.size(); ++i)
        if (parts.has(part_of_event[i])) pricing.by_event[i].ticks = 0;
    if (pricing.core) pricing.core = freed(*pricing.core, parts);
    pricing.name += fmt::format(" [free: {}]", parts == known ? "all" : names_of(parts, ", "));
}

}  // namespace vtoll::core

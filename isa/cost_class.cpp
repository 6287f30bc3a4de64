// SPDX-License-Identifier: Apache-2.0
#include "isa/cost_class.hpp"

#include <array>

namespace vtoll::isa {

namespace {
struct Row {
    std::string_view name, what;
};
constexpr std::array<Row, static_cast<std::size_t>(CostClass::count)> rows{{
#define X(name, what) Row{#name, what},
    VTOLL_COST_CLASSES(X)
#undef X
}};
}  // namespace

std::string_view cost_class_name(CostClass c) { return rows[static_cast<std::size_t>(c)].name; }
std::string_view cost_class_description(CostClass c) { return rows[static_cast<std::size_t>(c)].what; }

std::optional<CostClass> cost_class_from_name(std::string_view name) {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].name == name) return static_cast<CostClass>(i);
    return std::nullopt;
}

}  // namespace vtoll::isa

// SPDX-License-Identifier: Apache-2.0
// A program's symbols by address and by name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::core {

struct Symbol {
    u32 address = 0;  ///< without the Thumb bit
    u32 size = 0;     ///< 0: reaches to the next symbol, or to the end of its section
    bool function = false;
    bool thumb = false;
    std::string name;
    u32 section_end = 0;  ///< 0: unknown

    /// "handle_exit+0x14", of an address that it covers.
    std::string describe(u32 at) const;
};

class Symbols {
public:
    Symbols() = default;
    explicit Symbols(std::vector<Symbol> symbols);

    /// The same, loaded `by` bytes higher.
    Symbols moved(u32 by) const;

    bool empty() const { return by_address_.empty(); }
    /// Sorted by address, then name.
    const std::vector<Symbol>& all() const { return by_address_; }
    const Symbol* at(u32 address) const;  ///< the symbol that covers `address`
    /// Where what begins at a symbol's `address` ends: the longest size that one of its names has, else end_of(); a
    /// word behind it when nobody knows.
    u32 end_of_all_at(u32 address) const;
    /// Where it ends; nothing for the last one when it has no size and its section is unknown.
    std::optional<u32> end_of(const Symbol& symbol) const;
    const Symbol* named(std::string_view name) const;

    /// "handle_exit+0x14", or "" when nothing covers `address`.
    std::string describe(u32 address) const;

private:
    std::vector<Symbol> by_address_;
};

}  // namespace vtoll::core

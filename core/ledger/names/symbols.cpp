// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/names/symbols.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace vtoll::core {

Symbols::Symbols(std::vector<Symbol> symbols) : by_address_(std::move(symbols)) {
    // Of several names for one address, functions come last: at() prefers them.
    std::sort(by_address_.begin(), by_address_.end(), [](const Symbol& a, const Symbol& b) {
        return std::tie(a.address, a.function, a.name) < std::tie(b.address, b.function, b.name);
    });
}

Symbols Symbols::moved(u32 by) const {
    std::vector<Symbol> symbols = by_address_;
    for (Symbol& symbol : symbols) {
        symbol.address += by;
        if (symbol.section_end) symbol.section_end += by;
    }
    return Symbols(std::move(symbols));
}

const Symbol* Symbols::at(u32 address) const {
    auto next = std::upper_bound(by_address_.begin(), by_address_.end(), address,
                                 [](u32 a, const Symbol& s) { return a < s.address; });
    if (next == by_address_.begin()) return nullptr;
    const Symbol& found = *std::prev(next);
    const auto end = end_of(found);
    return !end || address < *end ? &found : nullptr;
}

u32 Symbols::end_of_all_at(u32 address) const {
    const auto [first, last] =
        std::equal_range(by_address_.begin(), by_address_.end(), Symbol{.address = address, .name = {}},
                         [](const Symbol& a, const Symbol& b) { return a.address < b.address; });
    u32 size = 0;
    for (auto each = first; each != last; ++each) size = std::max(size, each->size);
    constexpr u32 word = 4;
    return size ? address + size : end_of(*first).value_or(address + word);
}

std::optional<u32> Symbols::end_of(const Symbol& symbol) const {
    if (symbol.size) return symbol.address + symbol.size;
    const auto next = std::upper_bound(by_address_.begin(), by_address_.end(), symbol.address,
                                       [](u32 a, const Symbol& s) { return a < s.address; });
    const bool bounded = symbol.section_end > symbol.address;
    if (next == by_address_.end()) return bounded ? std::optional(symbol.section_end) : std::nullopt;
    return bounded ? std::min(next->address, symbol.section_end) : next->address;
}

const Symbol* Symbols::named(std::string_view name) const {
    const auto found =
        std::find_if(by_address_.begin(), by_address_.end(), [name](const Symbol& s) { return s.name == name; });
    return found == by_address_.end() ? nullptr : &*found;
}

std::string Symbols::describe(u32 address) const {
    const Symbol* symbol = at(address);
    return symbol ? symbol->describe(address) : "";
}

std::string Symbol::describe(u32 at) const {
    return at == address ? name : fmt::format("{}+{:#x}", name, at - address);
}

}  // namespace vtoll::core

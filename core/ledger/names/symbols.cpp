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
    for (Symbol& symbol : symbols) symbol.address += by;
    return Symbols(std::move(symbols));
}

const Symbol* Symbols::at(u32 address) const {
    auto next = std::upper_bound(by_address_.begin(), by_address_.end(), address,
                                 [](u32 a, const Symbol& s) { return a < s.address; });
    if (next == by_address_.begin()) return nullptr;
    const Symbol& found = *std::prev(next);
    return found.size == 0 || address - found.address < found.size ? &found : nullptr;
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

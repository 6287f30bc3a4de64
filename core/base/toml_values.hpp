// SPDX-License-Identifier: Apache-2.0
// Values of TOML documents that C++ has no type of its own for.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::core {

/// A key of somebody else's document and what it is to be there: "cache.l2.size", "class.load.latency".
struct Setting {
    std::string key;
    std::variant<bool, s64, double, std::string> value;
    friend bool operator==(const Setting&, const Setting&) = default;
};
using Settings = std::vector<Setting>;  ///< sorted by key, each once

/// The value as TOML writes it.
std::string value_text(const Setting&);

/// A text as TOML writes it.
std::string quoted(const std::string& text);

/// An address, or the symbol that has it.
struct Place {
    std::string symbol;
    u32 address = 0;
    bool operator==(const Place&) const = default;
};

/// A word of a document and what it stands for.
template <class Value>
struct Named {
    const char* name;
    Value value;
};

}  // namespace vtoll::core

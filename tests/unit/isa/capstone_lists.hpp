// SPDX-License-Identifier: Apache-2.0
// Where Capstone and vtoll part, and which encodings of the manual vtoll does not have, each with the reason. The tests
// beside this file hold the lists to the tables (a stale entry fails); docs/coverage.md shows them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "isa/encodings/encoding.hpp"

namespace vtoll::isa::test {

enum class Kind : u8 { mnemonic, operands, rejected };
const char* kind_name(Kind kind);

/// Rows whose words Capstone reads otherwise.
struct Exception {
    Kind kind;
    std::vector<std::string_view> rows;  ///< in whichever sets have them
    std::string_view reason;
};
std::span<const Exception> exceptions();
const Exception* find_exception(Kind kind, std::string_view row);

/// Words of an instruction set: '-' is any bit.
struct Words {
    InstrSet set;
    std::string_view bits;
    bool matches(u32 raw) const;
    u32 mask() const;
    u32 value() const;
};

/// Encodings that are UNDEFINED here although a manual, or Capstone, has an instruction there.
struct Absent {
    std::string_view what;
    std::vector<Words> words;             ///< empty: no word of its own, the reason says why
    std::vector<std::string_view> names;  ///< Capstone's, without condition; empty: Capstone does not know them either
    std::string_view reason;
    bool (*but)(u32 raw) = nullptr;  ///< words among them that are another instruction
};
std::span<const Absent> absent();

}  // namespace vtoll::isa::test

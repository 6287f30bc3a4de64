// SPDX-License-Identifier: Apache-2.0
// Random instruction words from the encoding tables: what the tests and fuzzers feed to processors.
#pragma once

#include <optional>
#include <random>

#include "isa/encodings/encoding.hpp"

namespace vtoll::isa {

using Rng = std::mt19937_64;

/// How fields are filled.
enum class Filling : u8 {
    any,    ///< every field bit is random
    small,  ///< fields wider than a register number hold values below 16: short branches, small offsets
};

/// A word of `row` with random fields and ignored bits, whatever it decodes to. An A32 condition is never 1111 and is
/// "always" half of the time.
u32 random_filling(const Encoding& row, InstrSet set, Rng& rng, Filling filling = Filling::any);

/// A word that decodes to `row` and is neither UNDEFINED nor UNPREDICTABLE in `ctx`; nothing if `attempts` fillings
/// did not give one. `d` (optional) receives the decoded instruction.
std::optional<u32> random_word(const Encoding& row, InstrSet set, const DecodeContext& ctx, Rng& rng,
                               Filling filling = Filling::any, Decoding* d = nullptr, unsigned attempts = 100);

}  // namespace vtoll::isa

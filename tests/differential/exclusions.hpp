// SPDX-License-Identifier: Apache-2.0
// Where an oracle is not asked, and why. A test tries every entry out: one whose rows agree with the oracle after all,
// or that names no row, is stale and fails it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "tests/differential/program.hpp"

namespace vtoll::differential {

struct Exclusion {
    std::vector<std::string_view> rows;  ///< names of rows, in every instruction set that has them
    std::string_view reason;
    bool (*which)(isa::InstrSet, u32 raw) = nullptr;  ///< only words for which this holds; by default all
    enum Where : u8 { anywhere, in_it, in_blocks } where = anywhere;  ///< only inside IT blocks; only in long programs
    bool (*start)(const MachineState& initial) = nullptr;             ///< only in programs that start so
    bool ends_process = false;    ///< the oracle fails an assertion of its own there
    bool unicorn_agrees = false;  ///< in the lists of others than Unicorn: which agrees with vtoll there
};

const std::vector<Exclusion>& unicorn_exclusions();
const std::vector<Exclusion>& dynarmic_exclusions();

/// The entry that keeps all words of `row` away from the oracle (in programs of several instructions), or nullptr.
const Exclusion* find_exclusion(std::span<const Exclusion> list, const Row& row, bool blocks);
/// The entry that keeps this word of `row` away, or nullptr.
const Exclusion* find_exclusion(std::span<const Exclusion> list, const Row& row, u32 raw, bool in_it,
                                const MachineState& initial);

}  // namespace vtoll::differential

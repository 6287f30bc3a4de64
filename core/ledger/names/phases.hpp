// SPDX-License-Identifier: Apache-2.0
// Phases of an exit, found from the symbols of a hypervisor: which function belongs to saving, decoding, restoring.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/ledger/book/causes.hpp"
#include "core/ledger/names/symbols.hpp"
#include "core/seam/region_map.hpp"

namespace vtoll::core {

/// Phases by number. Code of the divided world that no rule covers is phase 0, "handle".
class PhaseNames {
public:
    static constexpr u16 first = 1, last = phase_hardware_entry - 1;

    /// Number of the phase called `name`, given one when it is new; 0 when there are no numbers left.
    u16 number(std::string_view name);
    void divide(World world) { divided_[static_cast<std::size_t>(world)] = true; }
    void set(u16 phase, std::string name) { names_[phase] = std::move(name); }

    /// "" for code of a world without phases.
    std::string_view of(World world, u16 phase) const;
    bool divided(World world) const { return divided_[static_cast<std::size_t>(world)]; }
    const std::array<std::string, max_phases>& all() const { return names_; }
    bool operator==(const PhaseNames&) const = default;

private:
    std::array<std::string, max_phases> names_{};  ///< "" where unused
    std::array<bool, static_cast<std::size_t>(World::count)> divided_{};
};

/// The rules of a phases file: glob patterns on symbols, the first phase with a matching pattern has it.
struct PhaseRules {
    struct Rule {
        std::string phase;
        std::vector<std::string> patterns;
    };
    std::vector<Rule> rules;  ///< in the order of the file

    /// Name of the phase that the symbol belongs to; nullptr: none. A compiler's suffix (".part.0") is left out.
    const std::string* phase_of(std::string_view symbol) const;
};

/// The function that a compiler made a symbol of: "flush.part.0" is "flush".
std::string without_suffix(std::string_view symbol);

/// Throws InputError: file, line, what was expected.
PhaseRules parse_phases(const std::string& text, const std::string& file);

/// Adds the ranges of all symbols that a rule covers, as code of privilege level `pl`. The addresses of an image that
/// runs where it is linked. Throws InputError when there are more phases than numbers.
void map_phases(const PhaseRules& rules, const Symbols& symbols, isa::Privilege pl, PhaseNames& names, RegionMap& map);

/// The patterns that match no symbol: stale, or meant for another build.
std::vector<std::string> unmatched_patterns(const PhaseRules& rules, const Symbols& symbols);

}  // namespace vtoll::core

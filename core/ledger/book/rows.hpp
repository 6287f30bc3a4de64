// SPDX-License-Identifier: Apache-2.0
// Named stretches of a run: what lies between DBG #6, with the name in r0 to r3, and DBG #7 is a row. A row is the
// machine's, whichever processor begins it.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/ledger/book/causes.hpp"
#include "core/state/archive.hpp"
#include "isa/state/cpu_state.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

class Rows {
public:
    static constexpr u8 none = 0;        ///< outside all rows
    static constexpr u8 further = 0xff;  ///< names beyond those that can be told apart

    /// What DBG #6 says. A name that was there before goes on with its row.
    void begin(const isa::CpuState& s);
    void end() { current_ = none; }
    u8 current() const { return current_; }
    const std::vector<std::string>& names() const { return names_; }  ///< by row; that of `none` is ""

    /// The books open again: rows that are over are forgotten.
    void restart();
    void serialize(Archive& ar);

private:
    void begin(const std::string& name);

    std::vector<std::string> names_{""};
    u8 current_ = none;
};

/// What a processor did in one row. Its exits are the episodes that have the row's number.
struct RowCounts {
    struct Part {
        u64 insns = 0, ticks = 0;
        bool operator==(const Part&) const = default;
    };
    Part machine;  ///< that the processor counted: the parts have no share in it
    std::array<Part, static_cast<std::size_t>(World::count)> worlds{};  ///< the hypervisor's: outside exits
    bool operator==(const RowCounts&) const = default;
};

}  // namespace vtoll::core

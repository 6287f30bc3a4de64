// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/book/rows.hpp"

#include <algorithm>

namespace vtoll::core {

namespace {

constexpr unsigned name_registers = 4;

/// Sixteen bytes in r0 to r3, the first character in the lowest byte of r0; up to the first that can't be printed.
std::string name_in(const isa::CpuState& s) {
    std::string name;
    for (unsigned i = 0; i < 4 * name_registers; ++i) {
        const char c = static_cast<char>(s.r[i / 4] >> 8 * (i % 4));
        if (c <= ' ' || c > '~') break;
        name += c;
    }
    return name.empty() ? "unnamed" : name;
}

}  // namespace

void Rows::begin(const isa::CpuState& s) { begin(name_in(s)); }

void Rows::begin(const std::string& name) {
    auto found = std::find(names_.begin() + 1, names_.end(), name);
    if (found == names_.end() && names_.size() <= further)
        found = names_.insert(names_.end(), names_.size() == further ? "further rows" : name);
    current_ = found == names_.end() ? further : static_cast<u8>(found - names_.begin());
}

void Rows::restart() {
    const std::string open = names_[current_];
    *this = Rows();
    if (!open.empty()) begin(open);
}

void Rows::serialize(Archive& ar) {
    std::string open = names_[current_];
    ar(open);
    if (!ar.restoring()) return;
    *this = Rows();
    if (!open.empty()) begin(open);
}

}  // namespace vtoll::core

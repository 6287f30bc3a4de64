// SPDX-License-Identifier: Apache-2.0
#include "core/report/path/exit_path.hpp"

namespace vtoll::core {

ExitPath::Residue ExitPath::residue() const {
    Residue left{static_cast<s64>(insns), static_cast<s64>(ticks), stalls};
    for (const PathLine& line : lines) {
        if (line.place.kind == PathPlace::Kind::instruction) left.insns -= static_cast<s64>(line.times);
        left.ticks -= static_cast<s64>(line.ticks);
        for (std::size_t i = 0; i < stall_count; ++i) left.stalls[i] -= line.stalls[i];
    }
    return left;
}

}  // namespace vtoll::core

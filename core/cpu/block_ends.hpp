// SPDX-License-Identifier: Apache-2.0
// The pseudo-op behind a block's last instruction: on to the next one.
#pragma once

#include "isa/exec/exec.hpp"

namespace vtoll::core {

/// May be linked to the block that follows.
inline const isa::Op* fallthrough(isa::CpuState& s, const isa::Op* op) { return isa::exit_direct(s, op); }

/// The block ends inside an IT block, at a page's end, or may not be linked: the engine must look.
inline const isa::Op* fallthrough_unlinked(isa::CpuState& s, const isa::Op* op) {
    s.itstate = op->itstate;
    return isa::exit_indirect(s, op->imm);
}

}  // namespace vtoll::core

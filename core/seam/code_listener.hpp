// SPDX-License-Identifier: Apache-2.0
// Who wants to know what code calls, as it is decoded.
#pragma once

#include "isa/state/modes.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

class CodeListener {
public:
    virtual ~CodeListener() = default;
    /// Code of this level that is about to run has a BL or BLX to `target` in it. Before what is there is decoded,
    /// unless it was reached in another way.
    virtual void calls(isa::Privilege level, u32 target) = 0;
};

}  // namespace vtoll::core

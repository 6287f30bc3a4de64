// SPDX-License-Identifier: Apache-2.0
// Pages of code that were found not long ago: with a core model, pages that its micro TLB of instructions holds.
#pragma once

#include <array>

#include "isa/state/cpu_state.hpp"

namespace vtoll::core {

struct alignas(32) FetchPage {
    u64 tag = isa::L0Entry::no_tag;  ///< translation context and virtual page
    u64 pa = 0;
    const u8* host = nullptr;
};

/// By the number of the virtual page. Host code looks here too: translate/dispatch.cpp.
using FetchPages = std::array<FetchPage, 64>;

}  // namespace vtoll::core

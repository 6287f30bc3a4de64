// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cpu/memory/fetch_page.hpp"
#include "core/cpu/translate/assembler.hpp"
#include "core/cpu/translate/known_targets.hpp"

namespace vtoll::core {

/// Code that goes on at r[15], by `targets`; what it does not find there it leaves to the engine. Entered by a jump,
/// with RDI the address of `s`.
void make_dispatch(Assembler& a, const isa::CpuState& s, const KnownTargets& targets, const FetchPages& pages);

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// From hardware facts to causes: the exception's kind, its syndrome, where it returns to, and as which VM.
#pragma once

#include "core/ledger/book/episode.hpp"
#include "core/ledger/book/world_policy.hpp"
#include "isa/env.hpp"
#include "isa/state/cpu_state.hpp"
#include "isa/state/syndrome.hpp"

namespace vtoll::core {

/// VMID of the virtual machine that runs (or ran last); 0 when stage 2 is off.
inline u8 current_vmid(const isa::CpuState& s) {
    return s.sys.hcr & isa::hcr::VM ? static_cast<u8>(s.sys.vttbr >> 48) : u8{0};
}
/// What is below Hyp mode is no virtual machine: stage 2 is off, or Hyp mode's kernel has it as a process.
inline bool runs_host(const isa::CpuState& s, const WorldPolicy& policy) {
    return (s.sys.hcr & (isa::hcr::VM | isa::hcr::TGE)) != isa::hcr::VM || current_vmid(s) == policy.host_vmid;
}

/// What a trap to Hyp mode is by its syndrome alone. A data abort is a stage-2 fault until the return shows that the
/// access was emulated.
Cause cause_at_entry(isa::Syndrome syndrome);

/// Sets cause, syndrome and detail from what is known at the entry.
void classify_entry(const isa::CpuState& s, const isa::ExceptionTaken& e, bool from_below, const WorldPolicy& policy,
                    EpisodeKind& kind);

/// The same for a hypervisor that runs at PL1. `from`: the world that was left.
void classify_pl1_entry(const isa::CpuState& s, const isa::ExceptionTaken& e, bool from_below, World from,
                        const WorldPolicy& policy, EpisodeKind& kind);

/// Settles what only the return shows: a fault or an emulated access, a world switch. `vm`: the machine returned to.
void classify_exit(const isa::CpuState& s, u8 vm, u32 preferred_return, bool translated, EpisodeKind& kind);

/// True when `pc` is where an exception with that preferred return address comes back to: the address itself or the
/// next instruction.
inline bool close_to(u32 pc, u32 preferred_return) { return pc - preferred_return <= 4; }

}  // namespace vtoll::core

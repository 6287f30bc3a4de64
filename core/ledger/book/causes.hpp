// SPDX-License-Identifier: Apache-2.0
// The ledger's axes: an account is (world, cause, phase, stall).
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "core/seam/stall.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// Whose instructions they are.
enum class World : u8 { user, kernel, hypervisor, idle, count };

/// Why the processor is where it is: classified by hardware facts alone, so that a black-box binary is told apart too.
enum class Cause : u8 {
    none,             ///< not in an exception: a program going about its own business
    syscall,          ///< SVC into PL1
    stage1_fault,     ///< prefetch or data abort into PL1
    undefined,        ///< Undefined Instruction into PL1 (lazy VFP switch, emulation)
    irq,              ///< interrupt into PL1: physical on a native machine, virtual in a guest
    hypercall,        ///< HVC
    stage2_fault,     ///< stage-2 abort after which the guest repeats the access
    device_syndrome,  ///< stage-2 abort after which the guest goes on behind the access; the syndrome was valid
    device_decode,    ///< the same, but the hypervisor had to look at the guest's instruction
    sysreg_trap,      ///< CP14, CP15 or VMRS access trapped to Hyp mode
    fp_trap,          ///< VFP or Advanced SIMD access trapped by HCPTR: lazy switch
    wfi,              ///< WFI or WFE trapped to Hyp mode
    smc,              ///< SMC trapped to Hyp mode
    hyp_irq,          ///< physical interrupt taken to Hyp mode from a guest
    nested_irq,       ///< the same from the hypervisor itself
    hyp_other,        ///< any other entry into Hyp mode
    world_switch,     ///< entered from one virtual machine, left to another
    host_call,        ///< SVC of a hypervisor that is a task, to its host kernel
    count,
};

std::string_view name_of(World w);
std::string_view name_of(Cause c);
std::string_view describe(Cause c);
std::optional<World> world_from_name(std::string_view name);
std::optional<Cause> cause_from_name(std::string_view name);
std::optional<Stall> stall_from_name(std::string_view name);

/// Phase 0 is code that no phase rule covers; the two hardware phases have numbers of their own. The rest come from
/// a phases file, numbered from 1.
inline constexpr unsigned max_phases = 16;
inline constexpr u16 phase_unnamed = 0, phase_hardware_entry = 14, phase_hardware_exit = 15;

}  // namespace vtoll::core

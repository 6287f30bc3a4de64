// SPDX-License-Identifier: Apache-2.0
// The ledger's axes: an account is (world, cause, phase, stall).
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "core/seam/stall.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// Whose instructions they are: X(enumerator, name in files and options, words on screens).
#define VTOLL_WORLDS(X)                          \
    X(user, "user", "guest user")                \
    X(kernel, "kernel", "guest kernel")          \
    X(hypervisor, "hypervisor", "hypervisor")    \
    X(host_user, "host-user", "host user")       \
    X(host_kernel, "host-kernel", "host kernel") \
    X(idle, "idle", "asleep")

/// Why the processor is where it is, classified by hardware facts alone, so that a black-box binary is told apart too:
/// X(enumerator, name in files and options, words on screens).
#define VTOLL_CAUSES(X)                                                                         \
    /* not in an exception: a program going about its own business */                           \
    X(none, "none", "outside exceptions")                                                       \
    /* SVC into PL1, or by HCR.TGE into Hyp mode */                                             \
    X(syscall, "syscall", "system call")                                                        \
    /* prefetch or data abort into PL1 */                                                       \
    X(stage1_fault, "stage1-fault", "stage-1 abort")                                            \
    /* Undefined Instruction, the same ways (lazy VFP switch, emulation) */                     \
    X(undefined, "undefined", "undefined instruction")                                          \
    /* interrupt into PL1: physical on a native machine, virtual in a guest */                  \
    X(irq, "irq", "interrupt taken by the kernel")                                              \
    /* HVC */                                                                                   \
    X(hypercall, "hypercall", "hypercall (HVC)")                                                \
    /* stage-2 abort after which the guest repeats the access */                                \
    X(stage2_fault, "stage2-fault", "stage-2 fault")                                            \
    /* stage-2 abort after which the guest goes on behind the access; the syndrome was valid */ \
    X(device_syndrome, "device-syndrome", "device emulation, by syndrome")                      \
    /* the same, but the hypervisor had to look at the guest's instruction */                   \
    X(device_decode, "device-decode", "device emulation, by decode")                            \
    /* abort to Hyp mode whose status is none of translation's: by HCR.TGE or HCR.AMO */        \
    X(abort, "abort", "abort, not of translation")                                              \
    /* CP14, CP15 or VMRS access trapped to Hyp mode */                                         \
    X(sysreg_trap, "sysreg-trap", "system register trap")                                       \
    /* VFP or Advanced SIMD access trapped by HCPTR: lazy switch */                             \
    X(fp_trap, "fp-trap", "floating-point trap")                                                \
    /* WFI or WFE trapped to Hyp mode */                                                        \
    X(wfi, "wfi", "WFI or WFE trap")                                                            \
    /* SMC trapped to Hyp mode */                                                               \
    X(smc, "smc", "SMC trap")                                                                   \
    /* physical interrupt taken to Hyp mode from a guest */                                     \
    X(hyp_irq, "hyp-irq", "interrupt taken by the hypervisor")                                  \
    /* the same from the hypervisor itself */                                                   \
    X(nested_irq, "nested-irq", "interrupt of the hypervisor itself")                           \
    /* any other entry into Hyp mode */                                                         \
    X(hyp_other, "hyp-other", "other entry into Hyp mode")                                      \
    /* entered from one virtual machine, left to another */                                     \
    X(world_switch, "world-switch", "world switch")                                             \
    /* SVC of a hypervisor that is a task, to its host kernel */                                \
    X(host_call, "host-call", "system call of the hypervisor")

#define VTOLL_ENUMERATOR(enumerator, ...) enumerator,
enum class World : u8 { VTOLL_WORLDS(VTOLL_ENUMERATOR) count };
enum class Cause : u8 { VTOLL_CAUSES(VTOLL_ENUMERATOR) count };
#undef VTOLL_ENUMERATOR

std::string_view name_of(World w);
std::string_view describe(World w);
std::string_view name_of(Cause c);
std::string_view describe(Cause c);
std::optional<World> world_from_name(std::string_view name);
std::optional<Cause> cause_from_name(std::string_view name);
std::optional<Stall> stall_from_name(std::string_view name);

/// Phase 0 is code that no phase rule covers; the two hardware phases have numbers of their own. The rest come from
/// a phases file, numbered from 1.
inline constexpr unsigned max_phases = 16;
inline constexpr u16 phase_unnamed = 0, phase_hardware_entry = 14, phase_hardware_exit = 15;
inline constexpr std::string_view handle_phase = "handle", hardware_entry_phase = "hardware entry",
                                  hardware_exit_phase = "hardware exit";

}  // namespace vtoll::core

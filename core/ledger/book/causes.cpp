// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/book/causes.hpp"

namespace vtoll::core {

namespace {
constexpr std::string_view worlds[] = {"user", "kernel", "hypervisor", "idle"};
struct CauseText {
    std::string_view name, what;
};
constexpr CauseText causes[] = {
    {"none", "ordinary execution"},
    {"syscall", "system call"},
    {"stage1-fault", "stage-1 abort"},
    {"undefined", "undefined instruction"},
    {"irq", "interrupt taken by the kernel"},
    {"hypercall", "hypercall (HVC)"},
    {"stage2-fault", "stage-2 fault"},
    {"device-syndrome", "device emulation, by syndrome"},
    {"device-decode", "device emulation, by decode"},
    {"sysreg-trap", "system register trap"},
    {"fp-trap", "floating-point trap"},
    {"wfi", "WFI or WFE trap"},
    {"smc", "SMC trap"},
    {"hyp-irq", "interrupt taken by the hypervisor"},
    {"nested-irq", "interrupt of the hypervisor itself"},
    {"hyp-other", "other entry into Hyp mode"},
    {"world-switch", "world switch"},
    {"host-call", "system call of the hypervisor"},
};
static_assert(std::size(worlds) == static_cast<std::size_t>(World::count));
static_assert(std::size(causes) == static_cast<std::size_t>(Cause::count));

template <class Value>
std::optional<Value> from_name(std::string_view name) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Value::count); ++i)
        if (name_of(static_cast<Value>(i)) == name) return static_cast<Value>(i);
    return std::nullopt;
}
}  // namespace

std::string_view name_of(World w) { return worlds[static_cast<std::size_t>(w)]; }
std::string_view name_of(Cause c) { return causes[static_cast<std::size_t>(c)].name; }
std::string_view describe(Cause c) { return causes[static_cast<std::size_t>(c)].what; }
std::optional<World> world_from_name(std::string_view name) { return from_name<World>(name); }
std::optional<Cause> cause_from_name(std::string_view name) { return from_name<Cause>(name); }
std::optional<Stall> stall_from_name(std::string_view name) { return from_name<Stall>(name); }

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/platform/psci.hpp"

namespace vtoll::core::psci {

namespace {

constexpr u32 psci_version = 0x8400'0000, affinity_info = 0x8400'0004, migrate_info_type = 0x8400'0006,
              system_off = 0x8400'0008, system_reset = 0x8400'0009, psci_features = 0x8400'000a;
// Function numbers of PSCI 0.1, which had none fixed: QEMU's choice, still answered.
constexpr u32 v01_cpu_suspend = 0x95c1'ba5e, v01_cpu_off = 0x95c1'ba5f, v01_cpu_on = 0x95c1'ba60;

constexpr u32 version_1_1 = 0x0001'0001;
constexpr u32 trusted_os_not_required = 2;

bool is_offered(u32 function) {
    switch (function) {
    case psci_version:
    case cpu_suspend:
    case cpu_off:
    case cpu_on:
    case affinity_info:
    case migrate_info_type:
    case system_off:
    case system_reset:
    case psci_features:
    case v01_cpu_suspend:
    case v01_cpu_off:
    case v01_cpu_on: return true;
    default: return false;
    }
}

u32 affinity(PowerControl& machine, u32 target, u32 level) {
    if (level != 0) return 0;  // levels above a processor are always on
    if (target >= machine.cpu_count()) return invalid_parameters;
    return static_cast<u32>(machine.power(target));
}

u32 turn_on(PowerControl& machine, unsigned by, u32 target, u32 entry, u32 context) {
    if (target >= machine.cpu_count()) return invalid_parameters;
    switch (machine.power(target)) {
    case PowerControl::Power::on: return already_on;
    case PowerControl::Power::on_pending: return on_pending;
    case PowerControl::Power::off: machine.power_on(target, entry, context, by); return success;
    }
    return invalid_parameters;
}

}  // namespace

u32 call(PowerControl& machine, unsigned cpu, const std::array<u32, 4>& args) {
    switch (args[0]) {
    case psci_version: return version_1_1;
    case migrate_info_type: return trusted_os_not_required;
    case psci_features: return is_offered(args[1]) ? u32{success} : u32{not_supported};
    case affinity_info: return affinity(machine, args[1], args[2]);
    case cpu_on:
    case v01_cpu_on: return turn_on(machine, cpu, args[1], args[2], args[3]);
    case cpu_off:
    case v01_cpu_off: machine.power_off(cpu); return success;
    case cpu_suspend:
    case v01_cpu_suspend:
        // Affinity levels above 0 can't be suspended. A standby may end at once: callers loop.
        return args[1] & 0xfffe'0000 ? u32{invalid_parameters} : u32{success};
    case system_off: machine.system_off(); return success;
    case system_reset: machine.system_reset(); return success;
    default: return not_supported;
    }
}

}  // namespace vtoll::core::psci

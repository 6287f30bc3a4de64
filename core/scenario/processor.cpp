// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/processor.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/profile_path.hpp"
#include "core/platform/device_entry.hpp"
#include "core/timing/core_profile.hpp"
#include "core/timing/pricing.hpp"
#include "isa/sysregs/generic_timer.hpp"

namespace vtoll::core {

namespace {

constexpr const char* default_core = "cortex-a15";

CoreProfile profile_of(const Scenario& scenario, const Settings& settings = {}) {
    const std::string& core = scenario.machine.core;
    const std::string where = scenario.name + ": machine.core";
    const auto path = core.ends_with(".toml") ? std::filesystem::path(core) : profile_directory() / (core + ".toml");
    if (!std::filesystem::exists(path) || !is_core_profile(path.string()))
        throw InputError(fmt::format("{}: '{}' is no core profile; expected one of vtoll models list", where, core));
    return load_core_profile(path.string(), settings);
}

const isa::IdentityRegister* register_named(std::string_view name) {
    const auto known = isa::identity_registers();
    const auto it = std::ranges::find(known, name, &isa::IdentityRegister::name);
    return it == known.end() ? nullptr : &*it;
}

void change(isa::Identity& id, const Scenario& scenario) {
    for (const Setting& setting : scenario.machine.cpu) {
        const std::string where = fmt::format("{}: machine.cpu.{}", scenario.name, setting.key);
        const isa::IdentityRegister* reg = register_named(setting.key);
        if (!reg) throw InputError(where + ": no such register; expected midr, ctr, id_pfr0, ccsidr0, ...");
        const s64* value = std::get_if<s64>(&setting.value);
        if (!value || *value < 0 || *value > 0xffff'ffff)
            throw InputError(where + ": expected a whole number of 32 bits");
        reg->of(id) = static_cast<u32>(*value);
    }
}

}  // namespace

isa::Identity ProcessorIdentity::of_processor(unsigned index) const {
    isa::Identity id = registers;
    id.mpidr |= index;
    return id;
}

void settle_core(Scenario& scenario) {
    MachineKeys& machine = scenario.machine;
    if (machine.core.empty())
        machine.core = pricing_for(scenario.timing.rung).core ? scenario.timing.rung : default_core;
    if (machine.core != scenario.timing.rung || scenario.timing.set.empty()) return;
    isa::Identity as_is = identity_of(profile_of(scenario)),
                  changed = identity_of(profile_of(scenario, scenario.timing.set));
    for (const isa::IdentityRegister& reg : isa::identity_registers()) {
        if (reg.of(as_is) == reg.of(changed)) continue;
        const auto at = std::ranges::lower_bound(machine.cpu, reg.name, {}, &Setting::key);
        if (at == machine.cpu.end() || at->key != reg.name)
            machine.cpu.insert(at, {std::string(reg.name), s64{reg.of(changed)}});
    }
}

void keep_core(Scenario& scenario, const Scenario& saved) {
    MachineKeys& machine = scenario.machine;
    if (machine.core.empty()) machine.core = saved.machine.core;
    if (machine.cpu.empty()) machine.cpu = saved.machine.cpu;
}

ProcessorIdentity processor_identity(const Scenario& scenario) {
    const CoreProfile core = profile_of(scenario);
    const MachineKeys& machine = scenario.machine;
    ProcessorIdentity who;
    who.compatible = core.compatible;
    who.pmu_events = core.pmu_events;
    who.pmu_instructions = core.pmu_instructions;
    isa::Identity id = identity_of(core);
    if (machine.cpus > 1) id.mpidr |= 0x8000'0000;  // a machine of several has the Multiprocessing Extensions
    if (id.has_l2ctlr)
        id.l2ctlr = (std::min(machine.cpus, 4u) - 1) << 24 |
                    1u << 23;  // of a cluster; bit 23: an interrupt controller is there
    if (machine.private_timers && !core.scu)
        throw InputError(
            fmt::format("{}: machine.private_timers: the core '{}' has none; expected machine.core = "
                        "\"cortex-a9\"",
                        scenario.name, machine.core));
    who.scu = core.scu && (machine.cpus > 1 || machine.private_timers);
    id.cbar = who.scu ? mpcore_device.window.base : core.scu ? 0 : gicd_device.window.base;
    change(id, scenario);
    who.features = isa::features_of(id, machine.virtualization);
    who.features.smc_is_firmware = machine.virtualization;
    who.features.hvc_is_firmware = !machine.virtualization;
    who.features.semihosting = machine.semihosting;
    who.registers = isa::fit(id, who.features);
    if (machine.private_timers) isa::take_generic_timer(who.registers);
    change(who.registers, scenario);  // what a scenario says is what is read
    return who;
}

}  // namespace vtoll::core

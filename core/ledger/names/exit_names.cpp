// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/names/exit_names.hpp"

#include <fmt/format.h>

#include "core/ledger/book/classify.hpp"
#include "core/ledger/names/known_calls.hpp"
#include "core/platform/memory_map.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core {

namespace {

// Fields of HSR, ARM DDI 0406C §B3.13.6.
constexpr u32 field(u32 hsr, unsigned at, unsigned bits) { return (hsr >> at) & ((1u << bits) - 1); }
constexpr u32 ec_cp15_64 = 0x04, ec_cp14_32 = 0x05, ec_cp14_ldc = 0x06, ec_vmrs = 0x08, ec_cp14_64 = 0x0c,
              ec_hvc = 0x12, ec_prefetch_abort = 0x20;

u32 class_of(const EpisodeKind& kind) { return kind.syndrome >> 26; }
bool has_xen_tag(const EpisodeKind& kind) {
    return class_of(kind) == ec_hvc && field(kind.syndrome, 0, 16) == xen_hypercall_tag;
}
const char* access(u32 hsr) { return field(hsr, 6, 1) ? "store" : "load"; }

/// VMRS of an identification register: `CRn` is the register (§B9.3.22).
std::string fp_register(u32 number) {
    switch (number) {
    case 0: return "FPSID";
    case 6: return "MVFR1";
    case 7: return "MVFR0";
    default: return fmt::format("FP register {}", number);
    }
}

std::string system_register(u32 hsr) {
    const char* access = field(hsr, 0, 1) ? "read" : "write";
    const u32 ec = hsr >> 26, opc1 = field(hsr, 14, 3), crn = field(hsr, 10, 4), crm = field(hsr, 1, 4),
              opc2 = field(hsr, 17, 3);
    if (ec == ec_vmrs) return fmt::format("{} {}", access, fp_register(crn));
    if (ec == ec_cp14_ldc) return "LDC or STC of CP14";
    const auto u = [](u32 value) { return static_cast<u8>(value); };
    const bool cp14 = ec == ec_cp14_32 || ec == ec_cp14_64;
    const unsigned coproc = cp14 ? 14 : 15;
    if (ec == ec_cp15_64 || ec == ec_cp14_64) {
        const u32 wide_opc1 = field(hsr, 16, 4);
        const auto* reg = isa::find_sysreg({u(coproc), u(wide_opc1), 0, u(crm), 0, true});
        return reg ? fmt::format("{} {}", access, reg->name)
                   : fmt::format("{} p{}, {}, c{}", access, coproc, wide_opc1, crm);
    }
    const auto* reg = isa::find_sysreg({u(coproc), u(opc1), u(crn), u(crm), u(opc2), false});
    return reg ? fmt::format("{} {}", access, reg->name)
               : fmt::format("{} p{}, {}, c{}, c{}, {}", access, coproc, opc1, crn, crm, opc2);
}

/// Long-descriptor fault status, table B3-24.
std::string stage2_fault(u32 hsr) {
    const u32 status = field(hsr, 0, 6), level = status & 3;
    const std::string what = hsr >> 26 == ec_prefetch_abort ? "fetch" : access(hsr);
    switch (status >> 2) {
    case 1: return fmt::format("{}: no page at stage 2, level {}", what, level);
    case 2: return fmt::format("{}: access flag at stage 2, level {}", what, level);
    case 3: return fmt::format("{}: not permitted at stage 2, level {}", what, level);
    default: return fmt::format("{}: stage-2 abort, status {:#x}", what, status);
    }
}

std::string device_access(u32 hsr, const std::string& place) {
    return (field(hsr, 6, 1) ? "store to " : "load from ") + place;
}

std::string machine_device(u32 page) {
    using namespace memory_map;
    struct Named {
        Window window;
        const char* name;
    };
    // The pages of the virtio slots hold eight each: which one, the page can't say. Flash and the memory of PCI Express
    // are left out: hypervisors put devices of their own there.
    constexpr Named devices[] = {{gicd, "gicd"},     {gicc, "gicc"},     {gich, "gich"},    {gicv, "gicv"},
                                 {gicv2m, "gicv2m"}, {pl011, "pl011"},   {pl031, "pl031"},  {pl061, "pl061"},
                                 {fw_cfg, "fw_cfg"}, {virtio, "virtio"}, {pcie_io, "pcie"}, {pcie_config, "pcie"}};
    for (const Named& device : devices)
        if (device.window.holds(u64{page} << 12)) return device.name;
    return {};
}

}  // namespace

ExitNames::ExitNames(const RunRecord& run) {
    for (const ProcessorRecord& cpu : run.cpus)
        for (const EpisodeRow& row : cpu.episodes) {
            xen_ |= has_xen_tag(row.kind);
            hyp_ |= row.kind.syndrome != 0;
        }
}

std::string ExitNames::hypercall(const EpisodeKind& kind) const {
    const bool tagged = has_xen_tag(kind);
    if (kind.detail == many_details) return "hypercall, further numbers";
    const std::string_view known = tagged ? xen_hypercall(kind.detail) : firmware_function(kind.detail);
    if (!known.empty()) return fmt::format("{} {}", tagged ? "hypercall" : "HVC", known);
    if (!tagged && kind.detail >> 31) return fmt::format("HVC {:#010x}", kind.detail);
    return fmt::format("hypercall {}", kind.detail);
}

std::string ExitNames::place(u32 page) const {
    if (page == many_details) return "further addresses";
    if (const auto device = xen_ ? xen_guest_device(page) : std::string_view(); !device.empty())
        return std::string(device);
    const std::string device = machine_device(page);
    return device.empty() ? fmt::format("{:#x}", u64{page} << 12) : device;
}

std::string ExitNames::reason(const EpisodeKind& kind) const {
    switch (kind.cause) {
    case Cause::hypercall: return hypercall(kind);
    case Cause::stage2_fault: return stage2_fault(kind.syndrome);
    case Cause::device_syndrome: return device_access(kind.syndrome, place(kind.detail));
    case Cause::device_decode: return device_access(kind.syndrome, place(kind.detail)) + ", decoded";
    case Cause::sysreg_trap: return system_register(kind.syndrome);
    case Cause::wfi: return field(kind.syndrome, 0, 1) ? "WFE" : "WFI";
    case Cause::hyp_irq: return "interrupt";
    case Cause::smc: {
        const auto known = firmware_function(kind.detail);
        return known.empty() ? fmt::format("SMC {:#010x}", kind.detail) : fmt::format("SMC {}", known);
    }
    default: return std::string(describe(kind.cause));
    }
}

std::string ExitNames::of(const EpisodeKind& kind) const {
    if (kind.cause != Cause::world_switch || !hyp_) return reason(kind);
    // What took it out of the machine it did not return to. An interrupt writes no syndrome.
    EpisodeKind entered = kind;
    entered.cause = kind.syndrome ? cause_at_entry(kind.syndrome) : Cause::hyp_irq;
    return "world switch: " + reason(entered);
}

}  // namespace vtoll::core

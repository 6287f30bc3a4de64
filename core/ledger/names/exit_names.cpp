// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/names/exit_names.hpp"

#include <fmt/format.h>

#include "core/ledger/book/classify.hpp"
#include "core/ledger/names/known_calls.hpp"
#include "core/platform/device_entry.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core {

using isa::Ec;
using isa::Syndrome;
namespace iss = isa::iss;

namespace {

bool has_xen_tag(const EpisodeKind& kind) {
    const Syndrome syndrome(kind.syndrome);
    return syndrome.ec() == Ec::hvc && syndrome[iss::imm16] == xen_hypercall_tag;
}

/// VMRS of an identification register: `CRn` is the register (§B9.3.22).
std::string fp_register(u32 number) {
    switch (number) {
    case 0: return "FPSID";
    case 6: return "MVFR1";
    case 7: return "MVFR0";
    default: return fmt::format("FP register {}", number);
    }
}

std::string system_register(Syndrome syndrome) {
    const auto field = [syndrome](isa::SyndromeField f) { return static_cast<u8>(syndrome[f]); };
    const char* access = syndrome[iss::is_read] ? "read" : "write";
    const Ec ec = syndrome.ec();
    if (ec == Ec::vmrs) return fmt::format("{} {}", access, fp_register(syndrome[iss::crn]));
    if (ec == Ec::cp14_ldc) return "LDC or STC of CP14";
    const u8 coproc = ec == Ec::cp14_32 || ec == Ec::cp14_64 ? 14 : 15;
    const bool wide = ec == Ec::cp15_64 || ec == Ec::cp14_64;
    const isa::SysRegKey key =
        wide ? isa::SysRegKey{coproc, field(iss::wide_opc1), 0, field(iss::crm), 0, true}
             : isa::SysRegKey{coproc, field(iss::opc1), field(iss::crn), field(iss::crm), field(iss::opc2), false};
    if (const auto* reg = isa::find_sysreg(key)) return fmt::format("{} {}", access, reg->name);
    return wide ? fmt::format("{} p{}, {}, c{}", access, coproc, key.opc1, key.crm)
                : fmt::format("{} p{}, {}, c{}, c{}, {}", access, coproc, key.opc1, key.crn, key.crm, key.opc2);
}

std::string system_call(const EpisodeKind& kind) {
    if (!kind.syndrome) return std::string(describe(kind.cause));  // of a hypervisor at PL1
    if (const u32 immediate = Syndrome(kind.syndrome)[iss::imm16]) return fmt::format("system call #{:#x}", immediate);
    return kind.detail == many_details ? "system call, further numbers" : fmt::format("system call {}", kind.detail);
}

std::string access_of(Syndrome syndrome) {
    return syndrome.ec() == Ec::prefetch_abort ? "fetch" : syndrome[iss::is_write] ? "store" : "load";
}

/// Fault status that is none of translation, of the same table as below.
std::string other_abort(Syndrome syndrome) {
    const std::string what = access_of(syndrome);
    switch (syndrome[iss::status]) {
    case 0x10: return what + ": external abort";
    case 0x11: return what + ": asynchronous external abort";
    case 0x15:
    case 0x16:
    case 0x17: return fmt::format("{}: external abort on a walk, level {}", what, syndrome[iss::status_level]);
    case 0x21: return what + ": alignment";
    case 0x22: return "debug event";
    default: return fmt::format("{}: abort, status {:#x}", what, syndrome[iss::status]);
    }
}

/// Long-descriptor fault status, ARM DDI 0406C table B3-24.
std::string stage2_fault(Syndrome syndrome) {
    const u32 level = syndrome[iss::status_level];
    const std::string what = access_of(syndrome);
    switch (syndrome[iss::status_kind]) {
    case 1: return fmt::format("{}: no page at stage 2, level {}", what, level);
    case 2: return fmt::format("{}: access flag at stage 2, level {}", what, level);
    case 3: return fmt::format("{}: not permitted at stage 2, level {}", what, level);
    default: return fmt::format("{}: stage-2 abort, status {:#x}", what, syndrome[iss::status]);
    }
}

std::string device_access(Syndrome syndrome, const std::string& place) {
    return (syndrome[iss::is_write] ? "store to " : "load from ") + place;
}

std::string machine_device(u32 page) {
    for (const DeviceEntry* device : device_list())
        if (device->exits && device->window.holds(u64{page} << 12)) return device->exits;
    return {};
}

}  // namespace

void ExitNames::learn(const EpisodeKind& kind) {
    xen_ |= has_xen_tag(kind);
    hyp_ |= kind.syndrome != 0;
}

std::string ExitNames::hypercall(const EpisodeKind& kind) const {
    const bool tagged = has_xen_tag(kind);
    if (kind.detail == many_details) return "hypercall, further numbers";
    const std::string_view known = tagged ? xen_hypercall(kind.detail) : firmware_function(kind.detail);
    if (!known.empty()) return fmt::format("{} {}", tagged ? "hypercall" : "HVC", known);
    if (const auto call = calls_.find(kind.detail); !tagged && call != calls_.end()) return "hypercall " + call->second;
    if (!tagged && kind.detail >> 31) return fmt::format("HVC {:#010x}", kind.detail);
    return fmt::format("hypercall {}", kind.detail);
}

std::string ExitNames::device(u32 page) const {
    if (const auto device = xen_ ? xen_guest_device(page) : std::string_view(); !device.empty())
        return std::string(device);
    return machine_device(page);
}

std::string ExitNames::place(u32 page) const {
    if (page == many_details) return "further addresses";
    const std::string known = device(page);
    return known.empty() ? fmt::format("{:#x}", u64{page} << 12) : known;
}

std::string ExitNames::reason(const EpisodeKind& kind) const {
    const Syndrome syndrome(kind.syndrome);
    switch (kind.cause) {
    case Cause::hypercall: return hypercall(kind);
    case Cause::stage2_fault: {
        // An access that nobody saw the end of: the page says whether a device was meant. A fault that was mended has
        // none; no device lies at many_details.
        const std::string known = kind.detail ? device(kind.detail) : "";
        return known.empty() ? stage2_fault(syndrome) : device_access(syndrome, known);
    }
    case Cause::device_syndrome: return device_access(syndrome, place(kind.detail));
    case Cause::device_decode: return device_access(syndrome, place(kind.detail)) + ", decoded";
    case Cause::abort: return other_abort(syndrome);
    case Cause::syscall: return system_call(kind);
    case Cause::sysreg_trap: return system_register(syndrome);
    case Cause::wfi: return syndrome[iss::is_wfe] ? "WFE" : "WFI";
    case Cause::hyp_irq: return "interrupt";
    case Cause::smc: {
        const auto known = firmware_function(kind.detail);
        return known.empty() ? fmt::format("SMC {:#010x}", kind.detail) : fmt::format("SMC {}", known);
    }
    default: return std::string(describe(kind.cause));
    }
}

std::string ExitNames::of(const EpisodeKind& kind) const {
    if (kind.role == EntryRole::process) return "process: " + reason(kind);
    if (kind.role == EntryRole::way_in) return reason(kind) + ": way in";
    if (kind.cause != Cause::world_switch || !hyp_) return reason(kind);
    // What took it out of the machine it did not return to. An interrupt writes no syndrome.
    EpisodeKind entered = kind;
    entered.cause = kind.syndrome ? cause_at_entry(Syndrome(kind.syndrome)) : Cause::hyp_irq;
    return (kind.role == EntryRole::way_back ? "way back: " : "world switch: ") + reason(entered);
}

}  // namespace vtoll::core

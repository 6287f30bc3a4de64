// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/names/exit_names.hpp"

#include <fmt/format.h>

#include "core/ledger/book/classify.hpp"
#include "core/platform/device_entry.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core {

using isa::Ec;
using isa::Syndrome;
namespace iss = isa::iss;

namespace {

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

std::string immediate_text(u32 immediate) { return immediate ? fmt::format("#{:#x}", immediate) : std::string("#0"); }

/// A call that no interface is known for. HVC's immediate tells calls apart; what is in a register is an argument as
/// soon as a number. A system call is numbered as scenarios say, [worlds] syscall_register.
std::string call_of_nobody(const EpisodeKind& kind) {
    const Syndrome syndrome(kind.syndrome);
    const u32 number = kind.detail;
    if (syndrome.ec() == Ec::hvc) return "hypercall " + immediate_text(syndrome[iss::imm16]);
    if (kind.cause == Cause::hypercall)  // of a hypervisor at PL1: [worlds] hypercall_register
        return number == many_details ? "hypercall, further numbers" : fmt::format("hypercall {}", number);
    if (kind.cause == Cause::smc) return "SMC";
    if (!kind.syndrome) return std::string(describe(kind.cause));
    if (const u32 immediate = syndrome[iss::imm16]) return "system call " + immediate_text(immediate);
    return number == many_details ? "system call, further numbers" : fmt::format("system call {}", number);
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

std::string ExitNames::call(const EpisodeKind& kind) const {
    if (folded_)
        return kind.cause == Cause::hypercall ? "hypercall *" : kind.cause == Cause::smc ? "SMC *" : "system call *";
    const auto call = call_of(Syndrome(kind.syndrome), kind.detail);
    const auto known = call ? calls_.find(*call) : calls_.end();
    return known == calls_.end() ? call_of_nobody(kind) : known->second;
}

std::string ExitNames::device(u32 page) const {
    const auto own = devices_.find(page);
    return own == devices_.end() ? machine_device(page) : own->second;
}

std::string ExitNames::place(u32 page) const {
    if (page == many_details) return "further addresses";
    const std::string known = device(page);
    return known.empty() ? fmt::format("{:#x}", u64{page} << 12) : known;
}

std::string ExitNames::reason(const EpisodeKind& kind) const {
    const Syndrome syndrome(kind.syndrome);
    switch (kind.cause) {
    case Cause::hypercall:
    case Cause::syscall:
    case Cause::smc: return call(kind);
    case Cause::stage2_fault: {
        // An access that nobody saw the end of: the page says whether a device was meant. A fault that was mended has
        // none; no device lies at many_details.
        const std::string known = kind.detail ? device(kind.detail) : "";
        return known.empty() ? stage2_fault(syndrome) : device_access(syndrome, known);
    }
    case Cause::device_syndrome: return device_access(syndrome, place(kind.detail));
    case Cause::device_decode: return device_access(syndrome, place(kind.detail)) + ", decoded";
    case Cause::abort: return other_abort(syndrome);
    case Cause::sysreg_trap: return system_register(syndrome);
    case Cause::wfi: return syndrome[iss::is_wfe] ? "WFE" : "WFI";
    case Cause::hyp_irq: return "interrupt";
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

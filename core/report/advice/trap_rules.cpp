// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/platform/device_entry.hpp"
#include "core/report/advice/rules.hpp"
#include "isa/state/syndrome.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core {

namespace {

using Findings = std::vector<Finding>;
using isa::Ec;
using isa::Syndrome;
namespace iss = isa::iss;

void exits_like(const Evidence& e, const Rule& rule, Findings& to, const std::function<bool(const EpisodeKind&)>& is) {
    const Evidence::Exits found = e.exits_of(is);
    if (found.count >= habit) to.push_back({&rule, Evidence::list(found), found.ticks, true});
}

/// The only machine of its processor sleeps: nobody else could use the time.
void trapped_sleep(const Evidence& e, const Rule& rule, Findings& to) {
    for (std::size_t cpu = 0; cpu < e.run.cpus.size(); ++cpu)
        if (e.machines_on(cpu) > 1) return;
    exits_like(e, rule, to, [](const EpisodeKind& k) { return k.cause == Cause::wfi; });
}

/// The register of CP15 that a trapped access names; nullptr: none.
const isa::SysReg* accessed(const EpisodeKind& kind) {
    const Syndrome syndrome(kind.syndrome);
    if (kind.cause != Cause::sysreg_trap) return nullptr;
    const auto field = [&](isa::SyndromeField f) { return static_cast<u8>(syndrome[f]); };
    if (syndrome.ec() == Ec::cp15_64) return isa::find_sysreg(isa::cp15_wide(field(iss::crm), field(iss::wide_opc1)));
    if (syndrome.ec() != Ec::cp15_32) return nullptr;
    return isa::find_sysreg(isa::cp15(field(iss::crn), field(iss::opc1), field(iss::crm), field(iss::opc2)));
}

void trapped_by(const Evidence& e, const Rule& rule, Findings& to, u32 traps) {
    exits_like(e, rule, to, [&](const EpisodeKind& k) {
        const isa::SysReg* reg = accessed(k);
        return reg && (reg->traps & traps);
    });
}
void trapped_identity(const Evidence& e, const Rule& rule, Findings& to) {
    exits_like(e, rule, to, [](const EpisodeKind& k) {
        const isa::SysReg* reg = accessed(k);
        const bool fp = k.cause == Cause::sysreg_trap && Syndrome(k.syndrome).ec() == Ec::vmrs;
        return fp || (reg && (reg->traps & (isa::trap_tid0 | isa::trap_tid1 | isa::trap_tid2 | isa::trap_tid3)));
    });
}
void trapped_actlr(const Evidence& e, const Rule& rule, Findings& to) { trapped_by(e, rule, to, isa::trap_tac); }
void trapped_set_way(const Evidence& e, const Rule& rule, Findings& to) { trapped_by(e, rule, to, isa::trap_tsw); }
void trapped_maintenance(const Evidence& e, const Rule& rule, Findings& to) {
    trapped_by(e, rule, to, isa::trap_tpc | isa::trap_tpu | isa::trap_ttlb);
}
void trapped_translation(const Evidence& e, const Rule& rule, Findings& to) { trapped_by(e, rule, to, isa::trap_tvm); }

// --- devices that hardware could answer for

void device_exits(const Evidence& e, const Rule& rule, Findings& to, const DeviceEntry& device, bool loads_only) {
    exits_like(e, rule, to, [&](const EpisodeKind& k) {
        if (k.cause != Cause::device_syndrome && k.cause != Cause::device_decode) return false;
        if (loads_only && Syndrome(k.syndrome)[iss::is_write]) return false;
        return e.names().device(k.detail) == device.exits;
    });
}
void emulated_gicc(const Evidence& e, const Rule& rule, Findings& to) { device_exits(e, rule, to, gicc_device, false); }
void loads_of_gicd(const Evidence& e, const Rule& rule, Findings& to) { device_exits(e, rule, to, gicd_device, true); }

void decoded(const Evidence& e, const Rule& rule, Findings& to) {
    exits_like(e, rule, to, [](const EpisodeKind& k) { return k.cause == Cause::device_decode; });
}

constexpr std::string_view whole = "ticks of these exits: without the trap there are none";

constexpr Rule all[] = {
    {.key = "trapped-sleep",
     .wrong = "WFI and WFE trap, and no processor runs a second machine that could use the time.",
     .cure = "Clear HCR.TWI and TWE while a machine is alone: it sleeps in hardware, and interrupts still take it out.",
     .basis = whole,
     .find = trapped_sleep},
    {.key = "trapped-identity",
     .wrong = "Reads of identification registers trap.",
     .cure = "Give MIDR and MPIDR by VPIDR and VMPIDR; clear HCR.TID0 to TID3 where guests may see the core as it is.",
     .basis = whole,
     .find = trapped_identity},
    {.key = "trapped-actlr",
     .wrong = "Accesses to ACTLR trap.",
     .cure = "Clear HCR.TAC where the guest may see it: Linux reads ACTLR often on some cores.",
     .basis = whole,
     .find = trapped_actlr},
    {.key = "trapped-set-way",
     .wrong = "Cache maintenance by set and way traps.",
     .cure = "Set HCR.SWIO, which makes it harmless, and clear HCR.TSW; a guest that depends on it uses addresses.",
     .basis = whole,
     .find = trapped_set_way},
    {.key = "trapped-maintenance",
     .wrong = "Cache maintenance by address or TLB maintenance of the guest traps.",
     .cure = "Clear HCR.TPC, TPU and TTLB: its VMID and stage 2 confine it; HCR.FB makes it reach other processors.",
     .basis = whole,
     .find = trapped_maintenance},
    {.key = "trapped-translation",
     .wrong = "Writes of the guest's translation registers trap.",
     .cure = "Clear HCR.TVM when the guest's MMU and caches are on.",
     .basis = whole,
     .find = trapped_translation},
    {.key = "emulated-gicc",
     .wrong = "The guest's accesses to the GIC's CPU interface are emulated.",
     .cure = "Map GICV where the guest expects GICC, and hand interrupts over in list registers.",
     .basis = whole,
     .find = emulated_gicc},
    {.key = "loads-of-gicd",
     .wrong = "Loads from the GIC's distributor are emulated one by one.",
     .cure = "Map a page of memory with the values that they may see, read-only at stage 2: only stores trap then.",
     .basis = whole,
     .find = loads_of_gicd},
    {.key = "decoded-accesses",
     .wrong = "Accesses to devices are decoded from the guest's instruction, which takes a look at its memory.",
     .cure = "Let the guest's driver use single loads and stores without write-back: those come with a syndrome.",
     .basis = "at most: ticks of these exits; by syndrome they take less, by how much the run does not show",
     .find = decoded},
};

}  // namespace

std::span<const Rule> trap_rules() { return all; }

}  // namespace vtoll::core

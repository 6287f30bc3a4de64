// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "core/platform/device_entry.hpp"
#include "core/report/advice/rules.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core {

namespace {

using Findings = std::vector<Finding>;
using Key = Evidence::Key;
using Access = Evidence::Access;

/// Of several registers together.
struct Sum {
    AccessCounts counts;
    std::map<Cause, u64> causes;
    std::vector<std::string> names;

    void add(const Key& key, const Access& access) {
        counts.add(access.counts);
        for (const auto& [cause, count] : access.causes) causes[cause] += count;
        if (std::ranges::find(names, key.first) == names.end()) names.push_back(key.first);
    }
    std::string where() const {
        constexpr std::size_t most = 8;
        const std::vector<std::string> first(names.begin(), names.begin() + std::min(names.size(), most));
        return fmt::format("{}{}: {} of {} accesses; in {}", fmt::join(first, ", "),
                           names.size() > most ? fmt::format(" and {} more", names.size() - most) : "", counts.same,
                           counts.count, Evidence::list(causes));
    }
};

bool mostly_same(const AccessCounts& c) { return c.count >= habit && 2 * c.same > c.count; }

const DeviceEntry* device_at(u64 pa) {
    for (const DeviceEntry* device : device_list())
        if (device->window.holds(pa)) return device;
    return nullptr;
}

// --- devices. Registers that hardware changes by itself, or whose read does something, have to be read each time

/// The virtual machine's own interrupts, which a hypervisor saves and restores.
bool is_saved(const Access& a) { return a.device && a.address && device_at(a.address) == &gich_device; }

bool changes_by_itself(const std::string& name) {
    constexpr std::string_view some[] = {"GICC_IAR",     "GICC_AIAR",    "GICC_HPPIR",     "GICC_AHPPIR",
                                         "GICC_RPR",     "GICH_ELRSR",   "GICH_EISR",      "GICH_MISR",
                                         "GICD_ISPENDR", "GICD_ICPENDR", "GICD_ISACTIVER", "GICD_ICACTIVER"};
    return std::ranges::any_of(some, [&](std::string_view each) { return name.starts_with(each); });
}

void device_reads(const Evidence& e, const Rule& rule, Findings& to) {
    const auto written = [&](const DeviceEntry* device) {
        return std::ranges::any_of(e.accesses(), [&](const auto& each) {
            return each.second.device && each.first.second && device_at(each.second.address) == device;
        });
    };
    Sum sum;
    for (const auto& [key, access] : e.accesses()) {
        if (!access.device || !access.address || key.second || !mostly_same(access.counts)) continue;
        if (is_saved(access) && !key.first.starts_with("GICH_VTR")) continue;
        const DeviceEntry* device = device_at(access.address);
        const bool gic = device == &gicd_device || device == &gicc_device || device == &gich_device;
        // What a device that is also written says may be its answer.
        if (gic ? changes_by_itself(key.first) : access.counts.same + 1 < access.counts.count || written(device))
            continue;
        sum.add(key, access);
    }
    if (sum.counts.count) to.push_back({&rule, sum.where(), sum.counts.same_ticks, true});
}

void list_registers(const Evidence& e, const Rule& rule, Findings& to) {
    Sum sum;
    for (const auto& [key, access] : e.needless())
        if (is_saved(access) && !changes_by_itself(key.first) && !key.first.starts_with("GICH_VTR") &&
            mostly_same(access.counts))
            sum.add(key, access);
    if (sum.counts.count) to.push_back({&rule, sum.where(), sum.counts.same_ticks, true});
}

// --- registers of the processor

bool is_fp(const std::string& name) {
    for (u16 i = 0; i < static_cast<u16>(isa::FpRegister::count); ++i)
        if (name == isa::booked_register(isa::booked_number(static_cast<isa::FpRegister>(i))).name) return true;
    return false;
}

/// A host's kernel is another user of these registers: they have to be switched at each exit.
void guest_registers(const Evidence& e, const Rule& rule, Findings& to) {
    if (e.run.hosted()) return;
    Sum sum;
    for (const auto& [key, access] : e.needless()) {
        if (access.device || !key.second || is_fp(key.first) || !mostly_same(access.counts)) continue;
        const auto reg = isa::booked_register(key.first);
        if (!reg || !reg->guests) continue;
        sum.add(key, access);
        // It was read to be saved as often as it was written.
        const AccessCounts& read = Evidence::find(e.needless(), key.first, false).counts;
        if (read.count) sum.counts.add({0, 0, 0, read.same_ticks});
    }
    if (sum.counts.count) to.push_back({&rule, sum.where(), sum.counts.same_ticks, true});
}

void fp_registers(const Evidence& e, const Rule& rule, Findings& to) {
    Sum sum;
    u64 worth = 0;
    for (const isa::FpRegister bank : {isa::FpRegister::low_bank, isa::FpRegister::high_bank}) {
        const std::string name(isa::booked_register(isa::booked_number(bank)).name);
        const Access& saved = Evidence::find(e.needless(), name, false);
        if (!mostly_same(saved.counts)) continue;
        sum.add({name, false}, saved);
        const AccessCounts& loaded = Evidence::find(e.needless(), name, true).counts;
        worth += saved.counts.same_ticks + loaded.ticks * saved.counts.same / saved.counts.count;
    }
    if (sum.counts.count) to.push_back({&rule, sum.where(), worth, true});
}

// --- TLBs

/// Whose entries it drops: all machines', or all of Hyp mode's.
void wide_tlb(const Evidence& e, const Rule& rule, Findings& to, std::initializer_list<std::string_view> operations) {
    Sum sum;
    for (const auto& [key, access] : e.accesses())
        if (key.second && std::ranges::find(operations, key.first) != operations.end()) sum.add(key, access);
    if (sum.counts.count < habit || 10 * sum.counts.count < e.exits) return;
    const u64 walks = e.stalls(Stall::walk_stage1, false) + e.stalls(Stall::walk_stage2, false) +
                      e.stalls(Stall::walk_stage1, true) + e.stalls(Stall::walk_stage2, true);
    const std::string where =
        fmt::format("{} x {}; in {}", sum.counts.count, fmt::join(sum.names, ", "), Evidence::list(sum.causes));
    to.push_back({&rule, where, e.priced ? std::optional(walks) : std::nullopt, false});
}
void tlb_of_all(const Evidence& e, const Rule& rule, Findings& to) {
    wide_tlb(e, rule, to, {"TLBIALLNSNH", "TLBIALLNSNHIS"});
}
void tlb_of_hyp(const Evidence& e, const Rule& rule, Findings& to) {
    wide_tlb(e, rule, to, {"TLBIALLH", "TLBIALLHIS"});
}

/// By VMID, where no mapping of the machine's memory was changed: entries of another VMID are in nobody's way.
void tlb_of_machine(const Evidence& e, const Rule& rule, Findings& to) {
    Sum sum;
    for (const char* name : {"TLBIALL", "TLBIALLIS"}) {
        Access some = Evidence::find(e.accesses(), name, true);
        for (const Cause cause : {Cause::hypercall, Cause::stage2_fault}) some.causes.erase(cause);
        some.counts = {};
        for (const auto& [cause, count] : some.causes) some.counts.count += count;
        if (some.counts.count) sum.add({name, true}, some);
    }
    if (sum.counts.count < habit || 10 * sum.counts.count < e.exits) return;
    const u64 walks = e.stalls(Stall::walk_stage1, false) + e.stalls(Stall::walk_stage2, false);
    to.push_back(
        {&rule, fmt::format("{} x {}; in {}", sum.counts.count, fmt::join(sum.names, ", "), Evidence::list(sum.causes)),
         e.priced ? std::optional(walks) : std::nullopt, false});
}

constexpr std::string_view same_basis = "ticks of the accesses that gave, or set, the value that was there before";
constexpr std::string_view walks_basis = "at most: ticks of all walks; not all of them are made again because of it";

constexpr Rule all[] = {
    {.key = "device-reads",
     .wrong = "Exits read registers of devices that give the same value each time.",
     .cure = "Read them once, and keep the value in memory; it is in the cache there.",
     .basis = same_basis,
     .find = device_reads},
    {.key = "list-registers",
     .wrong = "Exits save or restore the virtual interrupts' registers (GICH) although nothing changed in them.",
     .cure =
         "Keep a copy with a bit for each list register in use; touch those, and only when another machine is next.",
     .basis = same_basis,
     .find = list_registers},
    {.key = "guest-registers",
     .wrong = "Exits save and restore registers of the guest that nobody changed meanwhile.",
     .cure = "Switch them when another machine is next; an exit that returns to its own leaves them alone.",
     .basis = "ticks of the writes that changed nothing, and of the reads that gave a known value",
     .find = guest_registers},
    {.key = "fp-registers",
     .wrong = "Exits save and restore the floating-point registers although the machine did not use them.",
     .cure = "Trap their use instead (HCPTR.TCP10 and TCP11), and switch them when somebody else is seen to use them.",
     .basis = "ticks of the transfers that saved values as they were loaded, and of as many loads",
     .find = fp_registers},
    {.key = "tlb-of-all-machines",
     .wrong = "Exits drop the TLB entries of all machines (TLBIALLNSNH).",
     .cure = "Drop those of the machine whose mapping changed: TLBIALL under its VMID; when a VMID is new, none.",
     .basis = walks_basis,
     .find = tlb_of_all},
    {.key = "tlb-of-hyp-mode",
     .wrong = "Exits drop all TLB entries of Hyp mode (TLBIALLH).",
     .cure = "Drop the page that changed: TLBIMVAH.",
     .basis = walks_basis,
     .find = tlb_of_hyp},
    {.key = "tlb-of-machine",
     .wrong = "Exits that change no mapping drop the machine's TLB entries (TLBIALL).",
     .cure = "Leave them: the VMID keeps machines apart.",
     .basis = walks_basis,
     .find = tlb_of_machine},
};

}  // namespace

std::span<const Rule> saving_rules() { return all; }

}  // namespace vtoll::core

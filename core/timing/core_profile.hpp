// SPDX-License-Identifier: Apache-2.0
// The numbers of one processor core: what core/timing/profiles/<core>.toml holds. Mechanisms are elsewhere
// (scheduler, cache, predictor, core_model); a profile is parameters and where they come from.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "core/seam/device_path.hpp"
#include "core/timing/cache.hpp"
#include "core/timing/pricing.hpp"
#include "isa/cost_class.hpp"
#include "isa/state/identity.hpp"
#include "isa/system_cost.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// Execution resources that instructions compete for.
enum class Unit : u8 { alu, multiply, divide, memory, store, branch, vfp, permute, system, count };
inline constexpr std::string_view unit_names[] = {"alu",    "multiply", "divide",  "memory", "store",
                                                  "branch", "vfp",      "permute", "system"};

/// Whether an instruction may issue as the second of a pair (in-order cores).
enum class Second : u8 { any, immediate, never };
inline constexpr std::string_view second_names[] = {"any", "immediate", "never"};

/// How one cost class goes through the pipeline. Times in cycles.
struct ClassTiming {
    Unit unit = Unit::alu;
    u8 latency = 1;     ///< until a dependent instruction may issue
    u8 forward = 1;     ///< the same when it needs the operand late: an unshifted ALU operand, data of a store
    u8 shifted = 0;     ///< added to both when an operand is shifted by an immediate
    u8 wide = 0;        ///< added to latency when it computes doubles
    u8 to_core = 0;     ///< latency of a core register that it writes, where it differs from the others'; 0: it doesn't
    u8 accumulate = 0;  ///< latency to the accumulator of the next of its class; 0: as to any operand
    u8 latency_per_unit = 0;  ///< added per register or doubleword beyond the first
    u8 busy = 1;              ///< the unit takes no other instruction for so long (1: pipelined)
    u8 busy_per_unit = 0;
    u8 busy_wide = 0;
    u8 units_per_cycle = 1;  ///< registers or doublewords that move at a time
    Second second = Second::any;
    bool late = false;       ///< its extension registers are needed late
    bool alone = false;      ///< issues with nothing beside it, in each of its `busy` cycles
    bool serialise = false;  ///< waits for everything before it and holds everything after it
    bool refetch = false;    ///< what follows is fetched anew behind it: CoreProfile::refill more
};

/// Where PLI has a line brought.
enum class PreloadCode : u8 { nowhere, l2, l1i };
inline constexpr std::string_view preload_code_names[] = {"nowhere", "l2", "l1i"};

/// What an access to a device takes: in the core's clock domain, and on an interconnect with a clock of its own.
struct DeviceTiming {
    unsigned read = 0, write = 0;  ///< cycles until the answer; a write's is waited for by few
    double ns = 0;                 ///< added to both
};

struct CoreProfile {
    std::string name, title, model, omits, drawing;
    unsigned clock_mhz = 1000;
    FreeParts free;  ///< parts whose mechanisms cost nothing; no number of the file

    // Pipeline
    bool out_of_order = false;
    unsigned width = 2;         ///< instructions issued (in-order) or dispatched (out-of-order) per cycle
    unsigned window = 1;        ///< instructions in flight, out-of-order only (ROB)
    bool stall_on_use = false;  ///< in-order: a load that misses stops the pipeline where its value is needed
    unsigned mispredict = 10;
    unsigned late_target = 4;   ///< a direct branch whose target only decode finds
    unsigned taken_branch = 0;  ///< bubble of a correctly predicted taken branch
    unsigned refill = 8;        ///< from a redirection of fetch until the first instruction may issue
    unsigned simd_queue = 0;    ///< VFP and NEON instructions that may wait behind the integer pipeline; 0: none
    bool shared_issue = false;  ///< memory and extension registers share a port: one instruction of either a cycle
    unsigned read_ports = 0;    ///< core registers read in a cycle, beside what is forwarded; 0: no limit
    std::array<u8, static_cast<std::size_t>(Unit::count)> units{2, 1, 1, 1, 1, 1, 1, 1, 1};
    std::array<ClassTiming, static_cast<std::size_t>(isa::CostClass::count)> by_class;
    std::array<ClassTiming, isa::system_costs> by_system;

    // Branch prediction
    unsigned history_bits = 0;  ///< global history length; 0: counters indexed by address only
    unsigned counter_entries = 512;
    unsigned btb_entries = 512, btb_ways = 2;
    unsigned return_stack = 8;
    u32 bpiall_needs = 0;     ///< bits of ACTLR without which BPIALL and BPIMVA are NOPs; ~0: always NOPs
    u32 iciallu_needs = ~0u;  ///< bits of ACTLR with which ICIALLU forgets branches too; ~0: never
    bool predictor_maintained(u32 actlr) const { return bpiall_needs != ~0u && (actlr & bpiall_needs) == bpiall_needs; }
    bool iciallu_forgets(u32 actlr) const { return iciallu_needs != ~0u && (actlr & iciallu_needs) == iciallu_needs; }

    // Identification
    isa::Identity identity;  ///< without what follows from the caches: identity_of()
    std::string compatible;  ///< of the device tree's processor nodes
    unsigned l1i_attributes = 2, l1d_attributes = 7, l2_attributes = 7;  ///< CCSIDR[31:28]
    bool l2_control = false;                                             ///< the core has an L2CTLR
    bool scu = false;  ///< its private peripherals, which CBAR tells of, are several processors' and begin with a snoop
                       ///< control unit
    std::vector<u32> pmu_events;  ///< numbers of the events that the core's performance monitors have
    u32 pmu_instructions = 0x8;   ///< the number by which they count executed instructions

    // Caches. Latencies are load-to-use totals in cycles.
    CacheGeometry l1i, l1d, l2;
    bool l1i_obeys = false;  ///< code comes from memory while SCTLR.I, or HSCTLR.I, is clear
    unsigned l1d_latency = 3, l2_latency = 20;
    double memory_ns = 100;     ///< beyond the L2 look-up
    unsigned l2_transfer = 20;  ///< latency of a line that another core of the cluster holds dirty
    unsigned l2_interval = 0;   ///< cycles between line fills from L2 that follow each other as fast as they can
    bool l2_by_outer = false;   ///< outer attributes say whether L2 may serve an access, not inner ones
    unsigned outstanding = 1;   ///< lines that may be on their way for loads and hints
    unsigned store_fills = 1;   ///< lines that may be on their way for stores
    PreloadCode preload_code = PreloadCode::l1i;
    double rest_ns = 0;         ///< from the word that was missed until the rest of its line has come from memory
    double interval_ns = 0;     ///< between lines that memory delivers, however many are asked for
    double stream_ns = 0;       ///< a line of a recognised sequential stream, from memory; 0: no prefetcher
    double write_ns = 0;        ///< a line of stores that follow each other: memory takes it whole, nothing is fetched
    unsigned streams = 0;       ///< streams the prefetcher follows
    unsigned store_buffer = 4;  ///< store misses that may be outstanding before stores stall
    unsigned write_back = 0;    ///< cycles a dirty victim of L2 costs

    // Translation
    unsigned micro_tlb_i = 32, micro_tlb_d = 32;  ///< entries, fully associative
    unsigned micro_tlb_miss = 7;                  ///< cycles when the main TLB hits
    bool single_level = false;   ///< no main TLB: what it would hold costs micro_tlb_miss, a walk its own price
    bool context_flush = false;  ///< what changes CONTEXTIDR, DACR, TTBR, PRRR or NMRR empties the micro TLBs
    unsigned main_tlb_entries = 512, main_tlb_ways = 4;
    unsigned walk_cache = 16, ipa_cache = 16;  ///< entries; 0: none
    bool walks_through_l1 = false;             ///< descriptor fetches look up L1 data cache first, else L2
    unsigned walk_overhead = 0;                ///< cycles per walk beside its descriptor fetches

    // What a DSB waits for, cycles from the operation until it is complete
    unsigned tlb_local = 10, tlb_broadcast = 50;

    // Exceptions, cycles beside the refill
    unsigned commit = 2;  ///< from execution to where an instruction may raise its exception
    unsigned entry = 0, hyp_entry = 0, exception_return = 0;  ///< registers and modes
    u32 of_entry(bool to_hyp) const {
        return free.has(FreePart::exceptions) ? 0 : commit + (to_hyp ? hyp_entry : entry) + refill;
    }
    u32 of_return() const { return free.has(FreePart::exceptions) ? 0 : commit + exception_return + refill; }

    // Devices
    std::array<DeviceTiming, device_paths> devices;
    unsigned device_writes = 4;  ///< posted writes under way; a further one waits

    /// Every number's source by its dotted key ("cache.l1d.size"); "fitted: ..." marks one that was set by fitting.
    std::map<std::string, std::string> sources;

    /// Declares every number but those of the classes: its dotted key, where it is, its range. Reader and printer go
    /// through this; visitor.section() begins a part of what is printed.
    template <class Visitor>
    void numbers(Visitor& visitor);

    const ClassTiming& of(isa::CostClass c) const { return by_class[static_cast<std::size_t>(c)]; }
    const ClassTiming& of(isa::SystemCost c) const { return by_system[static_cast<std::size_t>(c)]; }
};

template <class Visitor>
void CoreProfile::numbers(Visitor& visitor) {
    visitor.section("Identity");
    visitor.text("identity.compatible", compatible);
    for (const isa::IdentityRegister& reg : isa::identity_registers())
        if (!reg.derived) visitor.word("identity." + std::string(reg.name), reg.of(identity));
    visitor.number("identity.l1i_attributes", l1i_attributes, 0, 15);
    visitor.number("identity.l1d_attributes", l1d_attributes, 0, 15);
    visitor.number("identity.l2_attributes", l2_attributes, 0, 15);
    visitor.number("identity.l2_control", l2_control, 0, 1);
    visitor.number("identity.scu", scu, 0, 1);
    visitor.section("Performance monitors");
    visitor.numbers("pmu.events", pmu_events, 0, 255);
    visitor.word("pmu.instructions", pmu_instructions);
    visitor.section("Pipeline (cycles)");
    visitor.number("clock.mhz", clock_mhz, 1, 10'000);
    visitor.number("pipeline.out_of_order", out_of_order, 0, 1);
    visitor.number("pipeline.width", width, 1, 8);
    visitor.number("pipeline.window", window, 1, 512);
    visitor.number("pipeline.stall_on_use", stall_on_use, 0, 1);
    visitor.number("pipeline.mispredict", mispredict, 0, 100);
    visitor.number("pipeline.late_target", late_target, 0, 100);
    visitor.number("pipeline.taken_branch", taken_branch, 0, 100);
    visitor.number("pipeline.refill", refill, 0, 100);
    visitor.number("pipeline.simd_queue", simd_queue, 0, 64);
    visitor.number("pipeline.shared_issue", shared_issue, 0, 1);
    visitor.number("pipeline.read_ports", read_ports, 0, 16);
    visitor.section("Units");
    for (std::size_t u = 0; u < units.size(); ++u)
        visitor.number("units." + std::string(unit_names[u]), units[u], 1, 8);
    visitor.section("Branch prediction");
    visitor.number("predictor.history_bits", history_bits, 0, 16);
    visitor.number("predictor.counter_entries", counter_entries, 1, 1 << 16);
    visitor.number("predictor.btb_entries", btb_entries, 1, 1 << 16);
    visitor.number("predictor.btb_ways", btb_ways, 1, 64);
    visitor.number("predictor.return_stack", return_stack, 0, 256);
    visitor.word("predictor.bpiall_needs", bpiall_needs);
    visitor.word("predictor.iciallu_needs", iciallu_needs);
    const auto geometry = [&](const std::string& name, CacheGeometry& cache) {
        visitor.section("Cache " + name);
        visitor.size("cache." + name + ".size", cache.size, 1024, 16 << 20);
        visitor.number("cache." + name + ".ways", cache.ways, 1, 64);
        visitor.number("cache." + name + ".line", cache.line, 16, 256);
        visitor.choice("cache." + name + ".replacement", cache.replacement, replacement_names);
    };
    geometry("l1i", l1i);
    visitor.number("cache.l1i.obeys_sctlr", l1i_obeys, 0, 1);
    geometry("l1d", l1d);
    visitor.number("cache.l1d.virtual_index", l1d.virtual_index, 0, 1);
    visitor.number("cache.l1d.latency", l1d_latency, 1, 100);
    geometry("l2", l2);
    visitor.number("cache.l2.latency", l2_latency, 1, 500);
    visitor.number("cache.l2.transfer", l2_transfer, 1, 500);
    visitor.number("cache.l2.interval", l2_interval, 0, 500);
    visitor.number("cache.l2.by_outer", l2_by_outer, 0, 1);
    visitor.section("Memory");
    visitor.number("memory.ns", memory_ns, 0, 10'000);
    visitor.number("memory.rest_ns", rest_ns, 0, 10'000);
    visitor.number("memory.outstanding", outstanding, 1, 64);
    visitor.number("memory.store_fills", store_fills, 1, 64);
    visitor.choice("memory.preload_code", preload_code, preload_code_names);
    visitor.number("memory.store_buffer", store_buffer, 1, 64);
    visitor.number("memory.write_back", write_back, 0, 1000);
    visitor.number("memory.interval_ns", interval_ns, 0, 10'000);
    visitor.number("memory.streams", streams, 0, 16);
    visitor.number("memory.stream_ns", stream_ns, 0, 10'000);
    visitor.number("memory.write_ns", write_ns, 0, 10'000);
    visitor.section("Translation");
    visitor.number("tlb.micro_i", micro_tlb_i, 1, 256);
    visitor.number("tlb.micro_d", micro_tlb_d, 1, 256);
    visitor.number("tlb.micro_miss", micro_tlb_miss, 0, 100);
    visitor.number("tlb.single_level", single_level, 0, 1);
    visitor.number("tlb.context_flush", context_flush, 0, 1);
    visitor.number("tlb.main_entries", main_tlb_entries, 1, 1 << 14);
    visitor.number("tlb.main_ways", main_tlb_ways, 1, 256);
    visitor.number("tlb.walk_cache", walk_cache, 0, 1024);
    visitor.number("tlb.ipa_cache", ipa_cache, 0, 1024);
    visitor.number("tlb.walks_through_l1", walks_through_l1, 0, 1);
    visitor.number("tlb.walk_overhead", walk_overhead, 0, 1000);
    visitor.section("Maintenance (cycles until it is complete)");
    visitor.number("maintenance.tlb_local", tlb_local, 0, 10'000);
    visitor.number("maintenance.tlb_broadcast", tlb_broadcast, 0, 10'000);
    visitor.section("Exceptions (cycles, beside the refill of the pipeline)");
    visitor.number("exception.commit", commit, 0, 1000);
    visitor.number("exception.entry", entry, 0, 1000);
    visitor.number("exception.hyp_entry", hyp_entry, 0, 1000);
    visitor.number("exception.return", exception_return, 0, 1000);
    visitor.section("Devices (cycles, and ns on top)");
    visitor.number("device.writes", device_writes, 1, 64);
    for (std::size_t i = 0; i < device_paths; ++i) {
        const std::string path = "device." + std::string(device_path_names[i]);
        visitor.number(path + ".read", devices[i].read, 0, 10'000);
        visitor.number(path + ".write", devices[i].write, 0, 10'000);
        visitor.number(path + ".ns", devices[i].ns, 0, 10'000);
    }
}

/// The identification registers of the core with the caches that `profile` has.
isa::Identity identity_of(const CoreProfile& profile);

/// True when the file says that it describes a core (`kind = "core"`, or it extends a file that does).
bool is_core_profile(const std::string& path);

/// The file and those it extends, nearest first.
std::vector<std::string> profile_files(const std::string& path);

/// Read a core profile (TOML), with some of its numbers replaced. Throws InputError: file, line, what was expected.
/// Every number must be there and have a source.
CoreProfile load_core_profile(const std::string& path, const Settings& settings = {});

/// What `vtoll models show` prints: drawing, sentences, numbers with sources.
std::string describe(const CoreProfile&);

}  // namespace vtoll::core

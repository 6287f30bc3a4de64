// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "core/report/advice/rules.hpp"

namespace vtoll::core {

namespace {

using Findings = std::vector<Finding>;

/// Only a core profile tells what an access waits for.
std::optional<u64> if_priced(const Evidence& e, u64 ticks) { return e.priced ? std::optional(ticks) : std::nullopt; }

u64 memory_waits(const EpisodeKind& kind) { return u64{kind.wait(Stall::memory)} + kind.wait(Stall::data); }

bool no_mmu(const Controls& c) { return !c.mmu; }
bool no_data_cache(const Controls& c) { return c.mmu && !c.data_cache; }

void hyp_mmu_off(const Evidence& e, const Rule& rule, Findings& to) {
    const ControlShare share = e.controls(true, no_mmu);
    if (share.most()) to.push_back({&rule, e.dearest(memory_waits), if_priced(e, share.uncached_ticks), true});
}

void hyp_data_cache_off(const Evidence& e, const Rule& rule, Findings& to) {
    const ControlShare share = e.controls(true, no_data_cache);
    if (share.most()) to.push_back({&rule, e.dearest(memory_waits), if_priced(e, share.uncached_ticks), true});
}

/// Whether it costs anything is the core's: some profiles fetch through L1 whatever HSCTLR.I says.
void hyp_code_cache_off(const Evidence& e, const Rule& rule, Findings& to) {
    if (!e.controls(true, [](const Controls& c) { return c.mmu && !c.code_cache; }).most()) return;
    const u64 ticks = e.events(MemoryEvent::uncached_code_ticks, true);
    to.push_back({&rule, e.dearest([](const EpisodeKind& k) { return k.ticks(); }),
                  ticks ? std::optional(ticks) : std::nullopt, true});
}

std::string guests(const Evidence& e, u64 insns, u64 of) {
    return fmt::format("{} of {} instructions of {}", insns, of,
                       e.has_guest ? "the guests" : "the kernel and its programs");
}

void guest_mmu_off(const Evidence& e, const Rule& rule, Findings& to) {
    const ControlShare share = e.controls(false, [](const Controls& c) { return !c.mmu && !c.default_cacheable; });
    if (share.most())
        to.push_back({&rule, guests(e, share.insns, share.of_insns), if_priced(e, share.uncached_ticks), false});
}

void guest_data_cache_off(const Evidence& e, const Rule& rule, Findings& to) {
    const ControlShare share = e.controls(false, no_data_cache);
    if (share.most())
        to.push_back({&rule, guests(e, share.insns, share.of_insns), if_priced(e, share.uncached_ticks), false});
}

// --- walks. By what descriptors cost where that is known, else by the registers

void walks(const Evidence& e, const Rule& rule, Findings& to, bool exits, MemoryEvent count, MemoryEvent ticks,
           bool (*holds)(const Controls&)) {
    const u64 descriptors = e.events(count, exits) + (count == MemoryEvent::uncached_walk2 ? e.events(count, true) : 0);
    const ControlShare share = e.controls(exits, holds);
    if (!share.most()) return;
    const u64 worth = e.events(ticks, exits);
    if (e.priced && !descriptors) return;
    to.push_back({&rule, e.priced ? fmt::format("{} descriptors from memory", descriptors) : std::string(),
                  if_priced(e, worth), exits});
}

void hyp_walks(const Evidence& e, const Rule& rule, Findings& to) {
    walks(e, rule, to, true, MemoryEvent::uncached_walk1, MemoryEvent::uncached_walk1_ticks,
          [](const Controls& c) { return c.mmu && c.data_cache && !(c.walk1_inner && c.walk1_outer); });
}
void guest_walks(const Evidence& e, const Rule& rule, Findings& to) {
    walks(e, rule, to, false, MemoryEvent::uncached_walk1, MemoryEvent::uncached_walk1_ticks,
          [](const Controls& c) { return c.mmu && c.data_cache && !(c.walk1_inner && c.walk1_outer); });
}
void stage2_walks(const Evidence& e, const Rule& rule, Findings& to) {
    walks(e, rule, to, false, MemoryEvent::uncached_walk2, MemoryEvent::uncached_walk2_ticks,
          [](const Controls& c) { return c.stage2 && !(c.walk2_inner && c.walk2_outer); });
}

constexpr std::string_view uncached_basis =
    "ticks that uncached loads, stores and fetches were waited for; cached, all but the first find their line in L1";
constexpr std::string_view walk_basis = "ticks that its descriptors took beyond an answer of L2";

constexpr Rule all[] = {
    {.key = "hyp-mmu-off",
     .wrong = "Hyp mode's MMU is off, so that every load and store of an exit goes to memory, past the caches.",
     .cure = "Map the hypervisor's memory as Normal, Write-Back (HTTBR, HTCR, HMAIR0), then set M, C and I of HSCTLR.",
     .basis = uncached_basis,
     .find = hyp_mmu_off},
    {.key = "hyp-data-cache-off",
     .wrong = "Hyp mode's data cache is off, so that every load and store of an exit goes to memory.",
     .cure = "Set HSCTLR.C.",
     .basis = uncached_basis,
     .find = hyp_data_cache_off},
    {.key = "hyp-code-cache-off",
     .wrong = "Hyp mode's instruction cache is off, so that code is fetched past the caches.",
     .cure = "Set HSCTLR.I.",
     .basis = "ticks that uncached fetches were waited for, on cores whose profile says that HSCTLR.I matters",
     .find = hyp_code_cache_off},
    {.key = "guest-mmu-off",
     .wrong = "The guest's MMU is off, so that each of its loads and stores goes to memory, past the caches.",
     .cure = "Let the guest set SCTLR.M, C and I early; for one that cannot, set HCR.DC.",
     .basis = uncached_basis,
     .find = guest_mmu_off},
    {.key = "guest-data-cache-off",
     .wrong = "The guest's data cache is off, so that each of its loads and stores goes to memory.",
     .cure = "Let the guest set SCTLR.C.",
     .basis = uncached_basis,
     .find = guest_data_cache_off},
    {.key = "hyp-walks-uncached",
     .wrong = "Walks of Hyp mode's tables go to memory, past the caches.",
     .cure = "Set HTCR.IRGN0 and ORGN0 to Write-Back (1), SH0 to Inner Shareable (3).",
     .basis = walk_basis,
     .find = hyp_walks},
    {.key = "guest-walks-uncached",
     .wrong = "Walks of the guest's own tables go to memory, past the caches.",
     .cure = "Let the guest set IRGN and RGN of TTBR0 and TTBR1 (TTBCR.IRGNn and ORGNn with LPAE) to Write-Back.",
     .basis = walk_basis,
     .find = guest_walks},
    {.key = "stage2-walks-uncached",
     .wrong = "Walks of the stage-2 tables go to memory, past the caches.",
     .cure = "Set VTCR.IRGN0 and ORGN0 to Write-Back (1), SH0 to Inner Shareable (3).",
     .basis = walk_basis,
     .find = stage2_walks},
};

}  // namespace

std::span<const Rule> control_rules() { return all; }

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "core/report/advice/rules.hpp"

namespace vtoll::core {

namespace {

using Findings = std::vector<Finding>;

/// MMU and caches are on, and it is the mapping that keeps memory out of them.
void uncached(const Evidence& e, const Rule& rule, Findings& to, bool exits) {
    const ControlShare on = e.controls(exits, [](const Controls& c) { return c.mmu && c.data_cache; });
    if (!on.most() || !on.uncached_ticks) return;
    to.push_back(
        {&rule, fmt::format("{} loads and stores", e.events(MemoryEvent::uncached, exits)), on.uncached_ticks, exits});
}
void hyp_uncached(const Evidence& e, const Rule& rule, Findings& to) { uncached(e, rule, to, true); }
void guest_uncached(const Evidence& e, const Rule& rule, Findings& to) { uncached(e, rule, to, false); }

/// No timing model here prices what hardware takes for them: how often is known, and no more.
void misaligned(const Evidence& e, const Rule& rule, Findings& to, bool exits, MemoryEvent event) {
    const u64 count = e.events(event, exits), insns = e.insns(exits);
    if (count < habit || 100 * count < insns) return;
    to.push_back({&rule, fmt::format("{} accesses in {} instructions of {}", count, insns, exits ? "exits" : "guests"),
                  std::nullopt, exits});
}
void misaligned_data(const Evidence& e, const Rule& rule, Findings& to) {
    for (const bool exits : {true, false}) misaligned(e, rule, to, exits, MemoryEvent::misaligned);
}
void two_pages(const Evidence& e, const Rule& rule, Findings& to) {
    for (const bool exits : {true, false}) misaligned(e, rule, to, exits, MemoryEvent::two_pages);
}

/// Each exit waits for its code again: more lines than the cache keeps from one exit to the next. A short path waits
/// too when the guest has used the cache meanwhile: that is less than a fifth of it.
void code_spread(const Evidence& e, const Rule& rule, Findings& to) {
    const u64 fetch = e.stalls(Stall::fetch, true);
    if (e.exits < habit || 5 * fetch < e.exit_ticks) return;
    to.push_back({&rule, e.dearest([](const EpisodeKind& k) { return u64{k.wait(Stall::fetch)}; }), fetch, true});
}

constexpr std::string_view uncached_basis =
    "ticks that these loads and stores were waited for; cached, all but the first find their line in L1";
constexpr std::string_view misaligned_basis = "unknown: no timing model here prices them; how often is exact";

constexpr Rule all[] = {
    {.key = "hyp-memory-uncached",
     .wrong = "Exits use memory that Hyp mode's tables map as Device, Strongly-ordered or Non-cacheable.",
     .cure = "Map it as Normal, Write-Back: AttrIndx of its descriptors, HMAIR0.",
     .basis = uncached_basis,
     .find = hyp_uncached},
    {.key = "guest-memory-uncached",
     .wrong = "Guests use memory that stage 1 or stage 2 maps as Device, Strongly-ordered or Non-cacheable.",
     .cure = "Map it as Normal, Write-Back: MemAttr of the stage-2 descriptors (the weaker of both stages holds).",
     .basis = uncached_basis,
     .find = guest_uncached},
    {.key = "misaligned",
     .wrong = "Hot data are not aligned: hardware makes such an access in two steps.",
     .cure = "Align the structures of that path to their largest member.",
     .basis = misaligned_basis,
     .find = misaligned_data},
    {.key = "two-pages",
     .wrong = "Hot data lie across the end of a page: hardware translates such an access twice.",
     .cure = "Align the structures of that path, or keep them within a page.",
     .basis = misaligned_basis,
     .find = two_pages},
    {.key = "code-spread",
     .wrong = "The path of exits is spread over more lines of code than the instruction cache keeps for it.",
     .cure =
         "Put the functions of that path side by side, its rare branches elsewhere; vtoll run --functions has them.",
     .basis = "ticks that exits waited for code from L2; none, if L1 kept it",
     .find = code_spread},
};

}  // namespace

std::span<const Rule> memory_rules() { return all; }

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// Parts of a machine that cost nothing in a run (timing.free): what a part is worth is what the run without its price
// saves. Only prices change: caches, TLBs and predictors hold what they would hold. One part is no price: what exits
// and guest displace of each other's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/toml_values.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

struct CoreProfile;
struct Pricing;

// clang-format off
/// X(enumerator, name in scenarios, what is free). Who prices it asks for it: the mechanisms of core/timing/, and of a
/// price table its events (pricing.hpp).
#define VTOLL_FREE_PARTS(X) \
    X(tlb,              "tlb",              "misses of micro TLBs, and stage 1 of walks") \
    X(stage2_walk,      "stage2-walk",      "descriptors of stage 2 that walks read") \
    X(caches,           "caches",           "misses of L1 and L2: they cost what a hit of L1 does") \
    X(uncached,         "uncached",         "accesses and fetches that L1 may not serve, devices' aside") \
    X(branches,         "branches",         "mispredictions, late targets, bubbles of taken branches") \
    X(devices,          "devices",          "accesses to devices, without the GIC's where the model tells them apart") \
    X(gic,              "gic",              "accesses to GICD, GICC, GICV and GICH") \
    X(barriers,         "barriers",         "DSB, DMB, ISB, WFI, WFE, and what barriers wait for") \
    X(maintenance,      "maintenance",      "maintenance of caches, TLBs, predictors, with what it writes back") \
    X(system_registers, "system-registers", "moves to and from CP14, CP15, PSRs and VFP system registers") \
    X(exceptions,       "exceptions",       "entries into exceptions, of PL1 and Hyp mode, and returns") \
    X(refill,           "refill",           "what exits and guest displace of each other's in caches, TLBs, predictor")
// clang-format on

enum class FreePart : u8 {
#define X(name, ...) name,
    VTOLL_FREE_PARTS(X)
#undef X
        count
};

struct FreePartRow {
    std::string_view name, what;
};
inline constexpr FreePartRow free_part_rows[] = {
#define X(enumerator, name, what) {name, what},
    VTOLL_FREE_PARTS(X)
#undef X
};

class FreeParts {
public:
    bool has(FreePart part) const { return bits_ >> static_cast<unsigned>(part) & 1; }
    bool any() const { return bits_ != 0; }
    bool operator==(const FreeParts&) const = default;
    void add(FreePart part) { bits_ |= static_cast<u16>(1u << static_cast<unsigned>(part)); }

private:
    u16 bits_ = 0;
};

/// Words of timing.free.
const std::vector<std::string>& free_part_names();
/// Those of them that `names` has.
FreeParts free_parts(const std::vector<std::string>& names);

/// The parts that a model has prices of.
FreeParts parts_of(const Pricing& pricing);

/// Takes the prices of `parts` out of a model, whose name says so. Throws InputError for a part that it has no price
/// of.
void make_free(Pricing& pricing, FreeParts parts);

}  // namespace vtoll::core

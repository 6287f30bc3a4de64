// SPDX-License-Identifier: Apache-2.0
#include "core/seam/stall.hpp"

namespace vtoll::core {

namespace {
struct Text {
    std::string_view name, what;
};
constexpr Text texts[] = {
    {"issue", "instructions at the width of the pipeline"},
    {"dependency", "operands not ready or a unit busy"},
    {"fetch", "L1 instruction cache misses served by L2"},
    {"data", "L1 data cache misses served by L2, full store buffer"},
    {"memory", "misses in L2 and uncached accesses"},
    {"walk-stage1", "micro TLB misses and stage-1 descriptors"},
    {"walk-stage2", "stage-2 descriptors"},
    {"mispredict", "branch mispredictions and late targets"},
    {"device", "device accesses"},
    {"exception", "entries into exceptions and returns from them"},
    {"sleep", "WFI and WFE"},
};
static_assert(std::size(texts) == stall_count);
}  // namespace

std::string_view name_of(Stall s) { return texts[static_cast<std::size_t>(s)].name; }
std::string_view describe(Stall s) { return texts[static_cast<std::size_t>(s)].what; }

}  // namespace vtoll::core

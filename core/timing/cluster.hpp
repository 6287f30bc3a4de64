// SPDX-License-Identifier: Apache-2.0
// What the cores of one cluster share: the L2 cache, and the unit that keeps their L1 data caches coherent (Arm's snoop
// control unit). Cores ask in the order in which their processors run, so answers are the same on every host.
#pragma once

#include <vector>

#include "core/timing/cache.hpp"

namespace vtoll::core {

class CoreModel;

class Cluster {
public:
    explicit Cluster(const CacheGeometry& l2, const Placement& placement = Placement(), bool exits_apart = false)
        : l2_(l2, placement, exits_apart) {}

    Cache& l2() { return l2_; }
    void join(CoreModel& core) { cores_.push_back(&core); }

    /// What was found in the other cores' L1 data caches.
    enum class Found : u8 { nothing, clean, dirty };
    /// `core` reads the line of `pa` into its L1: who holds it dirty writes it to L2 and keeps it clean. `to_write`:
    /// the others lose it.
    Found ask(const CoreModel& core, u64 pa, bool to_write);

private:
    Cache l2_;
    std::vector<CoreModel*> cores_;
};

}  // namespace vtoll::core

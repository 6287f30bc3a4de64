// SPDX-License-Identifier: Apache-2.0
// What events cost, beside the prices of instructions.
#pragma once

#include "core/timing/core_model.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::core {

class EventPrices {
public:
    /// `core`: nullptr on the rungs without a core model.
    EventPrices(const Pricing& pricing, CoreModel* core, StallTotals& stalls)
        : pricing_(pricing), core_(core), stalls_(stalls) {}

    /// Booked to its stall, but not yet charged.
    u32 operator()(CostEvent e) {
        if (core_) return core_->event(e);
        const u32 price = pricing_.of(e);
        const bool device = e == CostEvent::device_read || e == CostEvent::device_write;
        stalls_[static_cast<std::size_t>(device ? Stall::device : Stall::exception)] += price;
        return price;
    }

private:
    const Pricing& pricing_;
    CoreModel* core_;
    StallTotals& stalls_;
};

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// What events cost, beside the prices of instructions: by the core model, or by the table of a rung without one.
#pragma once

#include "core/timing/core_model.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::core {

/// Booked to its stall, but not yet charged.
class EventPrices {
public:
    /// `core`: nullptr on the rungs without a core model.
    EventPrices(const Pricing& pricing, CoreModel* core, StallTotals& stalls)
        : pricing_(pricing), core_(core), stalls_(stalls) {}

    u32 exception_entry(bool to_hyp) {
        if (core_) return core_->exception_entry(to_hyp);
        return of(to_hyp ? CostEvent::hyp_entry : CostEvent::exception_entry, Stall::exception);
    }
    u32 exception_return() {
        if (core_) return core_->exception_return();
        return of(CostEvent::exception_return, Stall::exception);
    }
    /// On the rungs without a core model. CoreModel::device wants to know more.
    u32 device(bool write) { return of(write ? CostEvent::device_write : CostEvent::device_read, Stall::device); }

private:
    u32 of(CostEvent e, Stall stall) {
        const u32 price = pricing_.of(e);
        stalls_[static_cast<std::size_t>(stall)] += price;
        return price;
    }

    const Pricing& pricing_;
    CoreModel* core_;
    StallTotals& stalls_;
};

}  // namespace vtoll::core

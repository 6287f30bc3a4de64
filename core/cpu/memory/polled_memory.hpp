// SPDX-License-Identifier: Apache-2.0
// What other processors poll: the memory and devices that their waiting loops look at (CpuIf::polled_elsewhere). A
// store there has to wait until the poller has come to the same time, or else it would see the store before it was
// made.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <span>

#include "core/seam/cpu_if.hpp"

namespace vtoll::core {

class PolledMemory {
public:
    static constexpr std::size_t most = 4;  ///< granules in one loop: one with more is not taken for a waiting loop

    bool any() const { return pollers_ != 0; }
    /// The processors that poll what is at `pa`, a bit each.
    u32 pollers_of(u64 pa) const {
        return pollers_where([pa](const Poll& p) { return p.looks_within(pa, poll_granule); });
    }
    u32 pollers_of_devices() const {
        return pollers_where([](const Poll& p) { return p.devices; });
    }
    /// Something in the 2^bits bytes that hold `pa` is polled.
    bool within(u64 pa, unsigned bits) const {
        return pollers_where([=](const Poll& p) { return p.looks_within(pa, std::max(bits, poll_granule)); });
    }
    void set(unsigned by, std::span<const u64> granules, bool devices) {
        Poll& p = polls_[by];
        p.count = static_cast<u8>(granules.size());
        p.devices = devices;
        std::copy(granules.begin(), granules.end(), p.granules.begin());
        pollers_ &= ~(1u << by);
        if (p.count || devices) pollers_ |= 1u << by;
    }
    template <class Ar>
    void serialize(Ar& ar) {
        ar(pollers_);
        for (Poll& p : polls_) ar(p.granules, p.count, p.devices);
    }

private:
    struct Poll {
        std::array<u64, most> granules{};
        u8 count = 0;
        bool devices = false;

        bool looks_within(u64 pa, unsigned bits) const {
            return std::any_of(granules.begin(), granules.begin() + count,
                               [=](u64 granule) { return granule >> (bits - poll_granule) == pa >> bits; });
        }
    };
    template <class Matches>
    u32 pollers_where(Matches matches) const {
        u32 found = 0;
        for (u32 left = pollers_; left; left &= left - 1) {
            const auto by = static_cast<unsigned>(std::countr_zero(left));
            if (matches(polls_[by])) found |= 1u << by;
        }
        return found;
    }

    u32 pollers_ = 0;
    std::array<Poll, gic::max_cpus> polls_;
};

}  // namespace vtoll::core

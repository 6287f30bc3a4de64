// SPDX-License-Identifier: Apache-2.0
// The episodes of one level of one machine that are open: those of the context that runs, and those of contexts that
// gave the processor up inside an exception (threads of a hypervisor or kernel).
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/ledger/book/episode.hpp"
#include "core/ledger/book/facts.hpp"

namespace vtoll::core {

/// Where code of one level stands: which of its threads it is, as far as hardware tells.
struct Context {
    u32 stack = 0;  ///< SP
    u32 pc = 0;
};

struct OpenEpisode {
    EpisodeKind kind;
    u64 number = 0;              ///< for the sink
    u64 began = 0;               ///< tick
    Context from;                ///< that the exception was taken out of, at the preferred return address
    bool fault = false;          ///< an abort or an undefined instruction: its handler may send the program elsewhere
    bool from_below = false;     ///< entered from a less privileged level
    bool to_hypervisor = false;  ///< at its level, PL2 or PL1, whoever it works for
    bool from_host = false;      ///< stage 2 off, or HCR.TGE
    u32 vmpidr = 0;              ///< of the machine's processor
    bool translated = false;     ///< an ATS* operation was executed in it
    std::size_t matrix = ~std::size_t{0};      ///< its place in the ledger's matrices, on rungs with core stalls
    FactBook::Pending facts = FactBook::none;  ///< its place in the ledger's facts
    u32 touched = 0;                           ///< bit n: phase n is not zero

    PhaseCost& phase(u16 n) {
        touched |= 1u << n;
        return kind.phases[n];
    }
    void clear_costs() {
        for (; touched; touched &= touched - 1) kind.phases[static_cast<unsigned>(std::countr_zero(touched))] = {};
        kind.waits = {};
    }
};

/// Open episodes of one context, innermost last. Episodes are large: they are used again, their costs zero while they
/// wait.
class OpenStack {
public:
    static constexpr std::size_t most = 16;

    OpenStack() = default;
    OpenStack(OpenStack&& other) noexcept
        : episodes_(std::move(other.episodes_)), depth_(std::exchange(other.depth_, 0)) {}
    OpenStack& operator=(OpenStack&& other) noexcept {
        episodes_.swap(other.episodes_);
        std::swap(depth_, other.depth_);
        return *this;
    }

    bool empty() const { return depth_ == 0; }
    std::size_t size() const { return depth_; }
    OpenEpisode& front() { return episodes_.front(); }
    OpenEpisode& back() { return episodes_[depth_ - 1]; }
    OpenEpisode& push() {
        if (depth_ == episodes_.size()) {
            episodes_.reserve(most);
            episodes_.emplace_back();
        }
        return episodes_[depth_++];
    }
    void pop() { episodes_[--depth_].clear_costs(); }
    void pop_front() {
        std::rotate(episodes_.begin(), episodes_.begin() + 1, episodes_.begin() + static_cast<std::ptrdiff_t>(depth_));
        pop();
    }
    /// How many are inside the newest one that was taken out of `to` within this level; size() when none was.
    std::size_t inside(Context to) const;

private:
    std::vector<OpenEpisode> episodes_;
    std::size_t depth_ = 0;
};

class OpenEpisodes {
public:
    OpenStack running;

    /// A context that gave way inside an exception taken out of `to`: nullptr when none did.
    OpenStack* waiting(Context to);
    /// The running context gives way to `other`, one that waits, or to one in which nothing is open. Returns a context
    /// that is given up for it, with nothing open when there is room.
    OpenStack give_way(OpenStack* other);
    /// A context that waits; with nothing open when none does.
    OpenStack take_parked();

private:
    static constexpr std::size_t most_parked = 64;

    std::vector<OpenStack> parked_;  ///< oldest first
};

}  // namespace vtoll::core

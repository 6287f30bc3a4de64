// SPDX-License-Identifier: Apache-2.0
// What an exit was about, in words: "hypercall sched_op", "store to gicd", "read MVFR0". From the facts that an episode
// keeps, so that a hypervisor without symbols is told apart too.
#pragma once

#include <map>
#include <string>

#include "core/ledger/book/episode.hpp"

namespace vtoll::core {

class ExitNames {
public:
    /// Before of(), for each kind of exit that the run has: Xen's names are used where calls have Xen's tag.
    void learn(const EpisodeKind& kind);

    /// Names of calls whose numbers are addresses of functions.
    void set_calls(const std::map<u32, std::string>& calls) { calls_ = calls; }

    /// `kind` is of an entry into the hypervisor's level.
    std::string of(const EpisodeKind& kind) const;

private:
    std::string hypercall(const EpisodeKind& kind) const;
    std::string reason(const EpisodeKind& kind) const;
    std::string place(u32 page) const;
    std::string device(u32 page) const;  ///< "" when no device lies there

    std::map<u32, std::string> calls_;
    bool xen_ = false;
    bool hyp_ = false;  ///< the hypervisor is entered with syndromes: one without is an interrupt
};

}  // namespace vtoll::core

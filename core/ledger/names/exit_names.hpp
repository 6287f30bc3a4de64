// SPDX-License-Identifier: Apache-2.0
// What an exit was about, in words: "hypercall sched_op", "store to gicd", "read MVFR0". From the facts that an episode
// keeps, so that a hypervisor without symbols is told apart too.
#pragma once

#include <map>
#include <string>

#include "core/ledger/book/episode.hpp"
#include "core/ledger/names/call_interfaces.hpp"

namespace vtoll::core {

class ExitNames {
public:
    /// Before of(), for each kind of exit that the run has.
    void learn(const EpisodeKind& kind) { hyp_ |= kind.syndrome != 0; }

    /// What exits are called that make these calls: RunRecord::calls.
    void set_calls(const std::map<Call, std::string>& calls) { calls_ = calls; }
    /// Pages of devices that the machine does not have: RunRecord::devices.
    void set_devices(const std::map<u32, std::string>& devices) { devices_ = devices; }
    /// From now on all calls by one instruction have one name: "hypercall *".
    void fold_calls() { folded_ = true; }

    /// `kind` is of an entry into the hypervisor's level.
    std::string of(const EpisodeKind& kind) const;
    /// Of a page of the machine; "" when no device lies there.
    std::string device(u32 page) const;

private:
    std::string call(const EpisodeKind& kind) const;
    std::string reason(const EpisodeKind& kind) const;
    std::string place(u32 page) const;

    std::map<Call, std::string> calls_;
    std::map<u32, std::string> devices_;
    bool folded_ = false;
    bool hyp_ = false;  ///< the hypervisor is entered with syndromes: one without is an interrupt
};

}  // namespace vtoll::core

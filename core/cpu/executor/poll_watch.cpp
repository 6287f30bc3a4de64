// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/executor/poll_watch.hpp"

#include <algorithm>

namespace vtoll::core {

void PollWatch::at_branch(const isa::Op* branch) {
    Registers now;
    std::copy_n(s_.r.begin(), now.r.size(), now.r.begin());
    now.flags = {s_.flag_n(), s_.flag_z(), s_.flag_c(), s_.flag_v()};
    now.psr = s_.psr;
    now.pc = branch->pc;
    now.exclusive_stores = memory_.exclusive_stores();
    const u64 period = s_.insns - insns_;
    insns_ = s_.insns;
    if (period > longest_period || now != last_) {
        leave();
        last_ = now;
        return;
    }
    period_ = period;
    if (polling()) return;
    if (++rounds_ == rounds_to_listen) {
        memory_.listen_for_polls(true);
        return;
    }
    const PollsHeard heard = memory_.listen_for_polls(false);
    if (heard.too_many) {
        rounds_ = 0;
        return;
    }
    memory_.set_polling(true);
    machine_.polls(cpu_, true, {heard.granules.data(), heard.count}, heard.devices);
}

void PollWatch::leave() {
    if (rounds_ == rounds_to_listen) memory_.listen_for_polls(false);
    if (polling()) {
        memory_.set_polling(false);
        machine_.polls(cpu_, false, {}, false);
    }
    rounds_ = 0;
}

void PollWatch::turn_over() {
    if (rounds_ && s_.insns - insns_ > period_) leave();
}

}  // namespace vtoll::core

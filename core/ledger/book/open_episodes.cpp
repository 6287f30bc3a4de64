// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/book/open_episodes.hpp"

#include "core/ledger/book/classify.hpp"

namespace vtoll::core {

std::size_t OpenStack::inside(Context to) const {
    for (std::size_t n = 0; n < depth_; ++n) {
        const OpenEpisode& episode = episodes_[depth_ - 1 - n];
        if (episode.from_below) break;  // what is below was left before that entry
        if (episode.from.stack == to.stack && close_to(to.pc, episode.from.pc)) return n;
    }
    return depth_;
}

OpenStack* OpenEpisodes::waiting(Context to) {
    const auto found = std::find_if(parked_.begin(), parked_.end(),
                                    [&](const OpenStack& each) { return each.inside(to) < each.size(); });
    return found == parked_.end() ? nullptr : &*found;
}

OpenStack OpenEpisodes::give_way(OpenStack* other) {
    OpenStack next, given_up;
    if (other) {
        next = std::move(*other);
        parked_.erase(parked_.begin() + (other - parked_.data()));
    }
    if (!running.empty()) {
        if (parked_.size() == most_parked) given_up = take_parked();
        parked_.push_back(std::move(running));
    }
    running = std::move(next);
    return given_up;
}

OpenStack OpenEpisodes::take_parked() {
    if (parked_.empty()) return {};
    OpenStack oldest = std::move(parked_.front());
    parked_.erase(parked_.begin());
    return oldest;
}

}  // namespace vtoll::core

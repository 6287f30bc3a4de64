// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same in every run: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
#pragma once

#include "isa/types.hpp"

namespace vtoll::core {

class Random {
public:
    explicit Random(u64 seed) : state_(seed) {}

    u64 next() {
        state_ += 0x9e37'79b9'7f4a'7c15;
        u64 z = state_;
        z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
        z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
        return z ^ (z >> 31);
    }

    template <class Ar>
    void serialize(Ar& ar) {
        ar(state_);
    }

private:
    u64 state_;
};

}  // namespace vtoll::core

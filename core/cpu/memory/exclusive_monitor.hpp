// SPDX-License-Identifier: Apache-2.0
// The local exclusive monitor: ARM DDI 0406C §A3.4. One reservation per processor, by physical address. What others may
// have stored meanwhile clears it: clear() before a turn, written() for devices.
#pragma once

#include "isa/types.hpp"

namespace vtoll::core {

class ExclusiveMonitor {
public:
    void mark(u64 pa, unsigned size) {
        pa_ = pa;
        size_ = size;
    }
    /// May a store-exclusive of these bytes go ahead? The monitor is open afterwards.
    bool take(u64 pa, unsigned size) {
        const bool pass = size_ == size && pa_ == pa;
        size_ = 0;
        return pass;
    }
    void clear() { size_ = 0; }
    bool marked() const { return size_ != 0; }
    void written(u64 pa, u64 size) {
        if (size_ && pa_ < pa + size && pa < pa_ + size_) size_ = 0;
    }
    template <class Ar>
    void serialize(Ar& ar) {
        ar(pa_, size_);
    }

private:
    u64 pa_ = 0;
    unsigned size_ = 0;  ///< 0: open
};

}  // namespace vtoll::core

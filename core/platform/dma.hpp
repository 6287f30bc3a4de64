// SPDX-License-Identifier: Apache-2.0
// Memory as a device that masters the bus sees it: RAM only, coherent with the processors.
#pragma once

#include <cstring>
#include <functional>

#include "core/platform/ram.hpp"

namespace vtoll::core {

class Dma {
public:
    /// `written` is called for every range that was written: whoever keeps decoded code or reservations must hear of
    /// it. `busy` is called after every `much` bytes that devices moved: it takes the host time.
    Dma(Ram& ram, std::function<void(u64 pa, u64 size)> written, std::function<void()> busy = {})
        : ram_(ram), written_(std::move(written)), busy_(std::move(busy)) {}

    static constexpr u64 much = u64{64} << 20;

    /// False, and nothing done, when some byte isn't RAM.
    bool read(u64 pa, void* bytes, u64 size) const {
        if (!ram_.holds(pa, size)) return false;
        std::memcpy(bytes, ram_.at(pa), size);
        count(size);
        return true;
    }
    bool write(u64 pa, const void* bytes, u64 size) {
        if (!ram_.holds(pa, size)) return false;
        std::memcpy(ram_.at(pa), bytes, size);
        written_(pa, size);
        count(size);
        return true;
    }
    template <class Ar>
    void serialize(Ar& ar) {
        ar(moved_);
    }
    bool holds(u64 pa, u64 size) const { return ram_.holds(pa, size); }

private:
    void count(u64 size) const {
        moved_ += size;
        if (moved_ < much) return;
        moved_ = 0;
        if (busy_) busy_();
    }

    Ram& ram_;
    std::function<void(u64 pa, u64 size)> written_;
    std::function<void()> busy_;
    mutable u64 moved_ = 0;  ///< since busy_ was called
};

}  // namespace vtoll::core

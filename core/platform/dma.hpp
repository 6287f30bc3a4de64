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
    /// it.
    Dma(Ram& ram, std::function<void(u64 pa, u64 size)> written) : ram_(ram), written_(std::move(written)) {}

    /// False, and nothing done, when some byte isn't RAM.
    bool read(u64 pa, void* bytes, u64 size) const {
        if (!ram_.holds(pa, size)) return false;
        std::memcpy(bytes, ram_.at(pa), size);
        return true;
    }
    bool write(u64 pa, const void* bytes, u64 size) {
        if (!ram_.holds(pa, size)) return false;
        std::memcpy(ram_.at(pa), bytes, size);
        written_(pa, size);
        return true;
    }
    bool holds(u64 pa, u64 size) const { return ram_.holds(pa, size); }

private:
    Ram& ram_;
    std::function<void(u64 pa, u64 size)> written_;
};

}  // namespace vtoll::core

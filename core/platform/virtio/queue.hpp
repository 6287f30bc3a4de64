// SPDX-License-Identifier: Apache-2.0
// A split virtqueue (VIRTIO 1.1 §2.6) from the device's side: takes what the driver made available, gives it back used.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/platform/dma.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// One request: buffers to read from, then buffers to write to. Copies as far as the buffers go.
class VirtioChain {
public:
    struct Buffer {
        u64 pa;
        u32 length;
    };

    u16 head = 0;
    std::vector<Buffer> readable, writable;

    u64 readable_size() const { return size_of(readable); }
    u64 writable_size() const { return size_of(writable); }
    /// Bytes from `offset` of what the driver wrote; the number copied.
    u64 read(const Dma& dma, u64 offset, std::span<u8> bytes) const;
    /// Bytes to `offset` of what the driver will read; the number copied.
    u64 write(Dma& dma, u64 offset, std::span<const u8> bytes) const;

private:
    static u64 size_of(const std::vector<Buffer>& buffers);
};

class VirtioQueue {
public:
    static constexpr u32 most = 1024;  ///< entries
    // No driver asks for as much. All of it is done before the guest goes on.
    static constexpr u64 most_bytes = u64{64} << 20;   ///< of one request
    static constexpr u64 most_at_once = u64{1} << 28;  ///< of the requests that one notification is of

    // Where the driver put it; fixed while `ready`.
    u64 descriptors = 0, available = 0, used = 0;
    u32 size = most;
    bool ready = false;
    /// The driver broke the rules (a loop, an address outside memory) or asks for too much: nothing more is taken from
    /// the queue.
    bool broken = false;

    /// The next request, nothing when there is none.
    std::optional<VirtioChain> take(const Dma& dma);
    /// Gives `chain` back with `written` bytes in its writable buffers.
    void give_back(Dma& dma, const VirtioChain& chain, u32 written);
    /// Whether the driver wants to hear of used buffers.
    bool wants_interrupt(const Dma& dma) const;
    void reset() { *this = {}; }

    template <class Ar>
    void serialize(Ar& ar) {
        ar(descriptors, available, used, size, ready, broken, taken_, given_);
    }

private:
    struct Descriptor {
        u64 address;
        u32 length;
        u16 flags, next;
    };

    bool collect(const Dma& dma, u64 table, u32 entries, u32 index, VirtioChain& chain, bool indirect);

    u16 taken_ = 0, given_ = 0;  ///< free-running, as the rings' indices are
};

}  // namespace vtoll::core

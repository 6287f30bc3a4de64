// SPDX-License-Identifier: Apache-2.0
#include "core/platform/virtio/queue.hpp"

#include <algorithm>

namespace vtoll::core {

namespace {

// Descriptor flags, VIRTIO 1.1 §2.6.5, and the available ring's, §2.6.6.
constexpr u16 desc_next = 1, desc_write = 2, desc_indirect = 4;
constexpr u16 avail_no_interrupt = 1;

/// Calls step(pa, length, done) for the pieces of [offset, offset+size) that lie in `buffers`; the number of bytes.
template <class Step>
u64 over(const std::vector<VirtioChain::Buffer>& buffers, u64 offset, u64 size, Step step) {
    u64 done = 0;
    for (const auto& buffer : buffers) {
        if (offset >= buffer.length) {
            offset -= buffer.length;
            continue;
        }
        const u64 length = std::min<u64>(buffer.length - offset, size - done);
        if (length == 0) break;
        step(buffer.pa + offset, length, done);
        done += length;
        offset = 0;
    }
    return done;
}

}  // namespace

u64 VirtioChain::size_of(const std::vector<Buffer>& buffers) {
    u64 sum = 0;
    for (const Buffer& buffer : buffers) sum += buffer.length;
    return sum;
}

u64 VirtioChain::read(const Dma& dma, u64 offset, std::span<u8> bytes) const {
    return over(readable, offset, bytes.size(),
                [&](u64 pa, u64 length, u64 done) { dma.read(pa, &bytes[done], length); });
}

u64 VirtioChain::write(Dma& dma, u64 offset, std::span<const u8> bytes) const {
    return over(writable, offset, bytes.size(),
                [&](u64 pa, u64 length, u64 done) { dma.write(pa, &bytes[done], length); });
}

std::optional<VirtioChain> VirtioQueue::take(const Dma& dma) {
    if (!ready || broken) return std::nullopt;
    u16 index = 0, head = 0;
    if (!dma.read(available + 2, &index, sizeof index)) return broken = true, std::nullopt;
    if (index == taken_) return std::nullopt;
    if (static_cast<u16>(index - taken_) > size || !dma.read(available + 4 + 2 * (taken_ % size), &head, sizeof head))
        return broken = true, std::nullopt;
    VirtioChain chain;
    chain.head = head;
    if (!collect(dma, descriptors, size, head, chain, false) ||
        chain.readable_size() + chain.writable_size() > most_bytes)
        return broken = true, std::nullopt;
    ++taken_;
    return chain;
}

bool VirtioQueue::collect(const Dma& dma, u64 table, u32 entries, u32 index, VirtioChain& chain, bool indirect) {
    // A table elsewhere may have any length; a chain is no longer than the longest queue: VIRTIO 1.1 §2.6.5.3.1.
    if (entries > most) return false;
    for (u32 seen = 0; seen < entries; ++seen) {
        Descriptor d{};
        if (index >= entries || !dma.read(table + u64{index} * sizeof d, &d, sizeof d)) return false;
        if (d.flags & desc_indirect) {
            if (indirect || d.flags & desc_next || d.length == 0 || d.length % sizeof d) return false;
            return collect(dma, d.address, d.length / sizeof d, 0, chain, true);
        }
        if (!dma.holds(d.address, d.length)) return false;
        const bool writes = d.flags & desc_write;
        if (!writes && !chain.writable.empty()) return false;  // what is read comes first
        (writes ? chain.writable : chain.readable).push_back({d.address, d.length});
        if (!(d.flags & desc_next)) return true;
        index = d.next;
    }
    return false;  // more links than entries: a loop
}

void VirtioQueue::give_back(Dma& dma, const VirtioChain& chain, u32 written) {
    const u32 element[2] = {chain.head, written};
    ++given_;
    broken |= !dma.write(used + 4 + 8 * ((given_ - 1u) % size), element, sizeof element) ||
              !dma.write(used + 2, &given_, sizeof given_);
}

bool VirtioQueue::wants_interrupt(const Dma& dma) const {
    u16 flags = 0;
    return dma.read(available, &flags, sizeof flags) && !(flags & avail_no_interrupt);
}

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// What kinds of virtio devices have in common. A device answers when it is notified: nothing of it takes time.
#pragma once

#include <string>

#include "core/platform/virtio/queue.hpp"
#include "core/state/archive.hpp"

namespace vtoll::core {

/// A device's way to its queues and to the driver, which the transport provides.
class VirtioLink {
public:
    virtual ~VirtioLink() = default;
    virtual Dma& dma() = 0;
    virtual VirtioQueue& queue(unsigned index) = 0;
    virtual u64 driver_features() const = 0;
    /// Buffers of `index` were given back: interrupts, if the driver wants that.
    virtual void used(unsigned index) = 0;
};

/// Set when the driver speaks the standard's own interface, not the legacy one: VIRTIO 1.1 §6.
inline constexpr u64 virtio_version_1 = u64{1} << 32;

class VirtioDevice {
public:
    virtual ~VirtioDevice() = default;

    virtual u32 id() const = 0;        ///< VIRTIO 1.1 §5
    virtual u64 features() const = 0;  ///< bits of this kind of device
    virtual unsigned queues() const = 0;
    virtual std::string config() const { return {}; }  ///< the configuration space's bytes
    /// The driver made buffers available in `queue`.
    virtual void notified(unsigned queue) = 0;
    virtual void reset() {}
    /// What the device does next depends on it; docs/checkpoints.md.
    virtual void serialize(Archive& ar) = 0;

    void attach(VirtioLink& link) { link_ = &link; }

protected:
    /// There once the device is in a slot.
    VirtioLink& link() const { return *link_; }

    /// Takes request after request of `queue` until there is none or answer(chain), which says how many bytes it wrote,
    /// would not have one: more() is asked before each.
    template <class More, class Answer>
    void serve(unsigned queue, More more, Answer answer) {
        bool any = false;
        u64 bytes = 0;
        while (more()) {
            const auto chain = link().queue(queue).take(link().dma());
            if (!chain) break;
            bytes += chain->readable_size() + chain->writable_size();
            if (bytes > VirtioQueue::most_at_once) {
                link().queue(queue).broken = true;
                break;
            }
            link().queue(queue).give_back(link().dma(), *chain, answer(*chain));
            any = true;
        }
        if (any) link().used(queue);
    }
    template <class Answer>
    void serve(unsigned queue, Answer answer) {
        serve(
            queue, [] { return true; }, answer);
    }

private:
    VirtioLink* link_ = nullptr;
};

/// Appends `value` to a configuration space, little-endian.
template <class T>
void append_value(std::string& bytes, T value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// A virtio network card (VIRTIO 1.1 §5.1) on a cable that ends inside the machine: no frame leaves it. What one card
// sends all others on the cable receive; alone, a card hears itself.
#pragma once

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "core/platform/virtio/device.hpp"

namespace vtoll::core {

class VirtioNetwork;

class NetworkCable {
public:
    void join(VirtioNetwork& card) { cards_.push_back(&card); }
    void send(const VirtioNetwork& from, const std::string& frame);

private:
    std::vector<VirtioNetwork*> cards_;
};

class VirtioNetwork : public VirtioDevice {
public:
    /// The `number`th card of the machine: its address is QEMU's of that number, 52:54:00:12:34:56 and on.
    VirtioNetwork(NetworkCable& cable, u8 number) : cable_(cable), number_(number) { cable.join(*this); }

    u32 id() const override { return 1; }
    u64 features() const override { return feature_mac | feature_status; }
    unsigned queues() const override { return 2; }
    std::string config() const override;
    void notified(unsigned queue) override;
    void reset() override { waiting_.clear(); }
    void serialize(Archive& ar) override { ar(waiting_); }

    /// A frame comes in. Kept until the driver has a buffer; with too many waiting it is lost, as on a real card.
    void receive(const std::string& frame);

private:
    static constexpr u64 feature_mac = u64{1} << 5, feature_status = u64{1} << 16;
    static constexpr std::size_t most_waiting = 256;
    static constexpr u64 longest_frame = 1 << 16;  ///< an Ethernet frame of the longest packet that IP has
    enum Queue : unsigned { receiver = 0, transmitter = 1 };

    /// struct virtio_net_hdr, §5.1.6.1: the legacy interface leaves out its last field, num_buffers.
    std::size_t header_size() const { return link().driver_features() & virtio_version_1 ? 12 : 10; }
    void deliver();
    u32 put(const VirtioChain& chain);
    u32 transmit(const VirtioChain& chain);

    NetworkCable& cable_;
    u8 number_;
    std::deque<std::string> waiting_;
};

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/platform/virtio/network.hpp"

namespace vtoll::core {

namespace {

std::span<u8> bytes_of(std::string& text) { return {reinterpret_cast<u8*>(text.data()), text.size()}; }

}  // namespace

void NetworkCable::send(const VirtioNetwork& from, const std::string& frame) {
    for (VirtioNetwork* card : cards_)
        if (card != &from || cards_.size() == 1) card->receive(frame);
}

std::string VirtioNetwork::config() const {
    std::string bytes{0x52, 0x54, 0x00, 0x12, 0x34, static_cast<char>(0x56 + number_)};
    append_value<u16>(bytes, 1);  // VIRTIO_NET_S_LINK_UP
    return bytes;
}

void VirtioNetwork::notified(unsigned queue) {
    if (queue == transmitter) serve(transmitter, [this](const VirtioChain& chain) { return transmit(chain); });
    else deliver();
}

/// What is no frame, too long or empty, goes nowhere.
u32 VirtioNetwork::transmit(const VirtioChain& chain) {
    if (chain.readable_size() > header_size() + longest_frame) return 0;
    std::string bytes(chain.readable_size(), '\0');
    chain.read(link().dma(), 0, bytes_of(bytes));
    if (bytes.size() > header_size()) cable_.send(*this, bytes.substr(header_size()));
    return 0;
}

void VirtioNetwork::receive(const std::string& frame) {
    if (waiting_.size() < most_waiting) waiting_.push_back(frame);
    deliver();
}

void VirtioNetwork::deliver() {
    serve(
        receiver, [this] { return !waiting_.empty(); }, [this](const VirtioChain& chain) { return put(chain); });
}

/// A frame is put into one buffer; one that is too long for it is cut, which the protocols above notice.
u32 VirtioNetwork::put(const VirtioChain& chain) {
    std::string bytes(header_size(), '\0');
    if (bytes.size() > 10) bytes[10] = 1;  // num_buffers
    bytes += waiting_.front();
    waiting_.pop_front();
    return static_cast<u32>(chain.write(link().dma(), 0, bytes_of(bytes)));
}

}  // namespace vtoll::core

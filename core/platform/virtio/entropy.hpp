// SPDX-License-Identifier: Apache-2.0
// The virtio source of random numbers (VIRTIO 1.1 §5.4). They come from a seed: every run gets the same.
#pragma once

#include <array>
#include <vector>

#include "core/base/random.hpp"
#include "core/platform/virtio/device.hpp"

namespace vtoll::core {

class VirtioEntropy : public VirtioDevice {
public:
    explicit VirtioEntropy(u64 seed) : random_(seed) {}

    u32 id() const override { return 4; }
    u64 features() const override { return 0; }
    unsigned queues() const override { return 1; }
    void notified(unsigned queue) override {
        serve(queue, [this](const VirtioChain& chain) { return fill(chain); });
    }
    void serialize(Archive& ar) override { ar(random_); }

private:
    u32 fill(const VirtioChain& chain) {
        std::vector<u8> bytes(chain.writable_size());
        for (std::size_t i = 0; i < bytes.size(); i += sizeof(u64)) {
            const u64 value = random_.next();
            for (std::size_t k = 0; k < sizeof value && i + k < bytes.size(); ++k)
                bytes[i + k] = static_cast<u8>(value >> (8 * k));
        }
        return static_cast<u32>(chain.write(link().dma(), 0, bytes));
    }

    Random random_;
};

}  // namespace vtoll::core

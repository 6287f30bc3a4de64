// SPDX-License-Identifier: Apache-2.0
// A virtio console (VIRTIO 1.1 §5.3) with one port, which a Console is the far end of.
#pragma once

#include <vector>

#include "core/platform/console.hpp"
#include "core/platform/virtio/device.hpp"

namespace vtoll::core {

class VirtioTerminal : public VirtioDevice {
public:
    explicit VirtioTerminal(Console& console) : console_(console) {}

    u32 id() const override { return 3; }
    u64 features() const override { return 0; }
    unsigned queues() const override { return 2; }
    /// Input is looked at whenever the driver does something: what was shown may have been waited for.
    void notified(unsigned queue) override {
        if (queue == transmit) serve(transmit, [this](const VirtioChain& chain) { return show(chain); });
        serve(
            receive, [this] { return console_.has_input(); }, [this](const VirtioChain& chain) { return type(chain); });
    }
    void serialize(Archive& ar) override { ar(console_); }

private:
    enum Queue : unsigned { receive = 0, transmit = 1 };

    u32 show(const VirtioChain& chain) {
        std::vector<u8> bytes(chain.readable_size());
        chain.read(link().dma(), 0, bytes);
        console_.put({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        return 0;
    }
    u32 type(const VirtioChain& chain) {
        std::vector<u8> bytes;
        const u64 room = chain.writable_size();
        while (bytes.size() < room && console_.has_input()) bytes.push_back(*console_.get());
        return static_cast<u32>(chain.write(link().dma(), 0, bytes));
    }

    Console& console_;
};

}  // namespace vtoll::core

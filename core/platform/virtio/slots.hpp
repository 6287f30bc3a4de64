// SPDX-License-Identifier: Apache-2.0
// The 32 virtio slots of `virt`, one register window after the other.
#pragma once

#include <array>

#include "core/platform/memory_map.hpp"
#include "core/platform/virtio/transport.hpp"
#include "gic/gic.hpp"

namespace vtoll::core {

class VirtioSlots : public Device {
public:
    /// Slot n has shared interrupt `first_spi` + n.
    VirtioSlots(Dma& dma, gic::Gic& gic, unsigned first_spi, bool legacy);

    /// The highest that has no device: where QEMU puts the next -device.
    std::optional<unsigned> free_slot() const;
    /// False when `slot` has a device already.
    bool plug(std::unique_ptr<VirtioDevice> device, unsigned slot);

    BusResult read(const Access& access, u32& value) override { return at(access).read(inside(access), value); }
    BusResult write(const Access& access, u32 value) override { return at(access).write(inside(access), value); }
    void serialize(Archive& ar) override {
        for (auto& slot : slots_) slot->serialize(ar);
    }

private:
    VirtioTransport& at(const Access& access) { return *slots_[access.offset / memory_map::virtio_slot_size]; }
    static Access inside(Access access) {
        access.offset %= memory_map::virtio_slot_size;
        return access;
    }

    std::array<std::unique_ptr<VirtioTransport>, memory_map::virtio_slots> slots_;
};

}  // namespace vtoll::core

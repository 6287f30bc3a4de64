// SPDX-License-Identifier: Apache-2.0
#include "core/platform/virtio/slots.hpp"

namespace vtoll::core {

VirtioSlots::VirtioSlots(Dma& dma, gic::Gic& gic, bool legacy) {
    for (unsigned slot = 0; slot < slots_.size(); ++slot) {
        slots_[slot] = std::make_unique<VirtioTransport>(dma, legacy);
        slots_[slot]->interrupt.connect(
            [&gic, slot](bool level) { gic.set_spi(memory_map::virtio_spi + slot, level); });
    }
}

std::optional<unsigned> VirtioSlots::free_slot() const {
    for (unsigned slot = static_cast<unsigned>(slots_.size()); slot-- > 0;)
        if (slots_[slot]->empty()) return slot;
    return std::nullopt;
}

bool VirtioSlots::plug(std::unique_ptr<VirtioDevice> device, unsigned slot) {
    if (!slots_.at(slot)->empty()) return false;
    slots_[slot]->plug(std::move(device));
    return true;
}

}  // namespace vtoll::core

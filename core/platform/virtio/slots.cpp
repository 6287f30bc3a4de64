// SPDX-License-Identifier: Apache-2.0
#include "core/platform/virtio/slots.hpp"

#include "core/platform/device_entry.hpp"
#include "core/platform/fdt_writer.hpp"

namespace vtoll::core {

namespace {

void nodes(FdtWriter& fdt, const DeviceEntry& entry, const MachineKeys&) {
    using namespace interrupt_cell;
    for (unsigned slot = 0; slot < memory_map::virtio_slots; ++slot) {
        DeviceEntry one = entry;
        one.window = {entry.window.base + slot * memory_map::virtio_slot_size, memory_map::virtio_slot_size};
        begin_device(fdt, one, "virtio_mmio");
        fdt.text("compatible", "virtio,mmio");
        fdt.cells("interrupts", {spi, entry.spi + slot, edge_rising});
        fdt.flag("dma-coherent");
        fdt.end();
    }
}

}  // namespace

const DeviceEntry virtio_device{
    .name = "virtio",
    .window = {0x0a00'0000, memory_map::virtio_slots* memory_map::virtio_slot_size},
    .spi = 16,
    .spis = memory_map::virtio_slots,
    .make = [](const DeviceEntry& entry, Board& board) -> std::unique_ptr<Device> {
        return std::make_unique<VirtioSlots>(board.dma, board.gic, entry.spi, board.keys.virtio_version == 1);
    },
    .node = nodes,
    .exits = "virtio",  // a page holds eight slots: which one, it can't say
    .title = "virtio-mmio, 32 slots",
    .words = "empty unless a `[[virtio]]` is given",
};

VirtioSlots::VirtioSlots(Dma& dma, gic::Gic& gic, unsigned first_spi, bool legacy) {
    for (unsigned slot = 0; slot < slots_.size(); ++slot) {
        slots_[slot] = std::make_unique<VirtioTransport>(dma, legacy);
        slots_[slot]->interrupt.connect([&gic, number = first_spi + slot](bool level) { gic.set_spi(number, level); });
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

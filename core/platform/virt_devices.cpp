// SPDX-License-Identifier: Apache-2.0
#include "core/platform/virt_devices.hpp"

namespace vtoll::core {

VirtDevices::VirtDevices(const Board& board)
    : flash{CfiFlash(memory_map::flash(0).base, memory_map::flash_bank_size),
            CfiFlash(memory_map::flash(1).base, memory_map::flash_bank_size)},
      gicv2m([&gic = board.gic](unsigned spi) {
          gic.set_spi(spi, true);
          gic.set_spi(spi, false);
      }),
      rtc(board.nanoseconds, board.rtc_epoch),
      fw_cfg(board.cpus, board.dma),
      virtio(board.dma, board.gic, board.legacy_virtio) {
    rtc.interrupt.connect([&gic = board.gic](bool level) { gic.set_spi(memory_map::pl031_spi, level); });
    gpio.interrupt.connect([&gic = board.gic](bool level) { gic.set_spi(memory_map::pl061_spi, level); });
}

void VirtDevices::for_each_window(const std::function<void(const char*, const memory_map::Window&, Device&)>& attach) {
    attach("gicv2m", memory_map::gicv2m, gicv2m);
    attach("pl031", memory_map::pl031, rtc);
    attach("fw_cfg", memory_map::fw_cfg, fw_cfg);
    attach("pl061", memory_map::pl061, gpio);
    attach("virtio", memory_map::virtio, virtio);
    attach("pcie_memory", memory_map::pcie_memory, pcie_window);
    attach("pcie_io", memory_map::pcie_io, pcie_window);
    attach("pcie_config", memory_map::pcie_config, pcie_config);
}

}  // namespace vtoll::core

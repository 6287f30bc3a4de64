// SPDX-License-Identifier: Apache-2.0
// The devices of QEMU's `virt` that a lean machine leaves out: flash, clock, GPIO, firmware configuration, PCIe host,
// message interrupts, virtio slots.
#pragma once

#include <array>
#include <functional>

#include "core/platform/cfi_flash.hpp"
#include "core/platform/dma.hpp"
#include "core/platform/fw_cfg.hpp"
#include "core/platform/gicv2m.hpp"
#include "core/platform/memory_map.hpp"
#include "core/platform/pcie_host.hpp"
#include "core/platform/pl031.hpp"
#include "core/platform/pl061.hpp"
#include "core/platform/virtio/slots.hpp"
#include "gic/gic.hpp"

namespace vtoll::core {

struct VirtDevices {
    struct Board {
        unsigned cpus;
        u32 rtc_epoch;
        bool legacy_virtio;
        gic::Gic& gic;
        Dma& dma;
        std::function<u64()> nanoseconds;  ///< the machine's time now
    };
    explicit VirtDevices(const Board& board);
    VirtDevices(const VirtDevices&) = delete;
    VirtDevices& operator=(const VirtDevices&) = delete;

    /// Every register window with its device; the flash banks, which are memory at times, are not among them.
    void for_each_window(
        const std::function<void(const char* name, const memory_map::Window& window, Device& device)>& attach);

    std::array<CfiFlash, memory_map::flash_banks> flash;
    Gicv2m gicv2m;
    Pl031 rtc;
    FwCfg fw_cfg;
    Pl061 gpio;
    PcieConfig pcie_config;
    PcieWindow pcie_window;
    VirtioSlots virtio;
};

}  // namespace vtoll::core

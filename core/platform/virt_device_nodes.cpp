// SPDX-License-Identifier: Apache-2.0
#include "core/platform/virt_device_nodes.hpp"

#include <fmt/format.h>

namespace vtoll::core {

namespace {

using namespace interrupt_cell;
using memory_map::Window;

void begin_device(FdtWriter& fdt, const char* name, const Window& window) {
    fdt.begin(fmt::format("{}@{:x}", name, window.base));
    fdt.cells("reg", reg_cells({window}));
}

void platform_bus_node(FdtWriter& fdt) {
    const auto base = static_cast<u32>(memory_map::platform_bus.base);
    fdt.begin(fmt::format("platform-bus@{:x}", base));
    fdt.list("compatible", {"qemu,platform", "simple-bus"});
    fdt.cells("#size-cells", {1});
    fdt.cells("#address-cells", {1});
    fdt.cells("ranges", {0, 0, base, static_cast<u32>(memory_map::platform_bus.size)});
    fdt.cells("interrupt-parent", {phandle_gic});
    fdt.end();
}

void virtio_nodes(FdtWriter& fdt) {
    for (unsigned slot = 0; slot < memory_map::virtio_slots; ++slot) {
        begin_device(fdt, "virtio_mmio",
                     {memory_map::virtio.base + slot * memory_map::virtio_slot_size, memory_map::virtio_slot_size});
        fdt.text("compatible", "virtio,mmio");
        fdt.cells("interrupts", {spi, memory_map::virtio_spi + slot, edge_rising});
        fdt.flag("dma-coherent");
        fdt.end();
    }
}

void begin_primecell(FdtWriter& fdt, const char* name, const Window& window, unsigned interrupt) {
    begin_device(fdt, name, window);
    fdt.list("compatible", {fmt::format("arm,{}", name), "arm,primecell"});
    fdt.cells("interrupts", {spi, interrupt, level_high});
    fdt.cells("clocks", {phandle_clock});
    fdt.text("clock-names", "apb_pclk");
}

void gpio_nodes(FdtWriter& fdt) {
    fdt.begin("gpio-keys");
    fdt.text("compatible", "gpio-keys");
    fdt.begin("poweroff");
    fdt.text("label", "GPIO Key Poweroff");
    fdt.cells("linux,code", {116});  // KEY_POWER
    fdt.cells("gpios", {phandle_gpio, 3, 0});
    fdt.end();
    fdt.end();
    begin_primecell(fdt, "pl061", memory_map::pl061, memory_map::pl061_spi);
    fdt.cells("#gpio-cells", {2});
    fdt.flag("gpio-controller");
    fdt.cells("phandle", {phandle_gpio});
    fdt.end();
}

/// Slots of the first four devices take turns at the four interrupts.
std::vector<u32> pcie_interrupt_map() {
    std::vector<u32> map;
    for (u32 device = 0; device < 4; ++device)
        for (u32 pin = 0; pin < 4; ++pin)
            map.insert(map.end(), {device << 11, 0, 0, pin + 1, phandle_gic, 0, 0, spi,
                                   memory_map::pcie_spi + (device + pin) % 4, level_high});
    return map;
}

void pcie_node(FdtWriter& fdt) {
    const auto low = [](u64 address) { return static_cast<u32>(address); };
    const Window &io = memory_map::pcie_io, &memory = memory_map::pcie_memory, &config = memory_map::pcie_config;
    constexpr u32 io_space = 1u << 24, memory_space = 2u << 24;
    fdt.begin(fmt::format("pcie@{:x}", memory.base));
    fdt.text("compatible", "pci-host-ecam-generic");
    fdt.text("device_type", "pci");
    fdt.cells("#address-cells", {3});
    fdt.cells("#size-cells", {2});
    fdt.cells("linux,pci-domain", {0});
    fdt.cells("bus-range", {0, low(config.size >> 20) - 1});  // 1 MiB of configuration space a bus
    fdt.flag("dma-coherent");
    fdt.cells("msi-map", {0, phandle_gicv2m, 0, 0x10000});
    fdt.cells("reg", reg_cells({config}));
    fdt.cells("ranges", {io_space, 0, 0, 0, low(io.base), 0, low(io.size),  //
                         memory_space, 0, low(memory.base), 0, low(memory.base), 0, low(memory.size)});
    fdt.cells("#interrupt-cells", {1});
    fdt.cells("interrupt-map", pcie_interrupt_map());
    fdt.cells("interrupt-map-mask", {3u << 11, 0, 0, 7});
    fdt.end();
}

}  // namespace

void virt_device_nodes(FdtWriter& fdt) {
    platform_bus_node(fdt);
    begin_device(fdt, "fw-cfg", memory_map::fw_cfg);
    fdt.text("compatible", "qemu,fw-cfg-mmio");
    fdt.flag("dma-coherent");
    fdt.end();
    virtio_nodes(fdt);
    gpio_nodes(fdt);
    pcie_node(fdt);
    begin_primecell(fdt, "pl031", memory_map::pl031, memory_map::pl031_spi);
    fdt.end();
}

void flash_node(FdtWriter& fdt) {
    fdt.begin(fmt::format("flash@{:x}", memory_map::flash(0).base));
    fdt.text("compatible", "cfi-flash");
    fdt.cells("reg", reg_cells({memory_map::flash(0), memory_map::flash(1)}));
    fdt.cells("bank-width", {4});
    fdt.end();
}

void gicv2m_node(FdtWriter& fdt) {
    begin_device(fdt, "v2m", memory_map::gicv2m);
    fdt.text("compatible", "arm,gic-v2m-frame");
    fdt.flag("msi-controller");
    fdt.cells("phandle", {phandle_gicv2m});
    fdt.end();
}

void cpu_map_node(FdtWriter& fdt, unsigned cpus) {
    fdt.begin("cpu-map");
    fdt.begin("socket0");
    fdt.begin("cluster0");
    for (unsigned i = 0; i < cpus; ++i) {
        fdt.begin(fmt::format("core{}", i));
        fdt.cells("cpu", {phandle_cpu + i});
        fdt.end();
    }
    fdt.end();
    fdt.end();
    fdt.end();
}

}  // namespace vtoll::core

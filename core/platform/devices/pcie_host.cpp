// SPDX-License-Identifier: Apache-2.0
#include "core/platform/devices/pcie_host.hpp"

#include <cstring>

#include "core/platform/device_entry.hpp"
#include "core/platform/fdt_writer.hpp"

namespace vtoll::core {

namespace {

enum Offset : u32 {
    vendor_id = 0x00,
    command = 0x04,
    class_code = 0x08,
    cache_line_size = 0x0c,
    subsystem = 0x2c,
    interrupt_line = 0x3c,
    device_specific = 0x40
};

/// Slots of the first four devices take turns at the four interrupts.
std::vector<u32> interrupt_map(u32 first) {
    std::vector<u32> map;
    for (u32 device = 0; device < 4; ++device)
        for (u32 pin = 0; pin < 4; ++pin)
            map.insert(map.end(), {device << 11, 0, 0, pin + 1, phandle_gic, 0, 0, interrupt_cell::spi,
                                   first + (device + pin) % 4, interrupt_cell::level_high});
    return map;
}

void node(FdtWriter& fdt, const DeviceEntry& entry, const MachineKeys&) {
    const auto low = [](u64 address) { return static_cast<u32>(address); };
    const memory_map::Window &io = pcie_io_device.window, &memory = pcie_memory_device.window;
    constexpr u32 io_space = 1u << 24, memory_space = 2u << 24;
    fdt.begin(node_name(pcie_memory_device, "pcie"));
    fdt.text("compatible", "pci-host-ecam-generic");
    fdt.text("device_type", "pci");
    fdt.cells("#address-cells", {3});
    fdt.cells("#size-cells", {2});
    fdt.cells("linux,pci-domain", {0});
    fdt.cells("bus-range", {0, low(entry.window.size >> 20) - 1});  // 1 MiB of configuration space a bus
    fdt.flag("dma-coherent");
    fdt.cells("msi-map", {0, phandle_gicv2m, 0, 0x10000});
    fdt.cells("reg", reg_cells({entry.window}));
    fdt.cells("ranges", {io_space, 0, 0, 0, low(io.base), 0, low(io.size),  //
                         memory_space, 0, low(memory.base), 0, low(memory.base), 0, low(memory.size)});
    fdt.cells("#interrupt-cells", {1});
    fdt.cells("interrupt-map", interrupt_map(entry.spi));
    fdt.cells("interrupt-map-mask", {3u << 11, 0, 0, 7});
    fdt.end();
}

std::unique_ptr<Device> make_window(const DeviceEntry&, Board&) { return std::make_unique<PcieWindow>(); }

constexpr const char* title = "PCI Express host";

}  // namespace

const DeviceEntry pcie_config_device{
    .name = "pcie_config",
    .window = {0x3f00'0000, 0x0100'0000},
    .spi = 3,
    .spis = 4,
    .make = [](const DeviceEntry&, Board&) -> std::unique_ptr<Device> { return std::make_unique<PcieConfig>(); },
    .node = node,
    .exits = "pcie",
    .title = title,
    .words = "a host bridge and nothing behind it: the windows of memory and ports read all ones",
};
const DeviceEntry pcie_memory_device{
    .name = "pcie_memory", .window = {0x1000'0000, 0x2eff'0000}, .make = make_window, .title = title};
const DeviceEntry pcie_io_device{
    .name = "pcie_io", .window = {0x3eff'0000, 0x1'0000}, .make = make_window, .exits = "pcie", .title = title};

PcieConfig::PcieConfig() {
    const auto word = [](std::array<u8, space>& bytes, u32 offset, u32 value) {
        std::memcpy(bytes.data() + offset, &value, sizeof value);
    };
    word(bytes_, vendor_id, 0x0008'1b36);   // Red Hat, generic PCIe host bridge
    word(bytes_, class_code, 0x0600'0000);  // host bridge
    word(bytes_, subsystem, 0x1100'1af4);
    word(writable_, command, 0x0507);  // I/O, memory, master, SERR#, interrupt disable
    word(writable_, cache_line_size, 0xff);
    word(writable_, interrupt_line, 0xff);
    for (u32 offset = device_specific; offset < space; ++offset) writable_[offset] = 0xff;
}

BusResult PcieConfig::read(const Access& access, u32& value) {
    if (access.offset >= space) return PcieWindow().read(access, value);
    value = 0;
    std::memcpy(&value, bytes_.data() + access.offset, access.size);
    return BusResult::ok;
}

BusResult PcieConfig::write(const Access& access, u32 value) {
    if (access.debug || access.offset >= space) return BusResult::ok;
    for (u32 i = 0; i < access.size; ++i) {
        u8& byte = bytes_[access.offset + i];
        const u8 mask = writable_[access.offset + i];
        byte = static_cast<u8>((byte & ~mask) | (value >> (8 * i) & mask));
    }
    return BusResult::ok;
}

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/platform/device_entry.hpp"

#include <fmt/format.h>

#include <cstring>

#include "core/platform/fdt_writer.hpp"

namespace vtoll::core {

namespace {

using namespace interrupt_cell;

/// The window in which devices that are made at run time would be, as on QEMU: there are none.
void platform_bus_node(FdtWriter& fdt, const DeviceEntry& entry, const MachineKeys&) {
    const auto base = static_cast<u32>(entry.window.base);
    fdt.begin(node_name(entry, "platform-bus"));
    fdt.list("compatible", {"qemu,platform", "simple-bus"});
    fdt.cells("#size-cells", {1});
    fdt.cells("#address-cells", {1});
    fdt.cells("ranges", {0, 0, base, static_cast<u32>(entry.window.size)});
    fdt.cells("interrupt-parent", {phandle_gic});
    fdt.end();
}

}  // namespace

const DeviceEntry platform_bus_device{
    .name = "platform_bus", .window = {0x0c00'0000, 0x0200'0000}, .node = platform_bus_node};

std::span<const DeviceEntry* const> device_list() {
#define DEVICE(name) &name##_device,
    static constexpr const DeviceEntry* list[] = {
#include "core/platform/devices.inc"
    };
#undef DEVICE
    return list;
}

DevicePath device_path(u64 pa) {
    for (const DeviceEntry* entry : device_list())
        if (entry->window.holds(pa)) return entry->path;
    return DevicePath::peripheral;
}

std::string node_name(const DeviceEntry& entry, const char* name) {
    return fmt::format("{}@{:x}", name, entry.window.base);
}

void begin_device(FdtWriter& fdt, const DeviceEntry& entry, const char* name) {
    fdt.begin(node_name(entry, name));
    fdt.cells("reg", reg_cells({entry.window}));
}

void begin_primecell(FdtWriter& fdt, const DeviceEntry& entry, const char* name) {
    begin_device(fdt, entry, name);
    fdt.list("compatible", {fmt::format("arm,{}", name), "arm,primecell"});
    fdt.cells("interrupts", {spi, entry.spi, level_high});
    fdt.cells("clocks", {phandle_clock});
    fdt.text("clock-names", "apb_pclk");
}

void nodes_inside(FdtWriter& fdt, const DeviceEntry& entry, const MachineKeys& machine) {
    for (const DeviceEntry* other : device_list())
        if (other->node && other->inside && std::strcmp(other->inside, entry.name) == 0 && other->is_on(machine))
            other->node(fdt, *other, machine);
}

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/platform/devices/gic_frame.hpp"

#include "core/platform/device_entry.hpp"
#include "core/platform/fdt_writer.hpp"

namespace vtoll::core {

namespace {

using On = DeviceEntry::On;

template <gic::Frame frame>
std::unique_ptr<Device> make(const DeviceEntry&, Board& board) {
    return std::make_unique<GicFrame>(board.gic, frame);
}

/// One node has all frames. They answer in the first pages of their windows only, as QEMU's do; the node gives the
/// windows.
void node(FdtWriter& fdt, const DeviceEntry& entry, const MachineKeys& machine) {
    using namespace interrupt_cell;
    constexpr u64 whole_window = 0x1'0000;
    std::vector<memory_map::Window> frames;
    for (const DeviceEntry* frame : {&gicd_device, &gicc_device, &gich_device, &gicv_device})
        if (frame->is_on(machine)) frames.push_back({frame->window.base, whole_window});
    fdt.begin(node_name(entry, "intc"));
    fdt.text("compatible", "arm,cortex-a15-gic");
    fdt.flag("interrupt-controller");
    fdt.cells("#interrupt-cells", {3});
    fdt.cells("#address-cells", {2});
    fdt.cells("#size-cells", {2});
    fdt.flag("ranges");
    fdt.cells("reg", reg_cells(frames));
    if (machine.virtualization) fdt.cells("interrupts", {ppi, gic::intid::maintenance - 16, level_high});
    fdt.cells("phandle", {phandle_gic});
    nodes_inside(fdt, entry, machine);
    fdt.end();
}

constexpr const char* title = "GICv2: GICD, GICC, GICH, GICV";

}  // namespace

const DeviceEntry gicd_device{
    .name = "gicd",
    .window = {0x0800'0000, 0x1000},
    .on = On::every_machine,
    .path = DevicePath::distributor,
    .make = make<gic::Frame::gicd>,
    .node = node,
    .exits = "gicd",
    .title = title,
    .words = "the interrupt controller; GICH and GICV with the Virtualization Extensions only",
};
const DeviceEntry gicc_device{.name = "gicc",
                              .window = {0x0801'0000, 0x2000},
                              .on = On::every_machine,
                              .path = DevicePath::cpu_interface,
                              .make = make<gic::Frame::gicc>,
                              .exits = "gicc",
                              .title = title};
const DeviceEntry gich_device{.name = "gich",
                              .window = {0x0803'0000, 0x1000},
                              .on = On::with_virtualization,
                              .path = DevicePath::list_registers,
                              .make = make<gic::Frame::gich>,
                              .exits = "gich",
                              .title = title};
const DeviceEntry gicv_device{.name = "gicv",
                              .window = {0x0804'0000, 0x2000},
                              .on = On::with_virtualization,
                              .path = DevicePath::cpu_interface,
                              .make = make<gic::Frame::gicv>,
                              .exits = "gicv",
                              .title = title};

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/platform/devices/mpcore.hpp"

#include "core/platform/device_entry.hpp"
#include "core/platform/fdt_writer.hpp"

namespace vtoll::core {

namespace {

// Offsets from PERIPHBASE, ARM DDI 0407 table 1-3.
namespace offset {
constexpr u32 scu = 0x0000, cpu_interface = 0x0100, global_timer = 0x0200, private_timers = 0x0600, watchdog = 0x0620,
              distributor = 0x1000;
}

constexpr u32 part = 0xff00;  ///< of an offset in the first page: which part it is of

void part_node(FdtWriter& fdt, const DeviceEntry& entry, u32 offset, u32 size, const char* name, const char* is) {
    DeviceEntry one = entry;
    one.window = {entry.window.base + offset, size};
    begin_device(fdt, one, name);
    fdt.text("compatible", is);
}

/// Bindings arm,scu, arm,global_timer and arm,twd of Linux. The interrupt controller's node is the machine's.
void nodes(FdtWriter& fdt, const DeviceEntry& entry, const MachineKeys& machine) {
    using namespace interrupt_cell;
    part_node(fdt, entry, offset::scu, 0x100, "scu", "arm,cortex-a9-scu");
    fdt.end();
    if (!machine.private_timers) return;
    fdt.begin("periphclk");
    fdt.text("compatible", "fixed-clock");
    fdt.cells("#clock-cells", {0});
    fdt.cells("clock-frequency", {static_cast<u32>(periphclk_hz)});
    fdt.cells("phandle", {phandle_periphclk});
    fdt.end();
    const auto timer = [&](u32 at, const char* name, const char* is, u32 number) {
        part_node(fdt, entry, at, 0x20, name, is);
        fdt.cells("interrupts", {ppi, number, ((1u << machine.cpus) - 1) << 8 | edge_rising});
        fdt.cells("clocks", {phandle_periphclk});
        fdt.end();
    };
    timer(offset::global_timer, "timer", "arm,cortex-a9-global-timer", 11);
    timer(offset::private_timers, "timer", "arm,cortex-a9-twd-timer", 13);
    timer(offset::watchdog, "watchdog", "arm,cortex-a9-twd-wdt", 14);
}

/// As the part sees it that begins at `first`.
Access inside(Access access, u32 first) {
    access.offset -= first;
    return access;
}

}  // namespace

const DeviceEntry mpcore_device{
    .name = "mpcore",
    .window = {0x080e'0000, 0x2000},
    .on = DeviceEntry::On::with_scu,
    .path = DevicePath::cpu_interface,
    .make = [](const DeviceEntry&, Board& board) -> std::unique_ptr<Device> { return std::make_unique<Mpcore>(board); },
    .node = nodes,
    .exits = "mpcore",
    .title = "Cortex-A9 private peripherals",
    .words =
        "of several Cortex-A9s, or with `machine.private_timers`, where CBAR points: snoop control unit, the "
        "interrupt controller once more, and with that key private timers, watchdogs and the global timer "
        "(interrupts 27, 29, 30)",
};

Mpcore::Mpcore(Board& board) : gic_(board.gic), scu_(board.keys.cpus) {
    if (board.keys.private_timers)
        timers_.emplace(
            PrivateTimers::Machine{board.gic, board.nanoseconds, board.alarm_moved, board.wake_others, board.reset});
}

BusResult Mpcore::read(const Access& a, u32& value) {
    value = 0;
    if (a.offset >= offset::distributor) {
        value = gic_.read(gic::Frame::gicd, a.offset - offset::distributor, a.size, a.cpu, a.debug);
        return BusResult::ok;
    }
    switch (a.offset & part) {
    case offset::scu: Scu::registers().read(scu_, a, value); break;
    case offset::cpu_interface:
        value = gic_.read(gic::Frame::gicc, a.offset - offset::cpu_interface, a.size, a.cpu, a.debug);
        break;
    case offset::global_timer:
        if (timers_) value = timers_->read_global(inside(a, offset::global_timer));
        break;
    case offset::private_timers:
        if (timers_) value = timers_->read_private(inside(a, offset::private_timers));
        break;
    default: break;
    }
    return BusResult::ok;
}

BusResult Mpcore::write(const Access& a, u32 value) {
    if (a.debug) return BusResult::ok;
    if (a.offset >= offset::distributor) {
        gic_.write(gic::Frame::gicd, a.offset - offset::distributor, value, a.size, a.cpu);
        return BusResult::ok;
    }
    switch (a.offset & part) {
    case offset::scu: Scu::registers().write(scu_, a, value); break;
    case offset::cpu_interface:
        gic_.write(gic::Frame::gicc, a.offset - offset::cpu_interface, value, a.size, a.cpu);
        break;
    case offset::global_timer:
        if (timers_) timers_->write_global(inside(a, offset::global_timer), value);
        break;
    case offset::private_timers:
        if (timers_) timers_->write_private(inside(a, offset::private_timers), value);
        break;
    default: break;
    }
    return BusResult::ok;
}

void Mpcore::serialize(Archive& ar) {
    ar(scu_);
    if (timers_) ar(*timers_);
}

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// A device of `virt` is one entry, which stands beside the device. The machine's bus, device tree and checkpoints,
// names of exits and docs/devices.md go through the list of them: docs/how-to/device.md.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/platform/device.hpp"
#include "core/platform/dma.hpp"
#include "core/platform/line.hpp"
#include "core/platform/machine_keys.hpp"
#include "core/platform/memory_map.hpp"
#include "core/seam/device_path.hpp"
#include "gic/gic.hpp"

namespace vtoll::core {

class Console;
class FdtWriter;

/// What a device may need of the machine around it.
struct Board {
    const MachineKeys& keys;
    gic::Gic& gic;
    Console& console;
    Dma& dma;
    std::function<u64()> nanoseconds;   ///< the machine's time now
    std::function<void()> alarm_moved;  ///< a TimedDevice's alarm is another than it was
    std::function<void()> wake_others;  ///< and that of other processors: those that sleep look when to get up
    std::function<void()> reset;        ///< the machine's, which ends a run

    /// `line` drives shared interrupt `spi`.
    void wire(Line& line, unsigned spi) {
        line.connect([&controller = gic, spi](bool level) { controller.set_spi(spi, level); });
    }
};

struct DeviceEntry {
    enum class On : u8 {
        every_machine,
        with_virtualization,  ///< machines with the Virtualization Extensions
        with_all_devices,     ///< machines with devices = "all"
        with_scu,             ///< machines of Cortex-A9s that are a cluster
    };

    const char* name;  ///< on the bus and in checkpoints
    memory_map::Window window;
    On on = On::with_all_devices;
    DevicePath path = DevicePath::peripheral;  ///< what an access to it has to cross
    unsigned spi = 0, spis = 0;                ///< its shared interrupts: the first, how many
    /// nullptr: nothing answers there.
    std::unique_ptr<Device> (*make)(const DeviceEntry& entry, Board& board) = nullptr;
    /// Writes its node of the device tree; nullptr: it is told of in another's.
    void (*node)(FdtWriter& fdt, const DeviceEntry& entry, const MachineKeys& machine) = nullptr;
    const char* inside = nullptr;  ///< name of the entry whose node the node is in
    /// What exits for it are called; nullptr: its addresses, because hypervisors put devices of their own there.
    const char* exits = nullptr;
    /// docs/devices.md: what it is and does. Entries of one title are one line, of which one has the words.
    const char* title = nullptr;
    const char* words = nullptr;

    bool is_on(const MachineKeys& machine) const {
        switch (on) {
        case On::every_machine: return true;
        case On::with_virtualization: return machine.virtualization;
        case On::with_scu: return machine.scu;
        default: return machine.all_devices;
        }
    }
};

#define DEVICE(name) extern const DeviceEntry name##_device;
#include "core/platform/devices.inc"
#undef DEVICE

/// In the order of QEMU's device tree, in which drivers are tried.
std::span<const DeviceEntry* const> device_list();
/// The way to what is at `pa`, whether a machine has it or not.
DevicePath device_path(u64 pa);

/// "pl031@9010000"
std::string node_name(const DeviceEntry& entry, const char* name);
/// Begins the node of a device with one window.
void begin_device(FdtWriter& fdt, const DeviceEntry& entry, const char* name);
/// Begins the node of an ARM PrimeCell with one interrupt by level, and all it has of the bus's clock.
void begin_primecell(FdtWriter& fdt, const DeviceEntry& entry, const char* name);
/// The nodes that lie in that of `entry`.
void nodes_inside(FdtWriter& fdt, const DeviceEntry& entry, const MachineKeys& machine);

}  // namespace vtoll::core

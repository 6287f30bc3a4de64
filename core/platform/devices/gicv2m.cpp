// SPDX-License-Identifier: Apache-2.0
#include "core/platform/devices/gicv2m.hpp"

#include "core/platform/device_entry.hpp"
#include "core/platform/fdt_writer.hpp"

namespace vtoll::core {

const DeviceEntry gicv2m_device{
    .name = "gicv2m",
    .window = {0x0802'0000, 0x1000},
    .spi = Gicv2m::first_spi,
    .spis = Gicv2m::spis,
    .make = [](const DeviceEntry&, Board& board) -> std::unique_ptr<Device> {
        return std::make_unique<Gicv2m>([&gic = board.gic](unsigned spi) {
            gic.set_spi(spi, true);
            gic.set_spi(spi, false);
        });
    },
    .node =
        [](FdtWriter& fdt, const DeviceEntry& entry, const MachineKeys&) {
            begin_device(fdt, entry, "v2m");
            fdt.text("compatible", "arm,gic-v2m-frame");
            fdt.flag("msi-controller");
            fdt.cells("phandle", {phandle_gicv2m});
            fdt.end();
        },
    .inside = "gicd",
    .exits = "gicv2m",
    .title = "GICv2m",
    .words = "message interrupts",
};

const RegisterBank<Gicv2m>& Gicv2m::registers() {
    using R = RegisterBank<Gicv2m>;
    using namespace access_size;
    static const R bank{
        R::constant("MSI_TYPER", 0x008, (32 + first_spi) << 16 | spis).sized(word),
        R::write_only<&Gicv2m::set_spi>("MSI_SETSPI_NS", 0x040).sized(word | half_word),
        R::constant("MSI_IIDR", 0xfcc, 0x0510'0000).sized(word),  // ProductID 0x51, the one QEMU has taken
    };
    return bank;
}

}  // namespace vtoll::core

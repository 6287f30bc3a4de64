// SPDX-License-Identifier: Apache-2.0
#include "core/platform/devices/pl061.hpp"

#include "core/platform/device_entry.hpp"
#include "core/platform/fdt_writer.hpp"

namespace vtoll::core {

namespace {

/// The lines, and the key that one of them is on QEMU's machine.
void nodes(FdtWriter& fdt, const DeviceEntry& entry, const MachineKeys&) {
    fdt.begin("gpio-keys");
    fdt.text("compatible", "gpio-keys");
    fdt.begin("poweroff");
    fdt.text("label", "GPIO Key Poweroff");
    fdt.cells("linux,code", {116});  // KEY_POWER
    fdt.cells("gpios", {phandle_gpio, 3, 0});
    fdt.end();
    fdt.end();
    begin_primecell(fdt, entry, "pl061");
    fdt.cells("#gpio-cells", {2});
    fdt.flag("gpio-controller");
    fdt.cells("phandle", {phandle_gpio});
    fdt.end();
}

}  // namespace

const DeviceEntry pl061_device{
    .name = "pl061",
    .window = {0x0903'0000, 0x1000},
    .spi = 7,
    .spis = 1,
    .make = [](const DeviceEntry& entry, Board& board) -> std::unique_ptr<Device> {
        auto gpio = std::make_unique<Pl061>();
        board.wire(gpio->interrupt, entry.spi);
        return gpio;
    },
    .node = nodes,
    .exits = "pl061",
    .title = "PL061",
    .words = "eight lines, pulled down",
};

const RegisterBank<Pl061>& Pl061::registers() {
    using R = RegisterBank<Pl061>;
    static const R bank{{
                            R::read_only<&Pl061::read_data>("GPIODATA", 0x000).written<&Pl061::write_data>().array(256),
                            R::read_write<&Pl061::dir_>("GPIODIR", 0x400, 0xff),
                            R::read_write<&Pl061::is_>("GPIOIS", 0x404, 0xff),
                            R::read_write<&Pl061::ibe_>("GPIOIBE", 0x408, 0xff),
                            R::read_write<&Pl061::iev_>("GPIOIEV", 0x40c, 0xff),
                            R::read_write<&Pl061::ie_>("GPIOIE", 0x410, 0xff),
                            R::read_only<&Pl061::ris_>("GPIORIS", 0x414),
                            R::read_only<&Pl061::masked>("GPIOMIS", 0x418),
                            R::write_only<&Pl061::clear>("GPIOIC", 0x41c),
                            R::read_write<&Pl061::afsel_>("GPIOAFSEL", 0x420, 0xff),
                        },
                        0xfe0,  // ARM DDI 0190B §3.3.10-11
                        {0x61, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1}};
    return bank;
}

BusResult Pl061::read(const Access& access, u32& value) {
    registers().read(*this, access, value);
    return BusResult::ok;
}

BusResult Pl061::write(const Access& access, u32 value) {
    registers().write(*this, access, value);
    update();
    return BusResult::ok;
}

void Pl061::write_data(const Access& access, u32 value) {
    const u32 mask = lines(access) & dir_;
    data_ = (data_ & ~mask) | (value & mask);
}

void Pl061::drive(unsigned number, bool level) {
    const u32 mask = 1u << number & ~dir_;
    data_ = (data_ & ~mask) | (level ? mask : 0);
    update();
}

/// ARM DDI 0190B §2.2.3: by edge (either, or the one GPIOIEV selects) and latched, or by level for as long as it lasts.
void Pl061::update() {
    const u32 changed = (data_ ^ seen_) & ~dir_;
    seen_ = (seen_ & dir_) | (data_ & ~dir_);
    const u32 selected = ~(data_ ^ iev_);
    ris_ |= changed & ~is_ & (ibe_ | selected);
    ris_ |= is_ & selected & 0xff;
    interrupt.set((ris_ & ie_) != 0);
}

}  // namespace vtoll::core

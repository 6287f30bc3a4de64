// SPDX-License-Identifier: Apache-2.0
#include "core/platform/devices/pl011.hpp"

#include "core/platform/device_entry.hpp"
#include "core/platform/fdt_writer.hpp"

namespace vtoll::core {

namespace {

constexpr u32 fr_rxfe = 1u << 4, fr_rxff = 1u << 6, fr_txfe = 1u << 7;

void node(FdtWriter& fdt, const DeviceEntry& entry, const MachineKeys&) {
    using namespace interrupt_cell;
    fdt.begin(node_name(entry, "pl011"));
    fdt.list("compatible", {"arm,pl011", "arm,primecell"});
    fdt.cells("reg", reg_cells({entry.window}));
    fdt.cells("interrupts", {spi, entry.spi, level_high});
    fdt.cells("clocks", {phandle_clock, phandle_clock});
    fdt.list("clock-names", {"uartclk", "apb_pclk"});
    fdt.end();
}

}  // namespace

const DeviceEntry pl011_device{
    .name = "pl011",
    .window = {0x0900'0000, 0x1000},
    .on = DeviceEntry::On::every_machine,
    .spi = 1,
    .spis = 1,
    .make = [](const DeviceEntry& entry, Board& board) -> std::unique_ptr<Device> {
        auto uart = std::make_unique<Pl011>(board.console);
        board.wire(uart->interrupt, entry.spi);
        return uart;
    },
    .node = node,
    .exits = "pl011",
    .title = "PL011",
    .words = "the serial port: the run's console",
};

const RegisterBank<Pl011>& Pl011::registers() {
    using R = RegisterBank<Pl011>;
    // PeriphID0..3 are of revision r1p4: ARM DDI 0183G §3.3.15.
    static const R bank{{
                            R::read_only<&Pl011::read_data>("UARTDR", 0x000).written<&Pl011::write_data>(),
                            R::read_write<&Pl011::rsr_, &Pl011::clear_errors>("UARTRSR", 0x004, 0),
                            R::read_only<&Pl011::flags>("UARTFR", 0x018),
                            R::read_write<&Pl011::ilpr_>("UARTILPR", 0x020, 0xff),
                            R::read_write<&Pl011::ibrd_>("UARTIBRD", 0x024, 0xffff),
                            R::read_write<&Pl011::fbrd_>("UARTFBRD", 0x028, 0x3f),
                            R::read_only<&Pl011::lcr_h_>("UARTLCR_H", 0x02c).written<&Pl011::set_line_control>(),
                            R::read_write<&Pl011::cr_>("UARTCR", 0x030, 0xffff, 0x300),
                            R::read_write<&Pl011::ifls_>("UARTIFLS", 0x034, 0x3f, 0x12),
                            R::read_write<&Pl011::imsc_>("UARTIMSC", 0x038, 0x7ff),
                            R::read_only<&Pl011::ris_>("UARTRIS", 0x03c),
                            R::read_only<&Pl011::masked>("UARTMIS", 0x040),
                            R::write_only<&Pl011::clear_interrupts>("UARTICR", 0x044),
                            R::read_write<&Pl011::dmacr_>("UARTDMACR", 0x048, 7),
                        },
                        0xfe0,
                        {0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1}};
    return bank;
}

u32 Pl011::flags() const { return fr_txfe | (rx_.empty() ? fr_rxfe : 0) | (rx_.size() >= fifo_depth() ? fr_rxff : 0); }

u32 Pl011::read_data(const Access& access) {
    if (rx_.empty()) return 0;
    const u32 value = rx_.front();
    if (access.debug) return value;
    rx_.pop_front();
    if (rx_.empty()) ris_ &= ~u32{rx_interrupt};
    poll_input();
    return value;
}

void Pl011::write_data(u32 value) {
    console_.put(static_cast<u8>(value));
    ris_ |= tx_interrupt;
    poll_input();  // what was shown may have been waited for
}

void Pl011::set_line_control(u32 value) {
    if ((lcr_h_ ^ value) & (1u << 4)) rx_.clear();  // FEN changed: the FIFOs start empty
    lcr_h_ = value & 0xff;
    poll_input();
}

BusResult Pl011::read(const Access& access, u32& value) {
    registers().read(*this, access, value);
    return BusResult::ok;
}

BusResult Pl011::write(const Access& access, u32 value) {
    registers().write(*this, access, value);
    drive();
    return BusResult::ok;
}

void Pl011::poll_input() {
    while (rx_.size() < fifo_depth()) {
        const auto byte = console_.get();
        if (!byte) break;
        rx_.push_back(*byte);
        ris_ |= rx_interrupt;
    }
    drive();
}

}  // namespace vtoll::core

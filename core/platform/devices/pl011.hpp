// SPDX-License-Identifier: Apache-2.0
// ARM PrimeCell UART (PL011, ARM DDI 0183G) as software sees it: no baud rate, the transmitter is always ready.
// Where the manual leaves room, it behaves as QEMU's model does: the receive interrupt is raised at one character.
#pragma once

#include <deque>

#include "core/platform/console.hpp"
#include "core/platform/device.hpp"
#include "core/platform/line.hpp"
#include "core/platform/register_bank.hpp"

namespace vtoll::core {

class Pl011 : public TimedDevice {
public:
    explicit Pl011(Console& console) : console_(console) { registers().reset(*this); }

    BusResult read(const Access& access, u32& value) override;
    BusResult write(const Access& access, u32 value) override;
    void serialize(Archive& ar) override {
        ar(interrupt, rx_, rsr_, ilpr_, ibrd_, fbrd_, lcr_h_, cr_, ifls_, imsc_, ris_, dmacr_);
    }

    Line interrupt;

    /// Takes waiting input into the receive FIFO, as far as there is room.
    void poll_input();
    void update(unsigned, u64) override { poll_input(); }

private:
    enum Interrupt : u32 { rx_interrupt = 1u << 4, tx_interrupt = 1u << 5 };

    static const RegisterBank<Pl011>& registers();

    unsigned fifo_depth() const { return lcr_h_ & (1u << 4) ? 16 : 1; }
    u32 flags() const;
    u32 masked() const { return ris_ & imsc_; }
    u32 read_data(const Access& access);
    void write_data(u32 value);
    void clear_errors() { rsr_ = 0; }
    void set_line_control(u32 value);
    void clear_interrupts(u32 value) { ris_ &= ~value; }
    void drive() { interrupt.set(masked() != 0); }

    Console& console_;
    std::deque<u8> rx_;
    u32 rsr_, ilpr_, ibrd_, fbrd_, lcr_h_, cr_, ifls_, imsc_, ris_, dmacr_;  // as registers() resets them
};

}  // namespace vtoll::core

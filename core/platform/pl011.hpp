// SPDX-License-Identifier: Apache-2.0
// ARM PrimeCell UART (PL011, ARM DDI 0183G) as software sees it: no baud rate, the transmitter is always ready.
// Where the manual leaves room, it behaves as QEMU's model does: the receive interrupt is raised at one character.
#pragma once

#include <deque>
#include <functional>

#include "core/platform/console.hpp"
#include "core/platform/device.hpp"

namespace vtoll::core {

class Pl011 : public Device {
public:
    using Line = std::function<void(bool level)>;

    explicit Pl011(Console& console) : console_(console) {}

    BusResult read(const Access& access, u32& value) override;
    BusResult write(const Access& access, u32 value) override;
    void serialize(Archive& ar) override {
        ar(level_, rx_, rsr_, ilpr_, ibrd_, fbrd_, lcr_h_, cr_, ifls_, imsc_, ris_, dmacr_);
    }

    void on_interrupt(Line line) { line_ = std::move(line); }
    /// Takes waiting input into the receive FIFO, as far as there is room.
    void poll_input();
    bool interrupt() const { return (ris_ & imsc_) != 0; }

private:
    enum Offset : u32 {
        dr = 0x000,
        rsr = 0x004,
        fr = 0x018,
        ilpr = 0x020,
        ibrd = 0x024,
        fbrd = 0x028,
        lcr_h = 0x02c,
        cr = 0x030,
        ifls = 0x034,
        imsc = 0x038,
        ris = 0x03c,
        mis = 0x040,
        icr = 0x044,
        dmacr = 0x048,
        id = 0xfe0,
    };
    enum Interrupt : u32 { rx_interrupt = 1u << 4, tx_interrupt = 1u << 5 };

    unsigned fifo_depth() const { return lcr_h_ & (1u << 4) ? 16 : 1; }
    u32 flags() const;
    u32 read_data(bool debug);
    void update();

    Console& console_;
    Line line_;
    bool level_ = false;
    std::deque<u8> rx_;
    u32 rsr_ = 0, ilpr_ = 0, ibrd_ = 0, fbrd_ = 0, lcr_h_ = 0, cr_ = 0x300, ifls_ = 0x12, imsc_ = 0, ris_ = 0,
        dmacr_ = 0;
};

}  // namespace vtoll::core

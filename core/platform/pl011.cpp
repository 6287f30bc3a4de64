// SPDX-License-Identifier: Apache-2.0
#include "core/platform/pl011.hpp"

#include <array>

namespace vtoll::core {

namespace {

// PeriphID0..3 of revision r1p4, PCellID0..3: ARM DDI 0183G §3.3.15.
constexpr std::array<u32, 8> identification{0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

constexpr u32 fr_rxfe = 1u << 4, fr_rxff = 1u << 6, fr_txfe = 1u << 7;

}  // namespace

u32 Pl011::flags() const { return fr_txfe | (rx_.empty() ? fr_rxfe : 0) | (rx_.size() >= fifo_depth() ? fr_rxff : 0); }

u32 Pl011::read_data(bool debug) {
    if (rx_.empty()) return 0;
    const u32 value = rx_.front();
    if (debug) return value;
    rx_.pop_front();
    if (rx_.empty()) ris_ &= ~u32{rx_interrupt};
    poll_input();
    update();
    return value;
}

BusResult Pl011::read(const Access& access, u32& value) {
    const u32 offset = access.offset & ~3u;
    switch (offset) {
    case dr: value = read_data(access.debug); break;
    case rsr: value = rsr_; break;
    case fr: value = flags(); break;
    case ilpr: value = ilpr_; break;
    case ibrd: value = ibrd_; break;
    case fbrd: value = fbrd_; break;
    case lcr_h: value = lcr_h_; break;
    case cr: value = cr_; break;
    case ifls: value = ifls_; break;
    case imsc: value = imsc_; break;
    case ris: value = ris_; break;
    case mis: value = ris_ & imsc_; break;
    case dmacr: value = dmacr_; break;
    default: value = offset >= id && offset < id + 0x20 ? identification[(offset - id) / 4] : 0; break;
    }
    return BusResult::ok;
}

BusResult Pl011::write(const Access& access, u32 value) {
    if (access.debug) return BusResult::ok;
    switch (access.offset & ~3u) {
    case dr:
        console_.put(static_cast<u8>(value));
        ris_ |= tx_interrupt;
        poll_input();  // what was shown may have been waited for
        break;
    case rsr: rsr_ = 0; break;
    case ilpr: ilpr_ = value & 0xff; break;
    case ibrd: ibrd_ = value & 0xffff; break;
    case fbrd: fbrd_ = value & 0x3f; break;
    case lcr_h:
        if ((lcr_h_ ^ value) & (1u << 4)) rx_.clear();  // FEN changed: the FIFOs start empty
        lcr_h_ = value & 0xff;
        poll_input();
        break;
    case cr: cr_ = value & 0xffff; break;
    case ifls: ifls_ = value & 0x3f; break;
    case imsc: imsc_ = value & 0x7ff; break;
    case icr: ris_ &= ~value; break;
    case dmacr: dmacr_ = value & 7; break;
    default: break;
    }
    update();
    return BusResult::ok;
}

void Pl011::poll_input() {
    while (rx_.size() < fifo_depth()) {
        const auto byte = console_.get();
        if (!byte) break;
        rx_.push_back(*byte);
        ris_ |= rx_interrupt;
    }
    update();
}

void Pl011::update() {
    if (interrupt() == level_) return;
    level_ = interrupt();
    if (line_) line_(level_);
}

}  // namespace vtoll::core

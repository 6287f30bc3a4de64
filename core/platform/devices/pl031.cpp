// SPDX-License-Identifier: Apache-2.0
#include "core/platform/devices/pl031.hpp"

#include "core/platform/device_entry.hpp"
#include "core/platform/fdt_writer.hpp"

namespace vtoll::core {

namespace {

constexpr u64 second = 1'000'000'000;

}  // namespace

const DeviceEntry pl031_device{
    .name = "pl031",
    .window = {0x0901'0000, 0x1000},
    .spi = 2,
    .spis = 1,
    .make = [](const DeviceEntry& entry, Board& board) -> std::unique_ptr<Device> {
        auto rtc = std::make_unique<Pl031>(board.nanoseconds, seconds_of_1970(board.keys.rtc).value());
        board.wire(rtc->interrupt, entry.spi);
        rtc->on_alarm_moved(board.alarm_moved);
        return rtc;
    },
    .node =
        [](FdtWriter& fdt, const DeviceEntry& entry, const MachineKeys&) {
            begin_primecell(fdt, entry, "pl031");
            fdt.end();
        },
    .exits = "pl031",
    .title = "PL031",
    .words = "counts seconds of the machine's time from `machine.rtc`, and has an alarm",
};

const RegisterBank<Pl031>& Pl031::registers() {
    using R = RegisterBank<Pl031>;
    // RTCPeriphID0..3 are of revision r1p1: ARM DDI 0224C §3.3.9-10.
    static const R bank{{
                            R::read_only<&Pl031::count>("RTCDR", 0x000),
                            R::read_write<&Pl031::mr_, &Pl031::set_alarm>("RTCMR", 0x004, ~0u),
                            R::read_write<&Pl031::lr_, &Pl031::load>("RTCLR", 0x008, ~0u),
                            R::constant("RTCCR", 0x00c, 1),
                            R::read_write<&Pl031::imsc_>("RTCIMSC", 0x010, 1),
                            R::read_only<&Pl031::ris_>("RTCRIS", 0x014),
                            R::read_only<&Pl031::masked>("RTCMIS", 0x018),
                            R::write_only<&Pl031::clear>("RTCICR", 0x01c),
                        },
                        0xfe0,
                        {0x31, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1}};
    return bank;
}

BusResult Pl031::read(const Access& access, u32& value) {
    registers().read(*this, access, value);
    return BusResult::ok;
}

BusResult Pl031::write(const Access& access, u32 value) {
    registers().write(*this, access, value);
    drive();
    return BusResult::ok;
}

void Pl031::load(u32 value) {
    offset_ += value - count();
    set_alarm();
}

/// The alarm is the second at which the count reaches RTCMR, going round if it is past: now, if it is equal.
void Pl031::set_alarm() {
    const u32 distance = mr_ - count();
    alarm_ = distance == 0 ? no_alarm : (nanoseconds_() / second + distance) * second;
    if (distance == 0) ris_ = 1;
    if (alarm_moved_) alarm_moved_();
}

void Pl031::update(unsigned, u64 nanoseconds) {
    if (nanoseconds < alarm_) return;
    alarm_ = no_alarm;
    ris_ = 1;
    drive();
}

}  // namespace vtoll::core

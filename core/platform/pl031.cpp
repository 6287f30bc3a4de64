// SPDX-License-Identifier: Apache-2.0
#include "core/platform/pl031.hpp"

#include <array>

namespace vtoll::core {

namespace {

// RTCPeriphID0..3 of revision r1p1, RTCPCellID0..3: ARM DDI 0224C §3.3.9-10.
constexpr std::array<u32, 8> identification{0x31, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

constexpr u64 second = 1'000'000'000;

}  // namespace

BusResult Pl031::read(const Access& access, u32& value) {
    const u32 offset = access.offset & ~3u;
    switch (offset) {
    case rtcdr: value = count(); break;
    case rtcmr: value = mr_; break;
    case rtclr: value = lr_; break;
    case rtccr: value = 1; break;
    case rtcimsc: value = imsc_; break;
    case rtcris: value = ris_; break;
    case rtcmis: value = ris_ & imsc_; break;
    default: value = offset >= id && offset < id + 0x20 ? identification[(offset - id) / 4] : 0; break;
    }
    return BusResult::ok;
}

BusResult Pl031::write(const Access& access, u32 value) {
    if (access.debug) return BusResult::ok;
    switch (access.offset & ~3u) {
    case rtcmr:
        mr_ = value;
        set_alarm();
        break;
    case rtclr:
        lr_ = value;
        offset_ += value - count();
        set_alarm();
        break;
    case rtcimsc: imsc_ = value & 1; break;
    case rtcicr: ris_ &= ~value; break;
    default: break;
    }
    drive();
    return BusResult::ok;
}

/// The alarm is the second at which the count reaches RTCMR, going round if it is past: now, if it is equal.
void Pl031::set_alarm() {
    const u32 distance = mr_ - count();
    alarm_ = distance == 0 ? never : (nanoseconds_() / second + distance) * second;
    if (distance == 0) ris_ = 1;
    if (alarm_moved_) alarm_moved_();
}

void Pl031::update(u64 nanoseconds) {
    if (nanoseconds < alarm_) return;
    alarm_ = never;
    ris_ = 1;
    drive();
}

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// ARM PrimeCell Real Time Clock (PL031, ARM DDI 0224C): counts seconds of the machine's time from a fixed epoch, so
// that a run reads the same date whenever it is made. Permanently enabled, as QEMU's is.
#pragma once

#include <functional>

#include "core/platform/device.hpp"
#include "core/platform/line.hpp"

namespace vtoll::core {

class Pl031 : public Device {
public:
    static constexpr u64 never = ~u64{0};

    /// `nanoseconds`: the machine's time now. `epoch`: what RTCDR reads at its start.
    Pl031(std::function<u64()> nanoseconds, u32 epoch) : nanoseconds_(std::move(nanoseconds)), offset_(epoch) {}

    BusResult read(const Access& access, u32& value) override;
    BusResult write(const Access& access, u32 value) override;
    void serialize(Archive& ar) override { ar(interrupt, offset_, mr_, lr_, imsc_, ris_, alarm_); }

    Line interrupt;

    /// The machine's time at which the alarm goes off, `never` when none is set.
    u64 alarm() const { return alarm_; }
    void on_alarm_moved(std::function<void()> moved) { alarm_moved_ = std::move(moved); }
    /// Time has come to `nanoseconds`.
    void update(u64 nanoseconds);

private:
    enum Offset : u32 {
        rtcdr = 0x000,
        rtcmr = 0x004,
        rtclr = 0x008,
        rtccr = 0x00c,
        rtcimsc = 0x010,
        rtcris = 0x014,
        rtcmis = 0x018,
        rtcicr = 0x01c,
        id = 0xfe0,
    };

    u32 count() const { return offset_ + static_cast<u32>(nanoseconds_() / 1'000'000'000); }
    void set_alarm();
    void drive() { interrupt.set((ris_ & imsc_) != 0); }

    std::function<u64()> nanoseconds_;
    std::function<void()> alarm_moved_;
    u32 offset_;  ///< RTCDR minus the machine's seconds
    u32 mr_ = 0, lr_ = 0, imsc_ = 0, ris_ = 0;
    u64 alarm_ = never;
};

}  // namespace vtoll::core

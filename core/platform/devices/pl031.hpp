// SPDX-License-Identifier: Apache-2.0
// ARM PrimeCell Real Time Clock (PL031, ARM DDI 0224C): counts seconds of the machine's time from a fixed epoch, so
// that a run reads the same date whenever it is made. Permanently enabled, as QEMU's is.
#pragma once

#include <functional>

#include "core/platform/line.hpp"
#include "core/platform/register_bank.hpp"

namespace vtoll::core {

class Pl031 : public TimedDevice {
public:
    /// `nanoseconds`: the machine's time now. `epoch`: what RTCDR reads at its start.
    Pl031(std::function<u64()> nanoseconds, u32 epoch) : nanoseconds_(std::move(nanoseconds)), offset_(epoch) {
        registers().reset(*this);
    }

    BusResult read(const Access& access, u32& value) override;
    BusResult write(const Access& access, u32 value) override;
    void serialize(Archive& ar) override { ar(interrupt, offset_, mr_, lr_, imsc_, ris_, alarm_); }

    Line interrupt;

    u64 alarm(unsigned) const override { return alarm_; }
    void on_alarm_moved(std::function<void()> moved) { alarm_moved_ = std::move(moved); }
    void update(unsigned cpu, u64 nanoseconds) override;

private:
    static const RegisterBank<Pl031>& registers();

    u32 count() const { return offset_ + static_cast<u32>(nanoseconds_() / 1'000'000'000); }
    u32 masked() const { return ris_ & imsc_; }
    void load(u32 value);
    void clear(u32 value) { ris_ &= ~value; }
    void set_alarm();
    void drive() { interrupt.set(masked() != 0); }

    std::function<u64()> nanoseconds_;
    std::function<void()> alarm_moved_;
    u32 offset_;                ///< RTCDR minus the machine's seconds
    u32 mr_, lr_, imsc_, ris_;  // as registers() resets them
    u64 alarm_ = no_alarm;
};

}  // namespace vtoll::core

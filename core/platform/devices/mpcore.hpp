// SPDX-License-Identifier: Apache-2.0
// Private peripherals of a cluster of Cortex-A9s, from PERIPHBASE on, which CBAR says (ARM DDI 0407 §1.5): snoop
// control unit, timers, and the machine's interrupt controller, which is at its own addresses too.
#pragma once

#include <optional>

#include "core/platform/devices/private_timers.hpp"
#include "core/platform/devices/scu.hpp"

namespace vtoll::core {

struct Board;

class Mpcore : public TimedDevice {
public:
    explicit Mpcore(Board& board);

    BusResult read(const Access& access, u32& value) override;
    BusResult write(const Access& access, u32 value) override;
    void serialize(Archive& ar) override;

    u64 alarm(unsigned cpu) const override { return timers_ ? timers_->alarm(cpu) : no_alarm; }
    void update(unsigned cpu, u64 nanoseconds) override {
        if (timers_) timers_->update(cpu, nanoseconds);
    }

private:
    gic::Gic& gic_;
    Scu scu_;
    std::optional<PrivateTimers> timers_;
};

}  // namespace vtoll::core

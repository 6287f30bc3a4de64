// SPDX-License-Identifier: Apache-2.0
// Snoop control unit of a cluster of Cortex-A9s (ARM DDI 0407 chapter 2), where CBAR says. Software looks there for how
// many processors there are; the model keeps caches coherent with or without it.
#pragma once

#include "core/platform/register_bank.hpp"

namespace vtoll::core {

class Scu : public Device {
public:
    explicit Scu(unsigned cpus);

    BusResult read(const Access& access, u32& value) override {
        registers().read(*this, access, value);
        return BusResult::ok;
    }
    BusResult write(const Access& access, u32 value) override {
        registers().write(*this, access, value);
        return BusResult::ok;
    }
    void serialize(Archive& ar) override { ar(control_, power_); }

private:
    static const RegisterBank<Scu>& registers();

    u32 configuration() { return configuration_; }
    void invalidate(u32) {}

    const u32 configuration_;
    u32 control_ = 0, power_ = 0;
};

}  // namespace vtoll::core

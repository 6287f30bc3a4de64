// SPDX-License-Identifier: Apache-2.0
// One register bank of the interrupt controller as a device.
#pragma once

#include "core/platform/device.hpp"
#include "gic/gic.hpp"

namespace vtoll::core {

class GicFrame : public Device {
public:
    GicFrame(gic::Gic& gic, gic::Frame frame) : gic_(gic), frame_(frame) {}

    BusResult read(const Access& a, u32& value) override {
        value = gic_.read(frame_, a.offset, a.size, a.cpu, a.debug);
        return BusResult::ok;
    }
    BusResult write(const Access& a, u32 value) override {
        if (!a.debug) gic_.write(frame_, a.offset, value, a.size, a.cpu);
        return BusResult::ok;
    }
    void serialize(Archive&) override {}  // a window only: the machine saves the controller itself

private:
    gic::Gic& gic_;
    gic::Frame frame_;
};

}  // namespace vtoll::core

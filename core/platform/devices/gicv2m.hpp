// SPDX-License-Identifier: Apache-2.0
// GICv2m frame (Server Base System Architecture, ARM DEN 0029, appendix E): a write of an interrupt number makes that
// shared interrupt pending, which is how PCIe devices signal messages. There is no such device; software may write.
#pragma once

#include <functional>

#include "core/platform/register_bank.hpp"

namespace vtoll::core {

class Gicv2m : public Device {
public:
    static constexpr unsigned first_spi = 48, spis = 64;

    /// `pulse` gives an edge on shared interrupt `spi`.
    explicit Gicv2m(std::function<void(unsigned spi)> pulse) : pulse_(std::move(pulse)) {}

    BusResult read(const Access& access, u32& value) override {
        registers().read(*this, access, value);
        return BusResult::ok;
    }
    BusResult write(const Access& access, u32 value) override {
        registers().write(*this, access, value);
        return BusResult::ok;
    }
    void serialize(Archive&) override {}

private:
    static const RegisterBank<Gicv2m>& registers();

    void set_spi(u32 interrupt) {
        const u32 number = (interrupt & 0x3ff) - 32 - first_spi;
        if (number < spis) pulse_(first_spi + number);
    }

    std::function<void(unsigned spi)> pulse_;
};

}  // namespace vtoll::core

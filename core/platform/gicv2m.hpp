// SPDX-License-Identifier: Apache-2.0
// GICv2m frame (Server Base System Architecture, ARM DEN 0029, appendix E): a write of an interrupt number makes that
// shared interrupt pending, which is how PCIe devices signal messages. There is no such device; software may write.
#pragma once

#include <functional>

#include "core/platform/device.hpp"
#include "core/platform/memory_map.hpp"

namespace vtoll::core {

class Gicv2m : public Device {
public:
    /// `pulse` gives an edge on shared interrupt `spi`.
    explicit Gicv2m(std::function<void(unsigned spi)> pulse) : pulse_(std::move(pulse)) {}

    BusResult read(const Access& access, u32& value) override {
        constexpr u32 typer = (32 + memory_map::gicv2m_spi) << 16 | memory_map::gicv2m_spis;
        value = 0;
        if (access.size != 4) return BusResult::ok;
        if (access.offset == msi_typer) value = typer;
        if (access.offset == msi_iidr) value = 0x0510'0000;  // ProductID 0x51, the one QEMU has taken
        return BusResult::ok;
    }
    BusResult write(const Access& access, u32 value) override {
        if (access.debug || access.size == 1 || access.offset != msi_setspi) return BusResult::ok;
        const u32 spi = (value & 0x3ff) - 32 - memory_map::gicv2m_spi;
        if (spi < memory_map::gicv2m_spis) pulse_(memory_map::gicv2m_spi + spi);
        return BusResult::ok;
    }
    void serialize(Archive&) override {}

private:
    enum Offset : u32 { msi_typer = 0x008, msi_setspi = 0x040, msi_iidr = 0xfcc };

    std::function<void(unsigned spi)> pulse_;
};

}  // namespace vtoll::core

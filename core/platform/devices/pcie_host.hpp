// SPDX-License-Identifier: Apache-2.0
// The PCI Express host of `virt` with nothing behind it: the configuration space (ECAM) of a host bridge at 00:00.0 and
// of no other function, and windows for memory and ports in which nobody answers.
#pragma once

#include <array>

#include "core/platform/device.hpp"

namespace vtoll::core {

class PcieConfig : public Device {
public:
    PcieConfig();
    BusResult read(const Access& access, u32& value) override;
    BusResult write(const Access& access, u32 value) override;
    void serialize(Archive& ar) override { ar(bytes_); }

private:
    static constexpr u32 space = 256;  ///< a conventional function: there is no extended space

    std::array<u8, space> bytes_{}, writable_{};
};

/// Reads where no device claims the access: all ones, as on any PCI bus.
class PcieWindow : public Device {
public:
    BusResult read(const Access& access, u32& value) override {
        value = access.size == 4 ? 0xffff'ffff : (1u << (8 * access.size)) - 1;
        return BusResult::ok;
    }
    BusResult write(const Access&, u32) override { return BusResult::ok; }
    void serialize(Archive&) override {}
};

}  // namespace vtoll::core

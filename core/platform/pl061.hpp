// SPDX-License-Identifier: Apache-2.0
// ARM PrimeCell General Purpose Input/Output (PL061, ARM DDI 0190B). Eight lines, pulled down when nobody drives them.
#pragma once

#include "core/platform/device.hpp"
#include "core/platform/line.hpp"

namespace vtoll::core {

class Pl061 : public Device {
public:
    BusResult read(const Access& access, u32& value) override;
    BusResult write(const Access& access, u32 value) override;
    void serialize(Archive& ar) override { ar(interrupt, data_, dir_, is_, ibe_, iev_, ie_, ris_, afsel_, seen_); }

    Line interrupt;

    /// The outside drives line `number` (0..7); without effect while it is an output.
    void drive(unsigned number, bool level);

private:
    enum Offset : u32 {
        data_end = 0x400,
        gpiodir = 0x400,
        gpiois = 0x404,
        gpioibe = 0x408,
        gpioiev = 0x40c,
        gpioie = 0x410,
        gpioris = 0x414,
        gpiomis = 0x418,
        gpioic = 0x41c,
        gpioafsel = 0x420,
        id = 0xfd0,
    };

    void update();

    u32 data_ = 0, dir_ = 0, is_ = 0, ibe_ = 0, iev_ = 0, ie_ = 0, ris_ = 0, afsel_ = 0;
    u32 seen_ = 0;  ///< the lines as the edge detector saw them last
};

}  // namespace vtoll::core

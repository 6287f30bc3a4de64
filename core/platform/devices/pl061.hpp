// SPDX-License-Identifier: Apache-2.0
// ARM PrimeCell General Purpose Input/Output (PL061, ARM DDI 0190B). Eight lines, pulled down when nobody drives them.
#pragma once

#include "core/platform/line.hpp"
#include "core/platform/register_bank.hpp"

namespace vtoll::core {

class Pl061 : public Device {
public:
    Pl061() { registers().reset(*this); }

    BusResult read(const Access& access, u32& value) override;
    BusResult write(const Access& access, u32 value) override;
    void serialize(Archive& ar) override { ar(interrupt, data_, dir_, is_, ibe_, iev_, ie_, ris_, afsel_, seen_); }

    Line interrupt;

    /// The outside drives line `number` (0..7); without effect while it is an output.
    void drive(unsigned number, bool level);

private:
    static const RegisterBank<Pl061>& registers();

    u32 read_data(const Access& access) { return data_ & lines(access); }
    void write_data(const Access& access, u32 value);
    u32 masked() const { return ris_ & ie_; }
    void clear(u32 value) { ris_ &= ~(value & 0xff); }
    /// GPIODATA: address bits 9..2 are a mask of the lines meant.
    static u32 lines(const Access& access) { return (access.offset >> 2) & 0xff; }
    void update();

    u32 dir_, is_, ibe_, iev_, ie_, ris_, afsel_;  // as registers() resets them
    u32 data_ = 0;
    u32 seen_ = 0;  ///< the lines as the edge detector saw them last
};

}  // namespace vtoll::core

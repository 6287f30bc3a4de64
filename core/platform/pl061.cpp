// SPDX-License-Identifier: Apache-2.0
#include "core/platform/pl061.hpp"

#include <array>

namespace vtoll::core {

namespace {

// From 0xfd0: four reserved words, GPIOPeriphID0..3, GPIOPCellID0..3 (ARM DDI 0190B §3.3.10-11).
constexpr std::array<u32, 12> identification{0, 0, 0, 0, 0x61, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

}  // namespace

BusResult Pl061::read(const Access& access, u32& value) {
    const u32 offset = access.offset & ~3u;
    // GPIODATA: address bits 9..2 are a mask of the lines meant.
    if (offset < data_end) return value = data_ & (offset >> 2), BusResult::ok;
    switch (offset) {
    case gpiodir: value = dir_; break;
    case gpiois: value = is_; break;
    case gpioibe: value = ibe_; break;
    case gpioiev: value = iev_; break;
    case gpioie: value = ie_; break;
    case gpioris: value = ris_; break;
    case gpiomis: value = ris_ & ie_; break;
    case gpioafsel: value = afsel_; break;
    default: value = offset >= id ? identification[(offset - id) / 4] : 0; break;
    }
    return BusResult::ok;
}

BusResult Pl061::write(const Access& access, u32 value) {
    if (access.debug) return BusResult::ok;
    const u32 offset = access.offset & ~3u;
    value &= 0xff;
    if (offset < data_end) {
        const u32 mask = (offset >> 2) & dir_;
        data_ = (data_ & ~mask) | (value & mask);
    }
    switch (offset) {
    case gpiodir: dir_ = value; break;
    case gpiois: is_ = value; break;
    case gpioibe: ibe_ = value; break;
    case gpioiev: iev_ = value; break;
    case gpioie: ie_ = value; break;
    case gpioic: ris_ &= ~value; break;
    case gpioafsel: afsel_ = value; break;
    default: break;
    }
    update();
    return BusResult::ok;
}

void Pl061::drive(unsigned number, bool level) {
    const u32 mask = 1u << number & ~dir_;
    data_ = (data_ & ~mask) | (level ? mask : 0);
    update();
}

/// ARM DDI 0190B §2.2.3: by edge (either, or the one GPIOIEV selects) and latched, or by level for as long as it lasts.
void Pl061::update() {
    const u32 changed = (data_ ^ seen_) & ~dir_;
    seen_ = (seen_ & dir_) | (data_ & ~dir_);
    const u32 selected = ~(data_ ^ iev_);
    ris_ |= changed & ~is_ & (ibe_ | selected);
    ris_ |= is_ & selected & 0xff;
    interrupt.set((ris_ & ie_) != 0);
}

}  // namespace vtoll::core

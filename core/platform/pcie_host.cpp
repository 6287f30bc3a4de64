// SPDX-License-Identifier: Apache-2.0
#include "core/platform/pcie_host.hpp"

#include <cstring>

namespace vtoll::core {

namespace {

enum Offset : u32 {
    vendor_id = 0x00,
    command = 0x04,
    class_code = 0x08,
    cache_line_size = 0x0c,
    subsystem = 0x2c,
    interrupt_line = 0x3c,
    device_specific = 0x40
};

}  // namespace

PcieConfig::PcieConfig() {
    const auto word = [](std::array<u8, space>& bytes, u32 offset, u32 value) {
        std::memcpy(bytes.data() + offset, &value, sizeof value);
    };
    word(bytes_, vendor_id, 0x0008'1b36);   // Red Hat, generic PCIe host bridge
    word(bytes_, class_code, 0x0600'0000);  // host bridge
    word(bytes_, subsystem, 0x1100'1af4);
    word(writable_, command, 0x0507);  // I/O, memory, master, SERR#, interrupt disable
    word(writable_, cache_line_size, 0xff);
    word(writable_, interrupt_line, 0xff);
    for (u32 offset = device_specific; offset < space; ++offset) writable_[offset] = 0xff;
}

BusResult PcieConfig::read(const Access& access, u32& value) {
    if (access.offset >= space) return PcieWindow().read(access, value);
    value = 0;
    std::memcpy(&value, bytes_.data() + access.offset, access.size);
    return BusResult::ok;
}

BusResult PcieConfig::write(const Access& access, u32 value) {
    if (access.debug || access.offset >= space) return BusResult::ok;
    for (u32 i = 0; i < access.size; ++i) {
        u8& byte = bytes_[access.offset + i];
        const u8 mask = writable_[access.offset + i];
        byte = static_cast<u8>((byte & ~mask) | (value >> (8 * i) & mask));
    }
    return BusResult::ok;
}

}  // namespace vtoll::core

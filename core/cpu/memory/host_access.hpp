// SPDX-License-Identifier: Apache-2.0
// Guest data in host memory.
#pragma once

#include <bit>
#include <cstring>

#include "isa/types.hpp"

namespace vtoll::core {

static_assert(std::endian::native == std::endian::little, "guest memory is shared with the host in its byte order");

// Sizes by cases: a memcpy of a size known at run time is a call.
template <class T>
T read_as(const u8* p) {
    T value;
    std::memcpy(&value, p, sizeof value);
    return value;
}
inline u32 read_host(const u8* p, unsigned size) {
    return size == 4 ? read_as<u32>(p) : size == 2 ? read_as<u16>(p) : *p;
}
inline void write_host(u8* p, unsigned size, u32 value) {
    if (size == 4) {
        std::memcpy(p, &value, 4);
    } else if (size == 2) {
        std::memcpy(p, &value, 2);
    } else {
        *p = static_cast<u8>(value);
    }
}
inline u32 swap_bytes(u32 value, unsigned size) {
    return size == 4 ? __builtin_bswap32(value) : size == 2 ? __builtin_bswap16(static_cast<u16>(value)) : value;
}

inline constexpr u32 page_mask = 0xfff;
constexpr bool crosses_page(u32 va, unsigned size) { return ((va & page_mask) + size) > 0x1000; }

}  // namespace vtoll::core

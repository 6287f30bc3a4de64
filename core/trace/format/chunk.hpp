// SPDX-License-Identifier: Apache-2.0
// The frame around every piece of a trace file: docs/trace-format.md.
#pragma once

#include <zlib.h>

#include <string>
#include <string_view>

#include "isa/types.hpp"

namespace vtoll::core::trace {

struct ChunkHead {
    u32 kind, version;
    u32 size, packed_size;  ///< of the content, and of the zstd frame that follows
    u32 content_check;      ///< checksum of the zstd frame
    u32 head_check;         ///< checksum of the words before; to_bytes() fills it in
};
inline constexpr std::size_t chunk_head_size = 24;
inline constexpr u32 most_content = 8u << 20;

/// The last bytes of a file: where its index chunk begins.
struct Trailer {
    u64 index_at;
};
inline constexpr std::size_t trailer_size = 12;

/// CRC-32 (IEEE 802.3).
inline u32 checksum(std::string_view bytes) {
    return static_cast<u32>(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

inline void put32(std::string& out, u32 v) {
    for (unsigned i = 0; i < 4; ++i) out.push_back(static_cast<char>(v >> (8 * i)));
}
inline u32 get32(std::string_view in, std::size_t at) {
    u32 v = 0;
    for (unsigned i = 0; i < 4; ++i) v |= u32(static_cast<u8>(in[at + i])) << (8 * i);
    return v;
}

inline std::string to_bytes(const ChunkHead& h) {
    std::string out;
    for (const u32 v : {h.kind, h.version, h.size, h.packed_size, h.content_check}) put32(out, v);
    put32(out, checksum(out));
    return out;
}
inline std::string to_bytes(const Trailer& t) {
    std::string out;
    put32(out, static_cast<u32>(t.index_at));
    put32(out, static_cast<u32>(t.index_at >> 32));
    put32(out, checksum(out));
    return out;
}

}  // namespace vtoll::core::trace

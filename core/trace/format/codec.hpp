// SPDX-License-Identifier: Apache-2.0
// Records as bytes. What the last records said shortens the next: that memory is empty where a chunk begins, so that
// every chunk can be read by itself.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <tsl/robin_map.h>

#include "core/trace/format/bytes.hpp"
#include "core/trace/format/record.hpp"

namespace vtoll::core::trace {

/// What encoder and decoder remember alike.
struct Memory {
    std::array<u64, 256> pages{};  ///< physical page last seen behind a virtual one, by its low bits
    u32 data = 0, code = 0;
    u64 table = 0;
    u64 last_code = 0;

    u64& page(u32 va) { return pages[(va >> 12) & 0xff]; }
};

class Encoder {
public:
    /// `code` runs; defined first when the chunk has not had it yet.
    void block(const BlockKey& key, u32 insns, std::string_view bytes);
    void add(const Record& record);

    const std::string& data() const { return out_.data(); }
    void clear();

private:
    void tag(Kind kind, unsigned flags = 0) { out_.byte(static_cast<unsigned>(kind) | flags << 4); }
    void access(const Record& r);
    u64 define(const BlockKey& key, u32 insns, std::string_view bytes);

    Bytes out_;
    Memory memory_;
    struct Known {
        u64 id;
        std::string bytes;
    };
    tsl::robin_map<BlockKey, Known, BlockKeyHash> known_;
    u64 codes_ = 0;
};

class Decoder {
public:
    explicit Decoder(std::string_view in = {}) : in_(in) {}
    /// False: the chunk is over. Throws Malformed. Records' `code` stays valid as long as the decoder.
    bool next(Record& record);
    std::size_t at() const { return in_.at(); }

private:
    void define();
    void access(unsigned flags, Record& r);
    u8 index_in_block();

    ByteReader in_;
    Memory memory_;
    std::vector<std::unique_ptr<Code>> codes_;
    const Code* running_ = nullptr;
};

}  // namespace vtoll::core::trace

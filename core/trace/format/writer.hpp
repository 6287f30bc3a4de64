// SPDX-License-Identifier: Apache-2.0
// A trace file being made. It appears under its name when finish() is called; before that, nothing is there.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/output_file.hpp"
#include "core/trace/format/codec.hpp"

namespace vtoll::core::trace {

extern const FileKind trace_kind;

class Writer {
public:
    /// `about`: what the header says, JSON text.
    Writer(const std::filesystem::path& target, const std::string& about);

    void block(const BlockKey& key, u32 insns, std::string_view bytes) {
        records_++;
        encoder_.block(key, insns, bytes);
    }
    void add(const Record& record) {
        records_++;
        encoder_.add(record);
    }
    /// Between records: where a chunk may begin. `insns`, `ticks`: of the trace so far.
    void breathe(u64 insns, u64 ticks) {
        if (encoder_.data().size() >= chunk_size) flush(insns, ticks);
    }
    void finish(u64 insns, u64 ticks);
    u64 records() const { return records_; }
    u64 bytes_written() const { return position_; }

private:
    static constexpr std::size_t chunk_size = 1u << 20;
    void flush(u64 insns, u64 ticks);
    void chunk(u32 kind, const std::string& content);

    OutputFile out_;
    Encoder encoder_;
    Bytes index_;
    u64 chunks_ = 0, position_ = 0, records_ = 0;
    Totals before_;  ///< the chunk being filled
};

}  // namespace vtoll::core::trace

// SPDX-License-Identifier: Apache-2.0
// A trace file, read. Every way in which a file can be broken ends in an InputError that names it and the place.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/trace/format/codec.hpp"

namespace vtoll::core::trace {

class Reader {
public:
    explicit Reader(const std::filesystem::path& path);
    /// The same from bytes that are there already. `name` is how messages call it.
    Reader(std::string name, std::string bytes);

    const std::string& name() const { return name_; }
    const std::string& about() const { return about_; }  ///< the header: JSON text
    const Totals& totals() const { return totals_; }
    std::size_t chunks() const { return index_.size(); }
    std::size_t file_size() const { return bytes_.size(); }
    const Totals& before_chunk(std::size_t n) const { return index_.at(n).before; }

    /// Records come from chunk `n` on.
    void seek(std::size_t n);
    /// The chunk with instruction `insn`.
    std::size_t chunk_of(u64 insn) const;
    /// False: the trace is over.
    bool next(Record& record);
    std::size_t chunk() const { return chunk_; }  ///< that the last record came from
    [[noreturn]] void fail(const std::string& what) const;

private:
    struct Entry {
        u64 at;
        Totals before;
    };
    void open();
    std::string content_at(u64 at, u32 kind, u64* behind = nullptr) const;
    void read_index(u64 at);

    std::string name_, bytes_, about_;
    std::vector<Entry> index_;
    Totals totals_;
    std::size_t chunk_ = 0, next_chunk_ = 0;
    std::string content_;
    std::unique_ptr<Decoder> decoder_;
};

}  // namespace vtoll::core::trace

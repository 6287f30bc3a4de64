// SPDX-License-Identifier: Apache-2.0
#include "core/trace/format/reader.hpp"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>

#include "core/base/input_file.hpp"
#include "core/trace/format/chunk.hpp"

namespace vtoll::core::trace {

Reader::Reader(const std::filesystem::path& path)
    : name_(path.string()), bytes_(read_input(path, path.string()).bytes) {
    open();
}

Reader::Reader(std::string name, std::string bytes) : name_(std::move(name)), bytes_(std::move(bytes)) { open(); }

void Reader::fail(const std::string& what) const { throw InputError(name_ + ": " + what); }

void Reader::open() {
    if (bytes_.size() < sizeof magic || std::memcmp(bytes_.data(), magic, sizeof magic) != 0)
        fail("not a trace; expected a file made by vtoll trace record");
    about_ = content_at(sizeof magic, header_chunk);
    if (bytes_.size() < trailer_size + sizeof magic) fail("truncated: the index is missing");
    const std::string_view trailer = std::string_view(bytes_).substr(bytes_.size() - trailer_size);
    if (checksum(trailer.substr(0, 8)) != get32(trailer, 8))
        fail("truncated or damaged: the end of the file is not the end of a trace; record it again");
    read_index(get32(trailer, 0) | u64(get32(trailer, 4)) << 32);
}

/// Content of the chunk at byte `at`, checked.
std::string Reader::content_at(u64 at, u32 kind, u64* behind) const {
    const auto broken = [&](const std::string& what) { fail(fmt::format("byte {}: {}", at, what)); };
    if (at > bytes_.size() || bytes_.size() - at < chunk_head_size) broken("truncated: expected the head of a chunk");
    const std::string_view head = std::string_view(bytes_).substr(at, chunk_head_size);
    if (checksum(head.substr(0, 20)) != get32(head, 20)) broken("damaged: the checksum of a chunk's head is wrong");
    if (get32(head, 4) != version)
        broken(fmt::format("version {} of the format; this program reads version {}", get32(head, 4), version));
    if (get32(head, 0) != kind) broken("another kind of chunk was expected");
    const u32 size = get32(head, 8), packed_size = get32(head, 12);
    if (size > most_content) broken("a chunk larger than chunks may be");
    if (packed_size > bytes_.size() - at - chunk_head_size) broken("truncated inside a chunk");
    const std::string_view packed = std::string_view(bytes_).substr(at + chunk_head_size, packed_size);
    if (checksum(packed) != get32(head, 16)) broken("damaged: the checksum of a chunk is wrong");
    std::string content(size, '\0');
    const std::size_t got = ZSTD_decompress(content.data(), size, packed.data(), packed.size());
    if (ZSTD_isError(got) || got != size) broken("damaged: a chunk can't be unpacked");
    if (behind) *behind = at + chunk_head_size + packed_size;
    return content;
}

void Reader::read_index(u64 at) {
    u64 behind = 0;
    const std::string content = content_at(at, index_chunk, &behind);
    if (behind + trailer_size != bytes_.size()) fail("damaged: something lies between the index and the end");
    try {
        ByteReader in(content);
        const u64 chunks = in.number_to(content.size(), "number of chunks");
        for (u64 i = 0; i < chunks; ++i) {
            Entry e{};
            e.at = in.number_to(bytes_.size(), "place of a chunk");
            e.before = {in.number(), in.number(), in.number()};
            if (!index_.empty() && e.at <= index_.back().at) throw Malformed{"chunks out of order"};
            index_.push_back(e);
        }
        totals_ = {in.number(), in.number(), in.number()};
        if (!in.done()) throw Malformed{"more than an index"};
    } catch (const Malformed& m) {
        fail("index: " + m.what);
    }
}

void Reader::seek(std::size_t n) {
    next_chunk_ = n;
    decoder_.reset();
}

std::size_t Reader::chunk_of(u64 insn) const {
    const auto it =
        std::upper_bound(index_.begin(), index_.end(), insn, [](u64 v, const Entry& e) { return v < e.before.insns; });
    return it == index_.begin() ? 0 : static_cast<std::size_t>(it - index_.begin()) - 1;
}

bool Reader::next(Record& record) {
    for (;;) {
        if (decoder_) {
            try {
                if (decoder_->next(record)) return true;
            } catch (const Malformed& m) {
                fail(fmt::format("chunk {}, byte {}: {}", chunk_, decoder_->at(), m.what));
            }
            decoder_.reset();
        }
        if (next_chunk_ == index_.size()) return false;
        chunk_ = next_chunk_++;
        content_ = content_at(index_[chunk_].at, data_chunk);
        decoder_ = std::make_unique<Decoder>(content_);
    }
}

}  // namespace vtoll::core::trace

// SPDX-License-Identifier: Apache-2.0
#include "core/trace/format/writer.hpp"

#include <unistd.h>
#include <zstd.h>

#include "core/trace/format/chunk.hpp"

namespace vtoll::core::trace {

Writer::Writer(std::filesystem::path target, const std::string& about)
    : target_(std::move(target)), work_(target_.string() + ".part" + std::to_string(getpid())) {
    out_.open(work_, std::ios::binary | std::ios::trunc);
    if (!out_) throw InputError(target_.string() + ": can't be written; expected a path in a folder that exists");
    out_.write(magic, sizeof magic);
    position_ = sizeof magic;
    chunk(header_chunk, about);
}

Writer::~Writer() {
    if (finished_) return;
    std::error_code ignored;
    out_.close();
    std::filesystem::remove(work_, ignored);
}

void Writer::chunk(u32 kind, const std::string& content) {
    std::string packed(ZSTD_compressBound(content.size()), '\0');
    const std::size_t size = ZSTD_compress(packed.data(), packed.size(), content.data(), content.size(), 3);
    if (ZSTD_isError(size)) out_.setstate(std::ios::failbit);
    packed.resize(ZSTD_isError(size) ? 0 : size);
    const ChunkHead head{
        kind, version, static_cast<u32>(content.size()), static_cast<u32>(packed.size()), checksum(packed), 0};
    const std::string bytes = to_bytes(head);
    out_ << bytes << packed;  // finish() looks whether all of it could be written
    position_ += bytes.size() + packed.size();
}

void Writer::flush(u64 insns, u64 ticks) {
    if (encoder_.data().empty()) return;
    index_.number(position_);
    index_.number(before_.insns);
    index_.number(before_.ticks);
    index_.number(before_.records);
    chunk(data_chunk, encoder_.data());
    ++chunks_;
    encoder_.clear();
    before_ = {insns, ticks, records_};
}

void Writer::finish(u64 insns, u64 ticks) {
    flush(insns, ticks);
    Bytes content;
    content.number(chunks_);
    content.text(index_.data());
    content.number(insns);
    content.number(ticks);
    content.number(records_);
    const u64 at = position_;
    chunk(index_chunk, content.data());
    out_ << to_bytes(Trailer{at});
    out_.close();
    if (!out_) throw InputError(target_.string() + ": can't be written to the end: is the disk full?");
    std::filesystem::rename(work_, target_);
    finished_ = true;
}

}  // namespace vtoll::core::trace

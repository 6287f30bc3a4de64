// SPDX-License-Identifier: Apache-2.0
#include "core/trace/format/writer.hpp"

#include <zstd.h>

#include "core/trace/format/chunk.hpp"

namespace vtoll::core::trace {

const FileKind trace_kind{"a trace", [](const std::filesystem::path& file) {
                              return beginning_of(file, sizeof magic) == std::string_view(magic, sizeof magic);
                          }};

Writer::Writer(const std::filesystem::path& target, const std::string& about)
    : out_(target, "-o " + target.string(), trace_kind) {
    out_.write({magic, sizeof magic});
    position_ = sizeof magic;
    chunk(header_chunk, about);
}

void Writer::chunk(u32 kind, const std::string& content) {
    std::string packed(ZSTD_compressBound(content.size()), '\0');
    const std::size_t size = ZSTD_compress(packed.data(), packed.size(), content.data(), content.size(), 3);
    if (ZSTD_isError(size)) throw InputError(std::string("trace: zstd: ") + ZSTD_getErrorName(size));
    packed.resize(size);
    const ChunkHead head{
        kind, version, static_cast<u32>(content.size()), static_cast<u32>(packed.size()), checksum(packed), 0};
    const std::string bytes = to_bytes(head);
    out_.write(bytes);  // finish() looks whether all of it could be written
    out_.write(packed);
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
    out_.write(to_bytes(Trailer{at}));
    out_.finish();
}

}  // namespace vtoll::core::trace

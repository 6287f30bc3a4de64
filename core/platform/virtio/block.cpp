// SPDX-License-Identifier: Apache-2.0
#include "core/platform/virtio/block.hpp"

#include <algorithm>

namespace vtoll::core {

namespace {

constexpr u64 serial_size = 20;

std::span<u8> bytes_of(std::string& text, u64 offset, u64 size) {
    return {reinterpret_cast<u8*>(text.data()) + offset, size};
}

}  // namespace

VirtioBlock::VirtioBlock(std::string contents, std::string serial)
    : contents_(std::move(contents)), serial_(std::move(serial)) {
    contents_.resize((contents_.size() + sector - 1) / sector * sector, '\0');
    serial_.resize(serial_size, '\0');
}

/// The capacity in sectors; the fields behind it belong to features that aren't offered.
std::string VirtioBlock::config() const {
    std::string bytes;
    append_value<u64>(bytes, contents_.size() / sector);
    return bytes;
}

bool VirtioBlock::holds(u64 first_sector, u64 size) const {
    const u64 sectors = contents_.size() / sector;
    return size % sector == 0 && first_sector <= sectors && size / sector <= sectors - first_sector;
}

void VirtioBlock::notified(unsigned queue) {
    serve(queue, [this](const VirtioChain& chain) { return answer(chain); });
}

/// §5.2.6: a header, data either way, a byte of status at the very end.
u32 VirtioBlock::answer(const VirtioChain& chain) {
    Header header{};
    const u64 writable = chain.writable_size();
    if (writable == 0) return 0;  // nowhere to put the status
    u32 written = 0;
    Status status = io_error;
    if (chain.read(link().dma(), 0, {reinterpret_cast<u8*>(&header), sizeof header}) == sizeof header)
        status = transfer(header, chain, writable - 1, written);
    const u8 byte = status;
    chain.write(link().dma(), writable - 1, {&byte, 1});
    return written + 1;
}

VirtioBlock::Status VirtioBlock::transfer(const Header& header, const VirtioChain& chain, u64 writable, u32& written) {
    switch (header.type) {
    case in:
        if (!holds(header.sector, writable)) return io_error;
        written = static_cast<u32>(chain.write(link().dma(), 0, bytes_of(contents_, header.sector * sector, writable)));
        return ok;
    case out: {
        const u64 size = chain.readable_size() - sizeof header;
        if (!holds(header.sector, size)) return io_error;
        const u64 first = header.sector * sector;
        chain.read(link().dma(), sizeof header, bytes_of(contents_, first, size));
        for (u64 at = first / piece; at * piece < first + size; ++at) changed_.insert(at);
        return ok;
    }
    case flush: return ok;  // nothing is ever held back
    case get_id:
        written = static_cast<u32>(chain.write(link().dma(), 0, bytes_of(serial_, 0, std::min(writable, serial_size))));
        return ok;
    default: return unsupported;
    }
}

void VirtioBlock::serialize(Archive& ar) {
    std::vector<std::pair<u64, std::string>> pieces;
    if (!ar.restoring())
        for (u64 at : changed_) pieces.emplace_back(at, contents_.substr(at * piece, piece));
    ar(pieces);
    if (!ar.restoring()) return;
    for (const auto& [at, bytes] : pieces) {
        if (at > contents_.size() / piece || contents_.substr(at * piece, piece).size() != bytes.size())
            ar.refuse("has a disk of another size");
        contents_.replace(at * piece, bytes.size(), bytes);
        changed_.insert(at);
    }
}

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// A virtio disk (VIRTIO 1.1 §5.2). It has the bytes of a file; what the guest writes changes the machine's copy only.
#pragma once

#include <set>

#include "core/platform/virtio/device.hpp"

namespace vtoll::core {

class VirtioBlock : public VirtioDevice {
public:
    static constexpr u64 sector = 512;

    /// `contents` are filled up to whole sectors. `serial`: what the guest reads as the disk's, up to 20 characters.
    VirtioBlock(std::string contents, std::string serial);

    u32 id() const override { return 2; }
    u64 features() const override { return feature_flush; }
    unsigned queues() const override { return 1; }
    std::string config() const override;
    void notified(unsigned queue) override;
    void serialize(Archive& ar) override;

    const std::string& contents() const { return contents_; }

private:
    static constexpr u64 feature_flush = u64{1} << 9;
    static constexpr u64 piece = 4096;  ///< checkpoints hold what was written in pieces of this size
    enum Type : u32 { in = 0, out = 1, flush = 4, get_id = 8 };
    enum Status : u8 { ok = 0, io_error = 1, unsupported = 2 };
    struct Header {
        u32 type, reserved;
        u64 sector;
    };

    u32 answer(const VirtioChain& chain);
    Status transfer(const Header& header, const VirtioChain& chain, u64 writable, u32& written);
    bool holds(u64 first_sector, u64 size) const;

    std::string contents_, serial_;
    std::set<u64> changed_;  ///< pieces
};

}  // namespace vtoll::core

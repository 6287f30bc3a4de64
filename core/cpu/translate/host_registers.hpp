// SPDX-License-Identifier: Apache-2.0
// Which host registers have the values of which core registers while a block's code is made. CpuState is always up to
// date: what is written is stored at once, so that a register can be forgotten at any moment.
#pragma once

#include <array>
#include <optional>

#include "isa/types.hpp"

namespace vtoll::core {

class HostRegisters {
public:
    static constexpr unsigned count = 5;

    /// An instruction begins: none of them is in use.
    void begin() { in_use_ = 0; }
    std::optional<unsigned> of(unsigned guest) const {
        const u8 host = host_of_[guest];
        return host == none ? std::nullopt : std::optional<unsigned>(host);
    }
    struct Taken {
        unsigned host;
        bool loaded;  ///< false: it has the value of another, or of none
    };
    /// The one of `guest`, which is in use until begin(); given to it if it has none.
    Taken take(unsigned guest) {
        const bool loaded = host_of_[guest] != none;
        const unsigned host = loaded ? host_of_[guest] : oldest();
        if (!loaded) give(host, guest);
        in_use_ |= 1u << host;
        used_at_[host] = ++now_;
        return {host, loaded};
    }
    void forget_all() {
        host_of_.fill(none);
        guest_of_.fill(none);
    }
    /// Core register that `host` has the value of; 0xff: none.
    u8 guest(unsigned host) const { return guest_of_[host]; }
    static constexpr u8 none = 0xff;

private:
    static constexpr std::array<u8, 16> no_hosts() {
        std::array<u8, 16> out{};
        out.fill(none);
        return out;
    }
    unsigned oldest() const {
        unsigned best = count;
        for (unsigned h = 0; h < count; ++h)
            if (!(in_use_ >> h & 1) && (best == count || used_at_[h] < used_at_[best])) best = h;
        return best;
    }
    void give(unsigned host, unsigned guest) {
        if (guest_of_[host] != none) host_of_[guest_of_[host]] = none;
        guest_of_[host] = static_cast<u8>(guest);
        host_of_[guest] = static_cast<u8>(host);
    }

    std::array<u8, 16> host_of_ = no_hosts();
    std::array<u8, count> guest_of_{none, none, none, none, none};
    std::array<u32, count> used_at_{};
    u32 now_ = 0;
    unsigned in_use_ = 0;
};

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// Memory for host code. It is mapped twice, once to be written and once to be executed, so that no address can be both.
#pragma once

#include <array>
#include <cstddef>

#include "isa/types.hpp"

namespace vtoll::core {

class CodeMemory {
public:
    static constexpr std::size_t size = std::size_t{64} << 20;

    CodeMemory() = default;
    ~CodeMemory();
    CodeMemory(const CodeMemory&) = delete;
    CodeMemory& operator=(const CodeMemory&) = delete;

    /// Where the next piece of at most `bytes` is to be written; nullptr: there is no memory.
    u8* room(std::size_t bytes);
    /// A piece of `bytes` was written there. Where it is to be executed.
    const void* keep(std::size_t bytes);
    /// Less than an eighth is left.
    bool full() const { return used_ > size - size / 8; }
    /// What was kept goes away.
    void clear() { used_ = 0; }

private:
    bool map();
    void tell_unwinder();

    u8* written_ = nullptr;
    u8* executed_ = nullptr;
    std::size_t used_ = 0;
    bool refused_ = false;
    std::array<u8, 64> frames_{};  ///< .eh_frame of all code
};

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// Zeroed memory that costs the host nothing until it is touched.
#pragma once

#include <cstddef>

#include "isa/types.hpp"

namespace vtoll::core {

class Ram {
public:
    Ram(u64 base, u64 size);  ///< throws InputError when the host has no such amount of address space
    ~Ram();
    Ram(const Ram&) = delete;
    Ram& operator=(const Ram&) = delete;

    u64 base() const { return base_; }
    u64 size() const { return size_; }
    bool holds(u64 pa, u64 length) const {
        return pa >= base_ && pa - base_ <= size_ && length <= size_ - (pa - base_);
    }
    u8* at(u64 pa) { return host_ + (pa - base_); }
    const u8* at(u64 pa) const { return host_ + (pa - base_); }

private:
    u64 base_, size_;
    u8* host_;
};

}  // namespace vtoll::core

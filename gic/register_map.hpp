// SPDX-License-Identifier: Apache-2.0
// A memory-mapped register bank declared as a table: one row per register or array of registers.
#pragma once

#include "gic/constants.hpp"

#include <array>
#include <cstddef>
#include <string>

namespace vtoll::gic {

/// What happens to an access narrower than a word.
enum class Narrow : u8 {
    lanes,    ///< only the addressed bytes take part
    ignored,  ///< word access only (ARM IHI 0048B §4.1.4): a narrow write is dropped, a narrow read only looks
};

template <class Device>
struct Register {
    using Read = u32 (Device::*)(unsigned index, Access);
    using Write = void (Device::*)(unsigned index, u32 value, Access);

    const char* name;
    u32 offset;
    u32 count;  ///< words
    Narrow narrow;
    Read read;    ///< null: reads as zero
    Write write;  ///< null: writes are ignored
};

/// Rows plus an index by word offset, both made at compile time. Rows that overlap or lie outside don't compile.
template <class Device, u32 span, std::size_t row_count>
class RegisterMap {
public:
    explicit constexpr RegisterMap(const std::array<Register<Device>, row_count>& rows) : rows_(rows) {
        static_assert(row_count < none, "row numbers are kept in bytes");
        slots_.fill(none);
        for (std::size_t row = 0; row < row_count; ++row) {
            for (u32 word = 0; word < rows[row].count; ++word) {
                u8& slot = slots_.at(rows[row].offset / 4 + word);
                if (slot != none) throw "two registers at one offset";
                slot = static_cast<u8>(row);
            }
        }
    }

    u32 read(Device& device, u32 offset, unsigned size, Access access) const {
        const Register<Device>* row = find(offset);
        if (!row || !row->read) return 0;
        if (size < 4 && row->narrow == Narrow::ignored) access.debug = true;
        const u32 word = (device.*row->read)((offset - row->offset) / 4, access);
        return (word >> shift(offset)) & size_mask(size);
    }

    void write(Device& device, u32 offset, u32 value, unsigned size, Access access) const {
        const Register<Device>* row = find(offset);
        if (!row || !row->write) return;
        if (size < 4 && row->narrow == Narrow::ignored) return;
        access.lanes = size_mask(size) << shift(offset);
        (device.*row->write)((offset - row->offset) / 4, (value << shift(offset)) & access.lanes, access);
    }

    const Register<Device>* find(u32 offset) const {
        if (offset >= span) return nullptr;
        const u8 slot = slots_[offset / 4];
        return slot == none ? nullptr : &rows_[slot];
    }

    /// The register's name, with its index where it is one of several; empty when nothing is there.
    std::string name(u32 offset) const {
        const Register<Device>* row = find(offset);
        if (!row) return {};
        return row->count == 1 ? row->name : row->name + std::to_string((offset - row->offset) / 4);
    }

private:
    static constexpr u8 none = 0xFF;

    static constexpr unsigned shift(u32 offset) { return (offset & 3) * 8; }
    static constexpr u32 size_mask(unsigned size) { return size >= 4 ? ~0u : (1u << (size * 8)) - 1; }

    std::array<Register<Device>, row_count> rows_;
    std::array<u8, span / 4> slots_{};
};

template <u32 span, class Device, std::size_t row_count>
constexpr auto make_register_map(const std::array<Register<Device>, row_count>& rows) {
    return RegisterMap<Device, span, row_count>(rows);
}

}  // namespace vtoll::gic

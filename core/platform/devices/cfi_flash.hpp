// SPDX-License-Identifier: Apache-2.0
// A bank of parallel NOR flash with the Common Flash Interface (JEDEC JESD68.01) and the Intel command set (JEP137,
// algorithm 0001h): two 16-bit chips side by side on 32 bits. Sizes, identification and what is left open follow QEMU's
// bank: erased or not, a program command stores its data, and every operation is done when its command is.
#pragma once

#include <functional>
#include <vector>

#include "core/platform/device.hpp"
#include "core/platform/ram.hpp"

namespace vtoll::core {

class CfiFlash : public Device {
public:
    static constexpr u64 block_size = 256 * 1024;  ///< what an erase erases, of both chips together

    CfiFlash(u64 base, u64 size) : contents_(base, size) {}

    BusResult read(const Access& access, u32& value) override;
    BusResult write(const Access& access, u32 value) override;
    void serialize(Archive& ar) override;

    Ram& contents() { return contents_; }
    /// Reads return the contents, so that they may be read (and executed) as plain memory.
    bool reads_array() const { return mode_ == Mode::array; }
    /// Called when that ends.
    void on_array_left(std::function<void()> left) { array_left_ = std::move(left); }

private:
    enum class Mode : u8 { array, status, query, identify };  ///< what reads return
    /// What the next write means: a command, or a later cycle of one.
    enum class Cycle : u8 {
        command,
        program_data,
        erase_confirm,
        lock_confirm,
        buffer_count,
        buffer_data,
        buffer_confirm
    };
    struct Store {
        u32 offset, size, value;
        void serialize(Archive& ar) { ar(offset, size, value); }
    };

    void command(u32 code);
    void start(Cycle next, Mode reads);
    void finish(u32 errors);
    void erase(u32 offset);
    void program(const Store& store);
    /// A 16-bit chip's answer, from both chips, in the byte lanes of the access.
    static u32 from_chips(const Access& access, u32 chip);
    u32 query_table(u32 word) const;

    Ram contents_;
    Mode mode_ = Mode::array;
    Cycle cycle_ = Cycle::command;
    u32 status_ = 0x80;  ///< SR.7: ready
    u32 left_ = 0;       ///< words the buffer still expects
    std::vector<Store> buffer_;
    std::function<void()> array_left_;
};

}  // namespace vtoll::core

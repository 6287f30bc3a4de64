// SPDX-License-Identifier: Apache-2.0
#include "core/platform/devices/cfi_flash.hpp"

#include <array>
#include <bit>
#include <cstring>

#include "core/platform/device_entry.hpp"
#include "core/platform/fdt_writer.hpp"

namespace vtoll::core {

namespace {

enum Command : u32 {
    read_array = 0xff,
    read_identifier = 0x90,
    read_query = 0x98,
    read_status = 0x70,
    clear_status = 0x50,
    word_program = 0x40,
    word_program_alternate = 0x10,
    block_erase = 0x20,
    buffered_program = 0xe8,
    lock_setup = 0x60,
    confirm = 0xd0,
    lock_block = 0x01,
};

enum Status : u32 {
    ready = 0x80,
    erase_error = 0x20,
    program_error = 0x10,
    sequence_error = erase_error | program_error
};

constexpr u32 manufacturer = 0x89, device_id = 0x18;  // Intel, 128 Mbit: what QEMU's banks say
constexpr u32 chips = 2;
constexpr u32 log2_buffer_size = 11;

std::unique_ptr<Device> make_bank(const DeviceEntry& entry, Board&) {
    return std::make_unique<CfiFlash>(entry.window.base, entry.window.size);
}

/// Both banks are one device there.
void node(FdtWriter& fdt, const DeviceEntry& entry, const MachineKeys&) {
    fdt.begin(node_name(entry, "flash"));
    fdt.text("compatible", "cfi-flash");
    fdt.cells("reg", reg_cells({entry.window, flash1_device.window}));
    fdt.cells("bank-width", {4});
    fdt.end();
}

constexpr const char* title = "CFI flash, 2 x 64 MiB";

}  // namespace

const DeviceEntry flash0_device{
    .name = "flash0",
    .window = memory_map::flash(0),
    .make = make_bank,
    .node = node,
    .title = title,
    .words =
        "two 16-bit Intel chips a bank; memory to read and execute, until a command is written. A program may come "
        "as `kind = \"flash\"`: the first processor starts in it",
};
const DeviceEntry flash1_device{.name = "flash1", .window = memory_map::flash(1), .make = make_bank, .title = title};

u32 CfiFlash::from_chips(const Access& access, u32 chip) {
    const u32 bank = chip << 16 | chip;
    const u32 lanes = bank >> (8 * (access.offset & 3));
    return access.size == 4 ? lanes : lanes & ((1u << (8 * access.size)) - 1);
}

/// The CFI query structure by 16-bit word of a chip, JESD68.01 §2.
u32 CfiFlash::query_table(u32 word) const {
    const u64 chip_size = contents_.size() / chips;
    const u32 blocks = static_cast<u32>(contents_.size() / block_size);
    constexpr u64 chip_block = block_size / chips;
    switch (word) {
    case 0x10: return 'Q';
    case 0x11: return 'R';
    case 0x12: return 'Y';
    case 0x13: return 0x01;  // primary command set: Intel extended
    case 0x15: return 0x31;  // its table
    case 0x1b: return 0x45;  // Vcc 4.5 to 5.5 V
    case 0x1c: return 0x55;
    case 0x1f: return 7;   // typical times, powers of two: word program 128 us
    case 0x20: return 7;   // buffer program 128 us
    case 0x21: return 10;  // block erase 1 s
    case 0x23: return 4;   // most: 16 times the typical
    case 0x24: return 4;
    case 0x25: return 4;
    case 0x27: return static_cast<u32>(std::countr_zero(chip_size));
    case 0x28: return 2;  // interface: 8 or 16 bits
    case 0x2a: return log2_buffer_size;
    case 0x2c: return 1;  // one region of equal blocks
    case 0x2d: return (blocks - 1) & 0xff;
    case 0x2e: return (blocks - 1) >> 8;
    case 0x2f: return (chip_block >> 8) & 0xff;
    case 0x30: return (chip_block >> 16) & 0xff;
    case 0x31: return 'P';
    case 0x32: return 'R';
    case 0x33: return 'I';
    case 0x34: return '1';
    case 0x35: return '0';
    case 0x3f: return 1;  // protection register fields
    default: return 0;
    }
}

BusResult CfiFlash::read(const Access& access, u32& value) {
    const u32 word = access.offset / 4;  // a chip's 16-bit word, on both halves of the bank
    switch (mode_) {
    case Mode::array:
        value = 0;
        std::memcpy(&value, contents_.at(contents_.base() + access.offset), access.size);
        break;
    case Mode::status: value = from_chips(access, status_); break;
    case Mode::query: value = from_chips(access, query_table(word)); break;
    case Mode::identify:
        value = from_chips(access, (word & 0xff) == 0 ? manufacturer : (word & 0xff) == 1 ? device_id : 0);
        break;
    }
    return BusResult::ok;
}

void CfiFlash::start(Cycle next, Mode reads) {
    const bool left = mode_ == Mode::array && reads != Mode::array;
    cycle_ = next;
    mode_ = reads;
    if (left && array_left_) array_left_();
}

void CfiFlash::finish(u32 errors) {
    status_ |= ready | errors;
    buffer_.clear();
    start(Cycle::command, Mode::status);
}

/// A command's first cycle. Both chips get the same one; the low byte is looked at.
void CfiFlash::command(u32 code) {
    switch (code) {
    case read_status: start(Cycle::command, Mode::status); break;
    case read_identifier: start(Cycle::command, Mode::identify); break;
    case read_query: start(Cycle::command, Mode::query); break;
    case word_program:
    case word_program_alternate: start(Cycle::program_data, Mode::status); break;
    case block_erase: start(Cycle::erase_confirm, Mode::status); break;
    case lock_setup: start(Cycle::lock_confirm, Mode::status); break;
    case buffered_program: start(Cycle::buffer_count, Mode::status); break;
    case clear_status: status_ = ready; [[fallthrough]];
    default: start(Cycle::command, Mode::array); break;  // Read Array, and what isn't a command
    }
}

BusResult CfiFlash::write(const Access& access, u32 value) {
    if (access.debug) return BusResult::ok;
    const u32 code = value & 0xff;
    switch (cycle_) {
    case Cycle::command: command(code); break;
    case Cycle::program_data:
        program({access.offset, access.size, value});
        finish(0);
        break;
    case Cycle::erase_confirm:
        if (code == confirm) erase(access.offset);
        finish(code == confirm ? 0 : u32{sequence_error});
        break;
    case Cycle::lock_confirm:  // blocks are never locked
        finish(code == confirm || code == lock_block ? 0 : u32{sequence_error});
        break;
    case Cycle::buffer_count:
        left_ = (value & 0xffff) + 1;
        if (left_ > (1u << log2_buffer_size)) finish(sequence_error);
        else start(Cycle::buffer_data, Mode::status);
        break;
    case Cycle::buffer_data:
        buffer_.push_back({access.offset, access.size, value});
        if (--left_ == 0) start(Cycle::buffer_confirm, Mode::status);
        break;
    case Cycle::buffer_confirm:
        if (code == confirm)
            for (const Store& store : buffer_) program(store);
        finish(code == confirm ? 0 : u32{sequence_error});
        break;
    }
    return BusResult::ok;
}

void CfiFlash::program(const Store& store) {
    std::memcpy(contents_.at(contents_.base() + store.offset), &store.value, store.size);
}

void CfiFlash::erase(u32 offset) {
    std::memset(contents_.at(contents_.base() + (offset & ~(block_size - 1))), 0xff, block_size);
}

void CfiFlash::serialize(Archive& ar) {
    ar(mode_, cycle_, status_, left_, buffer_);
    // Most of a bank was never touched: what isn't all zeros is saved, block by block.
    const auto block_at = [&](u64 block) { return contents_.at(contents_.base() + block * block_size); };
    const std::string zeros(block_size, '\0');
    std::vector<std::pair<u64, std::string>> blocks;
    const auto is_zero = [&](u64 block) { return std::memcmp(block_at(block), zeros.data(), block_size) == 0; };
    if (!ar.restoring())
        for (u64 block = 0; block < contents_.size() / block_size; ++block)
            if (!is_zero(block))
                blocks.emplace_back(block, std::string(reinterpret_cast<char*>(block_at(block)), block_size));
    ar(blocks);
    if (!ar.restoring()) return;
    for (u64 block = 0; block < contents_.size() / block_size; ++block)
        if (!is_zero(block)) std::memset(block_at(block), 0, block_size);
    for (const auto& [block, bytes] : blocks) {
        if (block >= contents_.size() / block_size || bytes.size() != block_size)
            ar.refuse("has a block outside the flash");
        std::memcpy(block_at(block), bytes.data(), block_size);
    }
    if (mode_ != Mode::array && array_left_) array_left_();
}

}  // namespace vtoll::core

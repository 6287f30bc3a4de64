// SPDX-License-Identifier: Apache-2.0
#include "core/platform/devices/fw_cfg.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/platform/device_entry.hpp"
#include "core/platform/fdt_writer.hpp"

namespace vtoll::core {

namespace {

constexpr std::string_view dma_signature = "QEMU CFG";
constexpr u32 dma_address = 0x10;  // the offset of that register, in two halves
constexpr u32 features = 3;        // traditional interface and DMA
constexpr std::size_t name_size = 56;

std::string little_endian(u64 value, unsigned size) {
    std::string out;
    for (unsigned i = 0; i < size; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
    return out;
}
std::string big_endian(u64 value, unsigned size) {
    std::string out = little_endian(value, size);
    std::reverse(out.begin(), out.end());
    return out;
}

}  // namespace

const DeviceEntry fw_cfg_device{
    .name = "fw_cfg",
    .window = {0x0902'0000, 0x18},
    .make = [](const DeviceEntry&, Board& board) -> std::unique_ptr<Device> {
        return std::make_unique<FwCfg>(board.keys.cpus, board.dma);
    },
    .node =
        [](FdtWriter& fdt, const DeviceEntry& entry, const MachineKeys&) {
            begin_device(fdt, entry, "fw-cfg");
            fdt.text("compatible", "qemu,fw-cfg-mmio");
            fdt.flag("dma-coherent");
            fdt.end();
        },
    .exits = "fw_cfg",
    .title = "fw_cfg",
    .words =
        "signature, processors, and for a firmware in flash the zImage, RAM disk and command line that are given "
        "without an `address`; by register and DMA. No ACPI or SMBIOS tables",
};

FwCfg::FwCfg(unsigned cpus, Dma& dma) : dma_(dma) {
    set(signature, "QEMU");
    set(id, little_endian(features, 4));
    set(nographic, little_endian(1, 2));
    set(nb_cpus, little_endian(cpus, 2));
    set(boot_menu, little_endian(0, 2));
    add_file("bootorder", "");
    add_file("etc/boot-fail-wait", little_endian(0xffff'ffff, 4));
}

void FwCfg::set_with_size(Item size, Item item, std::string bytes) {
    set(size, little_endian(bytes.size(), 4));
    set(item, std::move(bytes));
}

void FwCfg::add_file(const std::string& name, std::string bytes) {
    files_[name.substr(0, name_size - 1)] = std::move(bytes);
    number_files();
}

void FwCfg::number_files() {
    u16 number = first_file;
    std::string directory = big_endian(files_.size(), 4);
    for (const auto& [name, bytes] : files_) {
        directory += big_endian(bytes.size(), 4) + big_endian(number, 2) + big_endian(0, 2) + name;
        directory.append(name_size - name.size(), '\0');
        items_[number++] = bytes;
    }
    set(file_dir, std::move(directory));
}

void FwCfg::select(u16 item) {
    selected_ = item;
    offset_ = 0;
}

/// What is left of the selected item; nothing of one that isn't there.
std::string_view FwCfg::rest() const {
    const auto item = items_.find(selected_);
    return item == items_.end() ? std::string_view() : std::string_view(item->second).substr(offset_);
}

const RegisterBank<FwCfg>& FwCfg::registers() {
    using R = RegisterBank<FwCfg>;
    using namespace access_size;
    static const R bank{
        R::read_only<&FwCfg::read_data>("Data", 0x00).written<&FwCfg::write_data>().sized(each),
        R::write_only<&FwCfg::write_selector>("Selector", 0x08).sized(half_word),
        R::read_only<&FwCfg::read_signature>("DMA Address, high", dma_address)
            .written<&FwCfg::write_address_high>()
            .sized(any, word),
        R::read_only<&FwCfg::read_signature>("DMA Address, low", dma_address + 4)
            .written<&FwCfg::write_address_low>()
            .sized(any, word),
    };
    return bank;
}

u32 FwCfg::read_data(const Access& access) {
    const std::string_view bytes = rest().substr(0, access.size);  // zeros follow the last
    u32 value = 0;
    bytes.copy(reinterpret_cast<char*>(&value), bytes.size());  // of an item that is not there: nowhere
    if (!access.debug) offset_ += static_cast<u32>(bytes.size());
    return value;
}

u32 FwCfg::read_signature(const Access& access) {
    u32 value = 0;
    std::memcpy(&value, dma_signature.data() + (access.offset - dma_address), access.size);
    return value;
}

void FwCfg::write_address_low(u32 value) {
    run_dma(u64{address_high_} << 32 | __builtin_bswap32(value));
    address_high_ = 0;
}

BusResult FwCfg::read(const Access& access, u32& value) {
    return registers().read(*this, access, value) ? BusResult::ok : BusResult::error;
}

BusResult FwCfg::write(const Access& access, u32 value) {
    return registers().write(*this, access, value) ? BusResult::ok : BusResult::error;
}

/// The descriptor: control, length, address, all big-endian. Control says afterwards how it went.
void FwCfg::run_dma(u64 descriptor) {
    std::array<u32, 4> words{};
    if (!dma_.read(descriptor, words.data(), sizeof words)) return;
    for (u32& word : words) word = __builtin_bswap32(word);
    const bool done = transfer(words[0], u64{words[2]} << 32 | words[3], words[1]);
    const u32 control = __builtin_bswap32(done ? 0 : u32{error});
    dma_.write(descriptor, &control, sizeof control);
}

bool FwCfg::transfer(u32 control, u64 address, u32 length) {
    if (control & select_item) select(static_cast<u16>(control >> 16));
    const std::string_view bytes = rest().substr(0, length);
    if (control & read_item) {
        if (!dma_.holds(address, length)) return false;
        std::string whole(bytes);
        whole.resize(length, '\0');
        dma_.write(address, whole.data(), length);
    } else if (control & write_item) {
        return false;  // nothing here may be written
    }
    if (control & (read_item | skip)) offset_ += static_cast<u32>(bytes.size());
    return true;
}

}  // namespace vtoll::core

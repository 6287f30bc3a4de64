// SPDX-License-Identifier: Apache-2.0
// QEMU's firmware configuration device (docs/specs/fw_cfg.rst): numbered items, read byte by byte or by DMA. What
// firmware and Linux look at is there: the number of processors, a kernel for the firmware to start, named files. ACPI
// and SMBIOS tables are not: the device tree says it all.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/platform/dma.hpp"
#include "core/platform/register_bank.hpp"

namespace vtoll::core {

class FwCfg : public Device {
public:
    enum Item : u16 {
        signature = 0x00,
        id = 0x01,
        nographic = 0x04,
        nb_cpus = 0x05,
        kernel_size = 0x08,
        initrd_size = 0x0b,
        boot_menu = 0x0e,
        kernel_data = 0x11,
        initrd_data = 0x12,
        cmdline_size = 0x14,
        cmdline_data = 0x15,
        file_dir = 0x19,
        first_file = 0x20,
    };

    FwCfg(unsigned cpus, Dma& dma);

    BusResult read(const Access& access, u32& value) override;
    BusResult write(const Access& access, u32 value) override;
    void serialize(Archive& ar) override { ar(selected_, offset_, address_high_); }

    void set(Item item, std::string bytes) { items_[item] = std::move(bytes); }
    /// A length of `bytes` in item `size`, the bytes in item `data`: kernel, RAM disk, command line.
    void set_with_size(Item size, Item data, std::string bytes);
    /// A named file. Files are numbered by name, as QEMU numbers them.
    void add_file(const std::string& name, std::string bytes);

private:
    enum Control : u32 {
        error = 1u << 0,
        read_item = 1u << 1,
        skip = 1u << 2,
        select_item = 1u << 3,
        write_item = 1u << 4
    };

    static const RegisterBank<FwCfg>& registers();

    u32 read_data(const Access& access);
    void write_data(u32) {}  // nothing here may be written
    void write_selector(u32 value) { select(__builtin_bswap16(static_cast<u16>(value))); }
    u32 read_signature(const Access& access);
    void write_address_high(u32 value) { address_high_ = __builtin_bswap32(value); }
    void write_address_low(u32 value);
    void select(u16 item);
    std::string_view rest() const;
    void run_dma(u64 descriptor);
    bool transfer(u32 control, u64 address, u32 length);
    void number_files();

    Dma& dma_;
    std::map<u16, std::string> items_;
    std::map<std::string, std::string> files_;
    u16 selected_ = signature;
    u32 offset_ = 0;        ///< of the byte read next
    u32 address_high_ = 0;  ///< first half of a DMA address
};

}  // namespace vtoll::core

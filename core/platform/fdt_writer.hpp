// SPDX-License-Identifier: Apache-2.0
// Writes a flattened device tree from front to back.
#pragma once

#include <libfdt.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "core/platform/memory_map.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

inline constexpr u32 phandle_clock = 0x8000, phandle_gic = 0x8002, phandle_gicv2m = 0x8003, phandle_gpio = 0x8004,
                     phandle_periphclk = 0x8005, phandle_cpu = 0x8010;
/// Cells of an interrupt specifier: kind, number, flags.
namespace interrupt_cell {
inline constexpr u32 spi = 0, ppi = 1, edge_rising = 1, level_high = 4;
}

/// Sequential writer. libfdt's errors here are programming errors, except that the blob is too small.
class FdtWriter {
public:
    FdtWriter() : blob_(blob_size, '\0') {
        check(fdt_create(blob_.data(), static_cast<int>(blob_.size())));
        check(fdt_finish_reservemap(blob_.data()));
    }
    void begin(const std::string& name) { check(fdt_begin_node(blob_.data(), name.c_str())); }
    void end() { check(fdt_end_node(blob_.data())); }
    void cells(const char* name, const std::vector<u32>& values) {
        std::vector<fdt32_t> big;
        for (u32 value : values) big.push_back(cpu_to_fdt32(value));
        check(fdt_property(blob_.data(), name, big.data(), static_cast<int>(big.size() * sizeof(fdt32_t))));
    }
    void text(const char* name, const std::string& value) {
        check(fdt_property(blob_.data(), name, value.c_str(), static_cast<int>(value.size() + 1)));
    }
    void list(const char* name, std::initializer_list<std::string> values) {
        std::string joined;
        for (const auto& value : values) joined += value + '\0';
        check(fdt_property(blob_.data(), name, joined.data(), static_cast<int>(joined.size())));
    }
    void flag(const char* name) { check(fdt_property(blob_.data(), name, nullptr, 0)); }
    std::string finish() {
        check(fdt_finish(blob_.data()));
        blob_.resize(fdt_totalsize(blob_.data()));
        return std::move(blob_);
    }

private:
    static void check(int error) {
        if (error < 0) throw InputError(std::string("machine.bootargs: device tree: ") + fdt_strerror(error));
    }
    static constexpr std::size_t blob_size = 32 * 1024;
    std::string blob_;
};

/// Address and size as two cells each.
inline std::vector<u32> reg_cells(const std::vector<memory_map::Window>& windows) {
    std::vector<u32> cells;
    for (const auto& [base, size] : windows)
        for (u64 value : {base, size}) {
            cells.push_back(static_cast<u32>(value >> 32));
            cells.push_back(static_cast<u32>(value));
        }
    return cells;
}

}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/platform/device_tree.hpp"

#include <fmt/format.h>
#include <libfdt.h>

#include <initializer_list>
#include <vector>

#include "core/platform/memory_map.hpp"
#include "core/platform/psci.hpp"

namespace vtoll::core {

namespace {

constexpr u32 phandle_clock = 0x8000, phandle_gic = 0x8002;
constexpr u32 spi = 0, ppi = 1, level_high = 4;
constexpr std::size_t blob_size = 16 * 1024;

/// Sequential writer. libfdt's errors here are programming errors, except that the blob is too small.
class Writer {
public:
    Writer() : blob_(blob_size, '\0') {
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
    std::string blob_;
};

/// Address and size as two cells each.
void append(std::vector<u32>& reg, u64 base, u64 size) {
    for (u64 value : {base, size}) {
        reg.push_back(static_cast<u32>(value >> 32));
        reg.push_back(static_cast<u32>(value));
    }
}

void psci_node(Writer& fdt, const MachineConfig& config) {
    fdt.begin("psci");
    fdt.list("compatible", {"arm,psci-1.0", "arm,psci-0.2", "arm,psci"});
    fdt.text("method", config.virtualization ? "smc" : "hvc");
    fdt.cells("cpu_suspend", {psci::cpu_suspend});
    fdt.cells("cpu_off", {psci::cpu_off});
    fdt.cells("cpu_on", {psci::cpu_on});
    fdt.cells("migrate", {psci::migrate});
    fdt.end();
}

void cpu_nodes(Writer& fdt, const MachineConfig& config) {
    fdt.begin("cpus");
    fdt.cells("#address-cells", {1});
    fdt.cells("#size-cells", {0});
    for (unsigned i = 0; i < config.cpus; ++i) {
        fdt.begin(fmt::format("cpu@{}", i));
        fdt.text("device_type", "cpu");
        fdt.text("compatible", "arm,cortex-a15");
        if (config.cpus > 1) fdt.text("enable-method", "psci");
        fdt.cells("reg", {i});
        fdt.end();
    }
    fdt.end();
}

void gic_node(Writer& fdt, const MachineConfig& config) {
    std::vector<u32> reg;
    append(reg, memory_map::gicd.base, memory_map::gic_window_size);
    append(reg, memory_map::gicc.base, memory_map::gic_window_size);
    if (config.virtualization) {
        append(reg, memory_map::gich.base, memory_map::gic_window_size);
        append(reg, memory_map::gicv.base, memory_map::gic_window_size);
    }
    fdt.begin(fmt::format("intc@{:x}", memory_map::gicd.base));
    fdt.text("compatible", "arm,cortex-a15-gic");
    fdt.flag("interrupt-controller");
    fdt.cells("#interrupt-cells", {3});
    fdt.cells("#address-cells", {2});
    fdt.cells("#size-cells", {2});
    fdt.flag("ranges");
    fdt.cells("reg", reg);
    if (config.virtualization) fdt.cells("interrupts", {ppi, gic::intid::maintenance - 16, level_high});
    fdt.cells("phandle", {phandle_gic});
    fdt.end();
}

void timer_node(Writer& fdt, const MachineConfig& config) {
    const u32 flags = ((1u << config.cpus) - 1) << 8 | level_high;
    std::vector<u32> interrupts;
    for (unsigned id : {gic::intid::secure_physical_timer, gic::intid::physical_timer, gic::intid::virtual_timer,
                        gic::intid::hyp_timer})
        interrupts.insert(interrupts.end(), {ppi, id - 16, flags});
    fdt.begin("timer");
    fdt.text("compatible", "arm,armv7-timer");
    fdt.flag("always-on");
    fdt.cells("interrupts", interrupts);
    fdt.end();
}

void uart_nodes(Writer& fdt, const std::string& uart) {
    fdt.begin("apb-pclk");
    fdt.text("compatible", "fixed-clock");
    fdt.cells("#clock-cells", {0});
    fdt.cells("clock-frequency", {memory_map::pl011_clock_hz});
    fdt.text("clock-output-names", "clk24mhz");
    fdt.cells("phandle", {phandle_clock});
    fdt.end();

    std::vector<u32> reg;
    append(reg, memory_map::pl011.base, memory_map::pl011.size);
    fdt.begin(uart);
    fdt.list("compatible", {"arm,pl011", "arm,primecell"});
    fdt.cells("reg", reg);
    fdt.cells("interrupts", {spi, memory_map::pl011_spi, level_high});
    fdt.cells("clocks", {phandle_clock, phandle_clock});
    fdt.list("clock-names", {"uartclk", "apb_pclk"});
    fdt.end();
}

void chosen_node(Writer& fdt, const BootInfo& boot, const std::string& uart) {
    fdt.begin("chosen");
    fdt.text("stdout-path", "/" + uart);
    if (!boot.bootargs.empty()) fdt.text("bootargs", boot.bootargs);
    if (boot.initrd_start != boot.initrd_end) {
        fdt.cells("linux,initrd-start", {static_cast<u32>(boot.initrd_start)});
        fdt.cells("linux,initrd-end", {static_cast<u32>(boot.initrd_end)});
    }
    fdt.end();
}

}  // namespace

std::string make_device_tree(const MachineConfig& config, const BootInfo& boot) {
    const std::string uart = fmt::format("pl011@{:x}", memory_map::pl011.base);
    std::vector<u32> memory;
    append(memory, memory_map::ram_base, config.ram_size);

    Writer fdt;
    fdt.begin("");
    fdt.text("model", "linux,dummy-virt");
    fdt.text("compatible", "linux,dummy-virt");
    fdt.cells("#address-cells", {2});
    fdt.cells("#size-cells", {2});
    fdt.cells("interrupt-parent", {phandle_gic});
    fdt.begin(fmt::format("memory@{:x}", memory_map::ram_base));
    fdt.text("device_type", "memory");
    fdt.cells("reg", memory);
    fdt.end();
    psci_node(fdt, config);
    cpu_nodes(fdt, config);
    gic_node(fdt, config);
    timer_node(fdt, config);
    uart_nodes(fdt, uart);
    chosen_node(fdt, boot, uart);
    fdt.end();
    return fdt.finish();
}

std::string adapt_device_tree(const std::string& blob, const std::string& name, const MachineConfig& config,
                              const BootInfo& boot) {
    const auto refuse = [&](const std::string& what) { throw InputError(name + ": " + what); };
    if (blob.size() < sizeof(fdt_header) || fdt_check_header(blob.data()) != 0 || fdt_totalsize(blob.data()) > blob.size())
        refuse("not a device tree blob, or truncated");
    if (fdt_check_full(blob.data(), blob.size()) != 0) refuse("the device tree's structure is damaged");

    std::string tree(blob.size() + boot.bootargs.size() + 4096, '\0');
    if (fdt_open_into(blob.data(), tree.data(), static_cast<int>(tree.size())) != 0) refuse("can't be opened for edit");
    const auto check = [&](int error) {
        if (error < 0) refuse(std::string("can't be completed: ") + fdt_strerror(error));
    };

    const int memory = fdt_node_offset_by_prop_value(tree.data(), -1, "device_type", "memory", sizeof "memory");
    if (memory < 0) refuse("no memory node (device_type = \"memory\")");
    const int address_cells = fdt_address_cells(tree.data(), 0), size_cells = fdt_size_cells(tree.data(), 0);
    if (address_cells < 1 || address_cells > 2 || size_cells < 1 || size_cells > 2)
        refuse("#address-cells and #size-cells of the root: expected 1 or 2");
    fdt_delprop(tree.data(), memory, "reg");
    const auto append_value = [&](int cells, u64 value) {
        check(cells == 1 ? fdt_appendprop_u32(tree.data(), memory, "reg", static_cast<u32>(value))
                         : fdt_appendprop_u64(tree.data(), memory, "reg", value));
    };
    append_value(address_cells, memory_map::ram_base);
    append_value(size_cells, config.ram_size);

    int chosen = fdt_path_offset(tree.data(), "/chosen");
    if (chosen < 0) check(chosen = fdt_add_subnode(tree.data(), 0, "chosen"));
    if (!boot.bootargs.empty()) check(fdt_setprop_string(tree.data(), chosen, "bootargs", boot.bootargs.c_str()));
    if (boot.initrd_start != boot.initrd_end) {
        check(fdt_setprop_u32(tree.data(), chosen, "linux,initrd-start", static_cast<u32>(boot.initrd_start)));
        check(fdt_setprop_u32(tree.data(), chosen, "linux,initrd-end", static_cast<u32>(boot.initrd_end)));
    }
    check(fdt_pack(tree.data()));
    tree.resize(fdt_totalsize(tree.data()));
    return tree;
}

}  // namespace vtoll::core

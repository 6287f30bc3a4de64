// SPDX-License-Identifier: Apache-2.0
#include "core/platform/device_tree.hpp"

#include <fmt/format.h>
#include <libfdt.h>

#include <functional>
#include <vector>

#include "core/base/random.hpp"
#include "core/platform/device_entry.hpp"
#include "core/platform/fdt_writer.hpp"
#include "core/platform/memory_map.hpp"
#include "core/platform/psci.hpp"

namespace vtoll::core {

namespace {

using namespace interrupt_cell;

void psci_node(FdtWriter& fdt, const MachineKeys& config) {
    fdt.begin("psci");
    fdt.list("compatible", {"arm,psci-1.0", "arm,psci-0.2", "arm,psci"});
    fdt.text("method", config.virtualization ? "smc" : "hvc");
    fdt.cells("cpu_suspend", {psci::cpu_suspend});
    fdt.cells("cpu_off", {psci::cpu_off});
    fdt.cells("cpu_on", {psci::cpu_on});
    fdt.cells("migrate", {psci::migrate});
    fdt.end();
}

void cpu_map_node(FdtWriter& fdt, unsigned cpus) {
    fdt.begin("cpu-map");
    fdt.begin("socket0");
    fdt.begin("cluster0");
    for (unsigned i = 0; i < cpus; ++i) {
        fdt.begin(fmt::format("core{}", i));
        fdt.cells("cpu", {phandle_cpu + i});
        fdt.end();
    }
    fdt.end();
    fdt.end();
    fdt.end();
}

void cpu_nodes(FdtWriter& fdt, const MachineKeys& config, const std::string& core) {
    fdt.begin("cpus");
    fdt.cells("#address-cells", {1});
    fdt.cells("#size-cells", {0});
    for (unsigned i = 0; i < config.cpus; ++i) {
        fdt.begin(fmt::format("cpu@{}", i));
        fdt.text("device_type", "cpu");
        fdt.text("compatible", core);
        if (config.cpus > 1) fdt.text("enable-method", "psci");
        fdt.cells("reg", {i});
        if (config.all_devices) fdt.cells("phandle", {phandle_cpu + i});
        fdt.end();
    }
    if (config.all_devices) cpu_map_node(fdt, config.cpus);
    fdt.end();
}

/// What Linux's perf needs: the core's own name, since the events beyond the architecture's are the core's.
void performance_node(FdtWriter& fdt, const MachineKeys& config, const std::string& core) {
    const u32 flags = ((1u << config.cpus) - 1) << 8 | level_high;
    fdt.begin("pmu");
    fdt.text("compatible", core + "-pmu");
    fdt.cells("interrupts", {ppi, gic::intid::performance_monitors - 16, flags});
    fdt.end();
}

void timer_node(FdtWriter& fdt, const MachineKeys& config) {
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

void clock_node(FdtWriter& fdt) {
    fdt.begin("apb-pclk");
    fdt.text("compatible", "fixed-clock");
    fdt.cells("#clock-cells", {0});
    fdt.cells("clock-frequency", {memory_map::bus_clock_hz});
    fdt.text("clock-output-names", "clk24mhz");
    fdt.cells("phandle", {phandle_clock});
    fdt.end();
}

/// Those of the list, but inside others' nodes.
template <class Which>
void device_nodes(FdtWriter& fdt, const MachineKeys& config, Which which) {
    for (const DeviceEntry* entry : device_list())
        if (entry->node && !entry->inside && entry->is_on(config) && which(entry)) entry->node(fdt, *entry, config);
}

/// Numbers that differ from run to run on QEMU and never here.
std::vector<u32> seed_cells(u64 seed, std::size_t count) {
    Random random(seed);
    std::vector<u32> cells(count);
    for (u32& cell : cells) cell = static_cast<u32>(random.next());
    return cells;
}

void chosen_node(FdtWriter& fdt, const MachineKeys& config, const BootInfo& boot, const std::string& uart) {
    fdt.begin("chosen");
    fdt.text("stdout-path", "/" + uart);
    if (config.all_devices) {
        fdt.cells("rng-seed", seed_cells(config.seed, 8));
        fdt.cells("kaslr-seed", seed_cells(~config.seed, 2));
    }
    if (!boot.bootargs.empty()) fdt.text("bootargs", boot.bootargs);
    if (boot.initrd_start != boot.initrd_end) {
        fdt.cells("linux,initrd-start", {static_cast<u32>(boot.initrd_start)});
        fdt.cells("linux,initrd-end", {static_cast<u32>(boot.initrd_end)});
    }
    fdt.end();
}

}  // namespace

std::string make_device_tree(const MachineKeys& config, const BootInfo& boot) {
    const std::string uart = node_name(pl011_device, "pl011");
    FdtWriter fdt;
    fdt.begin("");
    fdt.text("model", "linux,dummy-virt");
    fdt.text("compatible", "linux,dummy-virt");
    fdt.cells("#address-cells", {2});
    fdt.cells("#size-cells", {2});
    fdt.cells("interrupt-parent", {phandle_gic});
    fdt.begin(fmt::format("memory@{:x}", memory_map::ram_base));
    fdt.text("device_type", "memory");
    fdt.cells("reg", reg_cells({{memory_map::ram_base, config.ram}}));
    fdt.end();
    psci_node(fdt, config);
    // Drivers are tried in the order of the nodes: with all devices it is QEMU's.
    const auto is_controller = [](const DeviceEntry* entry) { return entry == &gicd_device; };
    if (config.all_devices) {
        device_nodes(fdt, config, [](const DeviceEntry*) { return true; });
        cpu_nodes(fdt, config, boot.core);
    } else {
        cpu_nodes(fdt, config, boot.core);
        device_nodes(fdt, config, is_controller);
    }
    if (!config.private_timers) timer_node(fdt, config);
    performance_node(fdt, config, boot.core);
    clock_node(fdt);
    if (!config.all_devices) device_nodes(fdt, config, std::not_fn(is_controller));
    chosen_node(fdt, config, boot, uart);
    fdt.end();
    return fdt.finish();
}

/// A node of memory at the root: by its type, or by its name as old trees without a type have it. Negative: none.
static int memory_node(const char* tree) {
    int node;
    fdt_for_each_subnode(node, tree, 0) {
        int size = 0;
        const auto* type = static_cast<const char*>(fdt_getprop(tree, node, "device_type", &size));
        if (type &&
            std::string_view(type, static_cast<std::size_t>(size)) == std::string_view("memory", sizeof "memory"))
            return node;
        const std::string_view name = fdt_get_name(tree, node, nullptr);
        if (name == "memory" || name.starts_with("memory@")) return node;
    }
    return node;
}

std::string adapt_device_tree(const std::string& blob, const std::string& name, const MachineKeys& config,
                              const BootInfo& boot) {
    const auto refuse = [&](const std::string& what) { throw InputError(name + ": " + what); };
    if (blob.size() < sizeof(fdt_header) || fdt_check_header(blob.data()) != 0 ||
        fdt_totalsize(blob.data()) > blob.size())
        refuse("not a device tree blob, or truncated");
    if (fdt_check_full(blob.data(), blob.size()) != 0) refuse("the device tree's structure is damaged");

    std::string tree(blob.size() + boot.bootargs.size() + 4096, '\0');
    if (fdt_open_into(blob.data(), tree.data(), static_cast<int>(tree.size())) != 0) refuse("can't be opened for edit");
    const auto check = [&](int error) {
        if (error < 0) refuse(std::string("can't be completed: ") + fdt_strerror(error));
    };

    const int address_cells = fdt_address_cells(tree.data(), 0), size_cells = fdt_size_cells(tree.data(), 0);
    if (address_cells < 1 || address_cells > 2 || size_cells < 1 || size_cells > 2)
        refuse("#address-cells and #size-cells of the root: expected 1 or 2");
    // Whatever memory it describes, the machine has its own: one node takes the place of all.
    for (int node; (node = memory_node(tree.data())) >= 0;) check(fdt_del_node(tree.data(), node));
    const int memory = fdt_add_subnode(tree.data(), 0, fmt::format("memory@{:x}", memory_map::ram_base).c_str());
    check(memory);
    check(fdt_setprop_string(tree.data(), memory, "device_type", "memory"));
    const auto append_value = [&](int cells, u64 value) {
        check(cells == 1 ? fdt_appendprop_u32(tree.data(), memory, "reg", static_cast<u32>(value))
                         : fdt_appendprop_u64(tree.data(), memory, "reg", value));
    };
    append_value(address_cells, memory_map::ram_base);
    append_value(size_cells, config.ram);

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

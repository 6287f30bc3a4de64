// SPDX-License-Identifier: Apache-2.0
#include "core/platform/boot_domains.hpp"

#include <fmt/format.h>
#include <libfdt.h>

#include <initializer_list>

#include "core/platform/ram.hpp"

namespace vtoll::core {

namespace {

constexpr u32 cells = 2;  ///< of addresses and of sizes

/// Edits a tree in place. Its errors are ours, except that the tree grew beyond its room.
class Editor {
public:
    Editor(const std::string& blob, std::size_t room) : tree_(blob.size() + room, '\0') {
        check(fdt_open_into(blob.data(), tree_.data(), static_cast<int>(tree_.size())));
    }
    int node(const char* path) { return check(fdt_path_offset(tree_.data(), path)); }
    int child(int parent, const std::string& name) {
        return check(fdt_add_subnode(tree_.data(), parent, name.c_str()));
    }
    void text(int node, const char* name, const std::string& value) {
        check(fdt_setprop_string(tree_.data(), node, name, value.c_str()));
    }
    void list(int node, const char* name, std::initializer_list<const char*> values) {
        check(fdt_setprop_empty(tree_.data(), node, name));
        for (const char* value : values) check(fdt_appendprop_string(tree_.data(), node, name, value));
    }
    void flag(int node, const char* name) { check(fdt_setprop_empty(tree_.data(), node, name)); }
    void cell(int node, const char* name, u32 value) { check(fdt_setprop_u32(tree_.data(), node, name, value)); }
    void wide(int node, const char* name, std::initializer_list<u64> values) {
        check(fdt_setprop_empty(tree_.data(), node, name));
        for (u64 value : values) check(fdt_appendprop_u64(tree_.data(), node, name, value));
    }
    /// Children's addresses and sizes are to take two cells each.
    void two_cells(int node) {
        for (const char* name : {"#address-cells", "#size-cells"}) {
            int length = 0;
            const void* found = fdt_getprop(tree_.data(), node, name, &length);
            if (!found) cell(node, name, cells);
            else if (length != 4 || fdt32_ld(static_cast<const fdt32_t*>(found)) != cells)
                throw InputError(
                    fmt::format("machine.dtb: /chosen has another {} than {}, which [[domain]] needs", name, cells));
        }
    }
    std::string finish() {
        check(fdt_pack(tree_.data()));
        tree_.resize(fdt_totalsize(tree_.data()));
        return std::move(tree_);
    }

private:
    static int check(int result) {
        if (result < 0) throw InputError(fmt::format("device tree: can't add a [[domain]]: {}", fdt_strerror(result)));
        return result;
    }
    std::string tree_;
};

int add_module(Editor& tree, int parent, const BootModule& module, const char* kind) {
    const int node = tree.child(parent, fmt::format("module@{:x}", module.address));
    tree.list(node, "compatible", {kind, "multiboot,module"});
    tree.wide(node, "reg", {module.address, module.size});
    return node;
}

}  // namespace

std::string add_boot_domains(const std::string& blob, const std::string& bootargs,
                             const std::vector<BootDomain>& domains) {
    std::size_t room = 1024 + bootargs.size();
    for (const BootDomain& domain : domains) room += 1024 + domain.name.size() + domain.bootargs.size();
    Editor tree(blob, room);
    const int chosen = tree.node("/chosen");
    tree.two_cells(chosen);
    tree.text(chosen, "xen,xen-bootargs", bootargs);
    for (const BootDomain& domain : domains) {
        int node = chosen;
        if (!domain.name.empty()) {
            node = tree.child(chosen, domain.name);
            tree.text(node, "compatible", "xen,domain");
            tree.two_cells(node);
            tree.wide(node, "memory", {domain.memory >> 10});  // in KiB
            tree.cell(node, "cpus", domain.cpus);
            tree.flag(node, "vpl011");
        }
        tree.text(add_module(tree, node, domain.kernel, "multiboot,kernel"), "bootargs", domain.bootargs);
        if (domain.initrd) add_module(tree, node, *domain.initrd, "multiboot,ramdisk");
    }
    return tree.finish();
}

}  // namespace vtoll::core

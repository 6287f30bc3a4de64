// SPDX-License-Identifier: Apache-2.0
#include "gic/virtual_interface.hpp"

#include "gic/register_map.hpp"

namespace vtoll::gic {

namespace {

// GICH_VMCR is the guest's own GICV_CTLR, PMR, BPR and ABPR in one word, ARM IHI 0048B §5.3.3.
constexpr unsigned vmcr_abpr = 18;
constexpr unsigned vmcr_bpr = 21;
constexpr unsigned vmcr_pmr = 27;

}  // namespace

u32 VirtualInterfaceState::vmcr() const {
    return vm.ctlr | static_cast<u32>(vm.abpr) << vmcr_abpr | static_cast<u32>(vm.bpr) << vmcr_bpr |
           static_cast<u32>(vm.pmr >> 3) << vmcr_pmr;
}

void VirtualInterfaceState::set_vmcr(u32 value) {
    vm.set_ctlr(value);
    vm.set_abpr(virtual_format, value >> vmcr_abpr);
    vm.set_bpr(virtual_format, value >> vmcr_bpr);
    vm.set_pmr(virtual_format, value >> vmcr_pmr << 3);
}

u32 VirtualInterfaceState::misr() const {
    unsigned valid = 0;
    bool any_pending = false;
    bool any_eoi = false;
    for (const ListRegister& entry : lr) {
        valid += entry.valid();
        any_pending |= entry.deliverable();
        any_eoi |= entry.eoi_maintenance();
    }
    u32 conditions = 0;
    if (valid < 2) conditions |= maintenance::underflow;
    if (hcr & hyp_control::eoi_count) conditions |= maintenance::entry_not_present;
    if (!any_pending) conditions |= maintenance::no_pending;
    conditions |= vm.group_enabled(false) ? maintenance::group0_enabled : maintenance::group0_disabled;
    conditions |= vm.group_enabled(true) ? maintenance::group1_enabled : maintenance::group1_disabled;
    // All but the EOI source, which each list register asks for by itself, have their enable in GICH_HCR.
    constexpr u32 enables = 0xFE;
    return (conditions & hcr & enables) | (any_eoi ? maintenance::end_of_interrupt : 0);
}

VirtualInterface::VirtualInterface(const Config& config, Changes& changes) : changes_(changes), cpus_(config.cpus) {
    reset();
}

void VirtualInterface::restore(const State& state) {
    state_ = state;
    changes_.virt |= (1u << cpus_) - 1;
}

void VirtualInterface::write_hcr(unsigned, u32 value, Access access) {
    state_[access.cpu].hcr = value & hyp_control::writable;
    changed(access.cpu);
}

/// Five priority bits, five preemption bits, four list registers: each field holds the number less one.
u32 VirtualInterface::read_vtr(unsigned, Access) { return 4u << 29 | 4u << 26 | (list_register_count - 1); }

void VirtualInterface::write_vmcr(unsigned, u32 value, Access access) {
    state_[access.cpu].set_vmcr(value);
    changed(access.cpu);
}

/// GICH_EISR and GICH_ELRSR: one bit per list register that has the property. The second word has none.
template <bool (ListRegister::*property)() const>
u32 VirtualInterface::read_status(unsigned index, Access access) {
    u32 status = 0;
    if (index != 0) return status;
    for (unsigned i = 0; i < list_register_count; ++i) {
        status |= static_cast<u32>((state_[access.cpu].lr[i].*property)()) << i;
    }
    return status;
}

void VirtualInterface::write_apr(unsigned, u32 value, Access access) {
    state_[access.cpu].active.words[0] = value;
    changed(access.cpu);
}

void VirtualInterface::write_lr(unsigned index, u32 value, Access access) {
    state_[access.cpu].lr[index].raw = value & ListRegister::writable;
    changed(access.cpu);
}

struct VirtualInterfaceRegisters {
    using V = VirtualInterface;
    using L = ListRegister;
    static constexpr Narrow word = Narrow::ignored;

    // clang-format off
    static constexpr auto map = make_register_map<0x1000>(std::to_array<Register<VirtualInterface>>({
        {"GICH_HCR",   0x000, 1, word, &V::read_hcr,                          &V::write_hcr},
        {"GICH_VTR",   0x004, 1, word, &V::read_vtr,                          nullptr},
        {"GICH_VMCR",  0x008, 1, word, &V::read_vmcr,                         &V::write_vmcr},
        {"GICH_MISR",  0x010, 1, word, &V::read_misr,                         nullptr},
        {"GICH_EISR",  0x020, 2, word, &V::read_status<&L::eoi_maintenance>,  nullptr},
        {"GICH_ELRSR", 0x030, 2, word, &V::read_status<&L::empty>,            nullptr},
        {"GICH_APR",   0x0F0, 1, word, &V::read_apr,                          &V::write_apr},
        {"GICH_LR",    0x100, list_register_count, word, &V::read_lr,                           &V::write_lr},
    }));
    // clang-format on
};

u32 VirtualInterface::read(u32 offset, unsigned size, unsigned cpu, bool debug) {
    return VirtualInterfaceRegisters::map.read(*this, offset, size, {.cpu = cpu, .debug = debug, .lanes = ~0u});
}

std::string VirtualInterface::register_name(u32 offset) { return VirtualInterfaceRegisters::map.name(offset); }

void VirtualInterface::write(u32 offset, u32 value, unsigned size, unsigned cpu) {
    VirtualInterfaceRegisters::map.write(*this, offset, value, size, {.cpu = cpu, .debug = false, .lanes = 0});
}

}  // namespace vtoll::gic

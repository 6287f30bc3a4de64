// SPDX-License-Identifier: Apache-2.0
#include "gic/virtual_cpu_interface.hpp"

namespace vtoll::gic {

/// Among equal priorities the lowest list register wins.
Pending VirtualCpuInterface::highest(unsigned cpu) const {
    const VirtualInterfaceState& state = control_.of(cpu);
    Pending best;
    if (!state.enabled()) return best;
    for (unsigned i = 0; i < list_register_count; ++i) {
        const ListRegister& entry = state.lr[i];
        if (!entry.deliverable() || entry.priority() >= best.priority) continue;
        best = {.id = static_cast<u16>(entry.virtual_id()),
                .priority = static_cast<u16>(entry.priority()),
                .group1 = entry.group1(),
                .slot = static_cast<u8>(i)};
    }
    return best;
}

u32 VirtualCpuInterface::describe(const Pending& pending, unsigned cpu) const {
    const ListRegister& entry = control_.of(cpu).lr[pending.slot];
    if (pending.id >= sgi_count || entry.hardware()) return pending.id;
    return pending.id | entry.source_cpu() << 10;
}

u32 VirtualCpuInterface::activate(const Pending& pending, unsigned cpu) {
    VirtualInterfaceState& state = control_.of(cpu);
    ListRegister& entry = state.lr[pending.slot];
    const u32 value = describe(pending, cpu);
    state.active.push(group_priority(state.vm, pending) >> virtual_format.level_shift());
    entry.raw = (entry.raw & ~ListRegister::pending_bit) | ListRegister::active_bit;
    changed(cpu);
    return value;
}

/// The active list register a guest's EOIR or DIR value names. Several virtual SGIs may share an INTID and differ
/// in the sender; a value that names the wrong sender is UNPREDICTABLE and taken as naming the first.
ListRegister* VirtualCpuInterface::find_active(u32 value, unsigned cpu) {
    const unsigned id = value & 0x3FF;
    ListRegister* first = nullptr;
    for (ListRegister& entry : control_.of(cpu).lr) {
        if (!entry.active() || entry.virtual_id() != id) continue;
        if (id >= sgi_count || entry.hardware() || entry.source_cpu() == (value >> 10 & 7)) return &entry;
        if (!first) first = &entry;
    }
    return first;
}

/// A hardware entry takes its physical interrupt along: the guest's EOI ends it without a trap. Naming an SGI or
/// an interrupt that doesn't exist there is UNPREDICTABLE (ARM IHI 0048B §5.3.8) and has no effect.
void VirtualCpuInterface::deactivate_entry(ListRegister& entry, unsigned cpu) {
    entry.raw &= ~ListRegister::active_bit;
    if (!entry.hardware()) return;
    const unsigned physical = entry.physical_id();
    if (physical >= sgi_count && distributor_.exists(physical)) distributor_.deactivate(physical, cpu);
}

void VirtualCpuInterface::end_of_interrupt(u32 value, unsigned cpu) {
    if ((value & 0x3FF) >= 1020) return;  // special INTIDs
    VirtualInterfaceState& state = control_.of(cpu);
    const bool dropped = state.active.drop();
    if (!state.vm.split_eoi()) {
        if (ListRegister* entry = find_active(value, cpu)) {
            deactivate_entry(*entry, cpu);
        } else if (dropped) {
            state.count_unmatched_eoi();  // EOIs that clear no active priority don't count (ARM IHI 0048B §5.3.1)
        }
    }
    changed(cpu);
}

/// GICV_DIR with EOImode clear is UNPREDICTABLE and ignored.
void VirtualCpuInterface::deactivate(u32 value, unsigned cpu) {
    VirtualInterfaceState& state = control_.of(cpu);
    if ((value & 0x3FF) >= 1020 || !state.vm.split_eoi()) return;
    if (ListRegister* entry = find_active(value, cpu)) {
        deactivate_entry(*entry, cpu);
    } else {
        state.count_unmatched_eoi();
    }
    changed(cpu);
}

void VirtualCpuInterface::set_active_word(unsigned index, u32 value, unsigned cpu) {
    if (index != 0) return;
    control_.of(cpu).active.words[0] = value;
    changed(cpu);
}

}  // namespace vtoll::gic

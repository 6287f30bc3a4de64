// SPDX-License-Identifier: Apache-2.0
#include "gic/cpu_interface.hpp"

namespace vtoll::gic {

CpuInterface::CpuInterface(const Config& config, Distributor& distributor, Changes& changes)
    : format_{config.priority_bits}, distributor_(distributor), changes_(changes), cpus_(config.cpus) {
    reset();
}

void CpuInterface::reset() {
    CpuInterfaceState fresh;
    fresh.interface.bpr = format_.min_bpr();
    fresh.interface.abpr = format_.min_abpr();
    State all;
    all.fill(fresh);
    restore(all);
}

void CpuInterface::restore(const State& state) {
    state_ = state;
    changes_.physical |= (1u << cpus_) - 1;
}

unsigned CpuInterface::running_priority(unsigned cpu) const {
    return std::min(state_[cpu].group0.running(format_.level_shift()),
                    state_[cpu].group1.running(format_.level_shift()));
}

u32 CpuInterface::activate(const Pending& pending, unsigned cpu) {
    CpuInterfaceState& state = state_[cpu];
    ActivePriorities& active = pending.group1 ? state.group1 : state.group0;
    active.push(group_priority(state.interface, pending) >> format_.level_shift());
    changed(cpu);
    return distributor_.acknowledge(pending.id, cpu);
}

/// Ends of interrupts that don't exist, or with nothing active, are ignored. An end of a Group 1 interrupt
/// with AckCtl clear is UNPREDICTABLE (ARM IHI 0048B §4.4.5) and taken at its word.
void CpuInterface::end_of_interrupt(u32 value, unsigned cpu) {
    const unsigned id = value & 0x3FF;
    CpuInterfaceState& state = state_[cpu];
    if (!distributor_.exists(id) || running_priority(cpu) == idle_priority) return;
    (distributor_.is_group1(id, cpu) ? state.group1 : state.group0).drop();
    if (!state.interface.split_eoi()) distributor_.deactivate(id, cpu);
    changed(cpu);
}

/// GICC_DIR with EOImode clear is UNPREDICTABLE (ARM IHI 0048B §4.4.14) and ignored.
void CpuInterface::deactivate(u32 value, unsigned cpu) {
    const unsigned id = value & 0x3FF;
    if (!distributor_.exists(id) || !state_[cpu].interface.split_eoi()) return;
    distributor_.deactivate(id, cpu);
}

u32 CpuInterface::implemented_levels(unsigned index) const {
    if (index >= active_words()) return 0;
    return format_.levels() >= 32 ? ~0u : (1u << format_.levels()) - 1;
}

void CpuInterface::set_active_word(unsigned index, u32 value, unsigned cpu) {
    state_[cpu].group0.words[index] = value & implemented_levels(index);
    changed(cpu);
}

void CpuInterface::set_group1_active_word(unsigned index, u32 value, unsigned cpu) {
    state_[cpu].group1.words[index] = value & implemented_levels(index);
    changed(cpu);
}

}  // namespace vtoll::gic

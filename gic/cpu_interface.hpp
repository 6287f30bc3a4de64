// SPDX-License-Identifier: Apache-2.0
// The physical CPU interfaces (GICC): acknowledge, priority drop and deactivation of the distributor's interrupts.
#pragma once

#include "gic/distributor.hpp"
#include "gic/interface_registers.hpp"

namespace vtoll::gic {

struct CpuInterfaceState {
    InterfaceState interface;
    ActivePriorities group0;  ///< GICC_APR
    ActivePriorities group1;  ///< GICC_NSAPR

    template <class Ar>
    void serialize(Ar& ar) {
        ar(interface, group0, group1);
    }
};

class CpuInterface : public InterfaceRegisters<CpuInterface> {
public:
    using State = std::array<CpuInterfaceState, max_cpus>;

    CpuInterface(const Config& config, Distributor& distributor, Changes& changes);

    const State& state() const { return state_; }
    void restore(const State& state);
    void reset();

private:
    friend class InterfaceRegisters<CpuInterface>;

    InterfaceState& interface(unsigned cpu) { return state_[cpu].interface; }
    PriorityFormat format() const { return format_; }
    const Pending& highest(unsigned cpu) { return distributor_.highest(cpu); }
    unsigned running_priority(unsigned cpu) const;
    u32 describe(const Pending& pending, unsigned cpu) const { return distributor_.describe(pending.id, cpu); }
    u32 activate(const Pending& pending, unsigned cpu);
    void end_of_interrupt(u32 value, unsigned cpu);
    void deactivate(u32 value, unsigned cpu);
    void changed(unsigned cpu) { changes_.physical |= 1u << cpu; }

    unsigned active_words() const { return (format_.levels() + 31) / 32; }
    u32 active_word(unsigned index, unsigned cpu) const { return state_[cpu].group0.words[index]; }
    u32 group1_active_word(unsigned index, unsigned cpu) const { return state_[cpu].group1.words[index]; }
    void set_active_word(unsigned index, u32 value, unsigned cpu);
    void set_group1_active_word(unsigned index, u32 value, unsigned cpu);
    u32 implemented_levels(unsigned index) const;

    PriorityFormat format_;
    Distributor& distributor_;
    Changes& changes_;
    unsigned cpus_;
    State state_;
};

}  // namespace vtoll::gic

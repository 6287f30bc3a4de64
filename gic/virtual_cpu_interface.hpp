// SPDX-License-Identifier: Apache-2.0
// The virtual CPU interfaces (GICV): what a guest takes for its GICC, fed from the list registers.
#pragma once

#include "gic/distributor.hpp"
#include "gic/interface_registers.hpp"
#include "gic/virtual_interface.hpp"

namespace vtoll::gic {

class VirtualCpuInterface : public InterfaceRegisters<VirtualCpuInterface> {
public:
    VirtualCpuInterface(Distributor& distributor, VirtualInterface& control)
        : distributor_(distributor), control_(control) {}

private:
    friend class InterfaceRegisters<VirtualCpuInterface>;

    InterfaceState& interface(unsigned cpu) { return control_.of(cpu).vm; }
    static PriorityFormat format() { return virtual_format; }
    Pending highest(unsigned cpu) const;
    unsigned running_priority(unsigned cpu) const {
        return control_.of(cpu).active.running(virtual_format.level_shift());
    }
    u32 describe(const Pending& pending, unsigned cpu) const;
    u32 activate(const Pending& pending, unsigned cpu);
    void end_of_interrupt(u32 value, unsigned cpu);
    void deactivate(u32 value, unsigned cpu);
    void changed(unsigned cpu) { control_.changed(cpu); }

    // One active priorities register for both groups; the other words and NSAPR are RAZ/WI.
    u32 active_word(unsigned index, unsigned cpu) const { return control_.of(cpu).active.words[index]; }
    static u32 group1_active_word(unsigned, unsigned) { return 0; }
    void set_active_word(unsigned index, u32 value, unsigned cpu);
    static void set_group1_active_word(unsigned, u32, unsigned) {}

    ListRegister* find_active(u32 value, unsigned cpu);
    void deactivate_entry(ListRegister& entry, unsigned cpu);

    Distributor& distributor_;
    VirtualInterface& control_;
};

}  // namespace vtoll::gic

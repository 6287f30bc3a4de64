// SPDX-License-Identifier: Apache-2.0
// The register bank GICC and GICV have in common (ARM IHI 0048B §4.4, §5.5): a guest can't tell which it uses.
// `Self` supplies where pending interrupts come from and what activating and ending one means.
#pragma once

#include "gic/priority.hpp"
#include "gic/register_map.hpp"

namespace vtoll::gic {

template <class Self>
class InterfaceRegisters {
public:
    u32 read(u32 offset, unsigned size, unsigned cpu, bool debug) {
        return registers().read(*this, offset, size, {.cpu = cpu, .debug = debug, .lanes = ~0u});
    }
    void write(u32 offset, u32 value, unsigned size, unsigned cpu) {
        registers().write(*this, offset, value, size, {.cpu = cpu, .debug = false, .lanes = 0});
    }

    static std::string register_name(u32 offset) { return registers().name(offset); }

    Signal signal(unsigned cpu) {
        return signal_of(self().interface(cpu), self().highest(cpu), self().running_priority(cpu));
    }

private:
    /// Which group an acknowledge register is for.
    enum class View { plain, alias };

    Self& self() { return static_cast<Self&>(*this); }

    /// A GIC without Security Extensions answers as a Secure access would be: Group 1 needs AckCtl or the alias.
    static u32 visible(const InterfaceState& interface, const Pending& pending, View view) {
        if (view == View::alias) return pending.group1 ? pending.id : spurious;
        if (pending.group1 && !(interface.ctlr & interface_ctlr::ack_ctl)) return group1_hidden;
        return pending.id;
    }

    u32 read_ctlr(unsigned, Access access) { return self().interface(access.cpu).ctlr; }
    void write_ctlr(unsigned, u32 value, Access access) {
        self().interface(access.cpu).set_ctlr(value);
        self().changed(access.cpu);
    }
    u32 read_pmr(unsigned, Access access) { return self().interface(access.cpu).pmr; }
    void write_pmr(unsigned, u32 value, Access access) {
        self().interface(access.cpu).set_pmr(self().format(), value);
        self().changed(access.cpu);
    }
    u32 read_bpr(unsigned, Access access) { return self().interface(access.cpu).bpr; }
    void write_bpr(unsigned, u32 value, Access access) {
        self().interface(access.cpu).set_bpr(self().format(), value);
        self().changed(access.cpu);
    }
    u32 read_abpr(unsigned, Access access) { return self().interface(access.cpu).abpr; }
    void write_abpr(unsigned, u32 value, Access access) {
        self().interface(access.cpu).set_abpr(self().format(), value);
        self().changed(access.cpu);
    }

    template <View view>
    u32 read_iar(unsigned, Access access) {
        const InterfaceState& interface = self().interface(access.cpu);
        const Pending pending = self().highest(access.cpu);
        if (!is_signalled(interface, pending, self().running_priority(access.cpu))) return spurious;
        const u32 id = visible(interface, pending, view);
        if (id == spurious || id == group1_hidden) return id;
        return access.debug ? self().describe(pending, access.cpu) : self().activate(pending, access.cpu);
    }

    /// Neither the mask nor what is running hides an interrupt here, only the group enables do.
    template <View view>
    u32 read_hppir(unsigned, Access access) {
        const InterfaceState& interface = self().interface(access.cpu);
        const Pending pending = self().highest(access.cpu);
        if (pending.id == spurious || !interface.group_enabled(pending.group1)) return spurious;
        const u32 id = visible(interface, pending, view);
        return id == pending.id ? self().describe(pending, access.cpu) : id;
    }

    u32 read_rpr(unsigned, Access access) { return std::min(self().running_priority(access.cpu), 0xFFu); }
    void write_eoir(unsigned, u32 value, Access access) { self().end_of_interrupt(value, access.cpu); }
    void write_dir(unsigned, u32 value, Access access) { self().deactivate(value, access.cpu); }

    u32 read_apr(unsigned index, Access access) { return self().active_word(index, access.cpu); }
    void write_apr(unsigned index, u32 value, Access access) { self().set_active_word(index, value, access.cpu); }
    u32 read_nsapr(unsigned index, Access access) { return self().group1_active_word(index, access.cpu); }
    void write_nsapr(unsigned index, u32 value, Access access) {
        self().set_group1_active_word(index, value, access.cpu);
    }

    u32 read_iidr(unsigned, Access) { return 0x0002'043B; }  // GICv2, implementer Arm

    static const auto& registers() {
        using B = InterfaceRegisters;
        static constexpr Narrow word = Narrow::ignored;
        // clang-format off
        static constexpr auto map = make_register_map<0x2000>(std::to_array<Register<B>>({
            {"CTLR",   0x0000, 1, word, &B::read_ctlr,                         &B::write_ctlr},
            {"PMR",    0x0004, 1, word, &B::read_pmr,                          &B::write_pmr},
            {"BPR",    0x0008, 1, word, &B::read_bpr,                          &B::write_bpr},
            {"IAR",    0x000C, 1, word, &B::template read_iar<View::plain>,    nullptr},
            {"EOIR",   0x0010, 1, word, nullptr,                               &B::write_eoir},
            {"RPR",    0x0014, 1, word, &B::read_rpr,                          nullptr},
            {"HPPIR",  0x0018, 1, word, &B::template read_hppir<View::plain>,  nullptr},
            {"ABPR",   0x001C, 1, word, &B::read_abpr,                         &B::write_abpr},
            {"AIAR",   0x0020, 1, word, &B::template read_iar<View::alias>,    nullptr},
            {"AEOIR",  0x0024, 1, word, nullptr,                               &B::write_eoir},
            {"AHPPIR", 0x0028, 1, word, &B::template read_hppir<View::alias>,  nullptr},
            {"APR",    0x00D0, 4, word, &B::read_apr,                          &B::write_apr},
            {"NSAPR",  0x00E0, 4, word, &B::read_nsapr,                        &B::write_nsapr},
            {"IIDR",   0x00FC, 1, word, &B::read_iidr,                         nullptr},
            {"DIR",    0x1000, 1, word, nullptr,                               &B::write_dir},
        }));
        // clang-format on
        return map;
    }
};

}  // namespace vtoll::gic

// SPDX-License-Identifier: Apache-2.0
// Virtual interface control (GICH): the list registers a hypervisor fills, and the maintenance interrupt.
#pragma once

#include "gic/priority.hpp"

#include <string>

namespace vtoll::gic {

/// GICH_HCR, ARM IHI 0048B §5.3.1.
namespace hyp_control {
inline constexpr u32 enable = 1u << 0;
inline constexpr u32 underflow = 1u << 1;
inline constexpr u32 entry_not_present = 1u << 2;
inline constexpr u32 no_pending = 1u << 3;
inline constexpr u32 group0_enabled = 1u << 4;
inline constexpr u32 group0_disabled = 1u << 5;
inline constexpr u32 group1_enabled = 1u << 6;
inline constexpr u32 group1_disabled = 1u << 7;
inline constexpr unsigned eoi_count_shift = 27;
inline constexpr u32 eoi_count = 0x1Fu << eoi_count_shift;
inline constexpr u32 writable = 0xFFu | eoi_count;
}  // namespace hyp_control

/// GICH_MISR, ARM IHI 0048B §5.3.4. Bits 1..7 stand where their enables stand in GICH_HCR.
namespace maintenance {
inline constexpr u32 end_of_interrupt = 1u << 0;
inline constexpr u32 underflow = hyp_control::underflow;
inline constexpr u32 entry_not_present = hyp_control::entry_not_present;
inline constexpr u32 no_pending = hyp_control::no_pending;
inline constexpr u32 group0_enabled = hyp_control::group0_enabled;
inline constexpr u32 group0_disabled = hyp_control::group0_disabled;
inline constexpr u32 group1_enabled = hyp_control::group1_enabled;
inline constexpr u32 group1_disabled = hyp_control::group1_disabled;
}  // namespace maintenance

/// A list register, ARM IHI 0048B §5.3.8.
struct ListRegister {
    static constexpr u32 pending_bit = 1u << 28;
    static constexpr u32 active_bit = 1u << 29;
    static constexpr u32 writable = 0xFF8F'FFFF;

    u32 raw = 0;

    unsigned virtual_id() const { return raw & 0x3FF; }
    unsigned physical_id() const { return raw >> 10 & 0x3FF; }  ///< when `hardware()`
    unsigned source_cpu() const { return raw >> 10 & 7; }       ///< of a virtual SGI, otherwise
    bool wants_eoi() const { return !hardware() && (raw >> 19 & 1); }
    unsigned priority() const { return (raw >> 23 & 0x1F) << 3; }
    bool pending() const { return raw & pending_bit; }
    bool active() const { return raw & active_bit; }
    bool group1() const { return raw >> 30 & 1; }
    bool hardware() const { return raw >> 31; }

    bool valid() const { return pending() || active(); }
    /// Active and pending waits until it is ended, so only purely pending ones can be signalled.
    bool deliverable() const { return pending() && !active(); }
    bool eoi_maintenance() const { return !valid() && wants_eoi(); }
    bool empty() const { return !valid() && !wants_eoi(); }
};

struct VirtualInterfaceState {
    u32 hcr = 0;
    InterfaceState vm{.ctlr = 0, .pmr = 0, .bpr = virtual_format.min_bpr(), .abpr = virtual_format.min_abpr()};
    ActivePriorities active;  ///< GICH_APR: the first word only
    std::array<ListRegister, list_register_count> lr{};

    bool enabled() const { return hcr & hyp_control::enable; }
    u32 vmcr() const;
    void set_vmcr(u32 value);
    u32 misr() const;
    /// The EOI matched no list register: the hypervisor has it elsewhere and must hear of it.
    void count_unmatched_eoi() { hcr += 1u << hyp_control::eoi_count_shift; }

    template <class Ar>
    void serialize(Ar& ar) {
        ar(hcr, vm, active);
        for (ListRegister& entry : lr) ar(entry.raw);
    }
};

class VirtualInterface {
public:
    using State = std::array<VirtualInterfaceState, max_cpus>;

    VirtualInterface(const Config& config, Changes& changes);

    u32 read(u32 offset, unsigned size, unsigned cpu, bool debug);
    void write(u32 offset, u32 value, unsigned size, unsigned cpu);

    static std::string register_name(u32 offset);

    bool maintenance_line(unsigned cpu) const { return state_[cpu].enabled() && state_[cpu].misr() != 0; }

    VirtualInterfaceState& of(unsigned cpu) { return state_[cpu]; }
    void changed(unsigned cpu) { changes_.virt |= 1u << cpu; }

    const State& state() const { return state_; }
    void restore(const State& state);
    void reset() { restore({}); }

private:
    friend struct VirtualInterfaceRegisters;

    u32 read_hcr(unsigned, Access access) { return state_[access.cpu].hcr; }
    void write_hcr(unsigned, u32 value, Access access);
    u32 read_vtr(unsigned, Access);
    u32 read_vmcr(unsigned, Access access) { return state_[access.cpu].vmcr(); }
    void write_vmcr(unsigned, u32 value, Access access);
    u32 read_misr(unsigned, Access access) { return state_[access.cpu].misr(); }
    template <bool (ListRegister::*property)() const>
    u32 read_status(unsigned index, Access access);
    u32 read_apr(unsigned, Access access) { return state_[access.cpu].active.words[0]; }
    void write_apr(unsigned, u32 value, Access access);
    u32 read_lr(unsigned index, Access access) { return state_[access.cpu].lr[index].raw; }
    void write_lr(unsigned index, u32 value, Access access);

    Changes& changes_;
    unsigned cpus_;
    State state_;
};

}  // namespace vtoll::gic

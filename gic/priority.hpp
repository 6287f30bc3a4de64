// SPDX-License-Identifier: Apache-2.0
// Priority rules shared by the physical and the virtual CPU interface: grouping, masking, preemption.
#pragma once

#include "gic/constants.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace vtoll::gic {

inline constexpr unsigned idle_priority = 0x100;  ///< running priority when nothing is active: below every other

/// How many of the 8 priority bits exist, and what follows from it (ARM IHI 0048B §3.3.1, §3.3.3).
struct PriorityFormat {
    unsigned priority_bits;

    constexpr u8 mask() const { return static_cast<u8>(0xFF00u >> priority_bits); }
    /// The finest split leaves one subpriority bit below the group priority.
    constexpr u8 min_bpr() const { return static_cast<u8>(7 - std::min(priority_bits, 7u)); }
    constexpr u8 min_abpr() const { return static_cast<u8>(min_bpr() + 1); }
    /// Priority bits below the group priority field at its finest: what one bit of an APR stands for.
    constexpr unsigned level_shift() const { return min_bpr() + 1u; }
    constexpr unsigned levels() const { return 256u >> level_shift(); }
};

inline constexpr PriorityFormat virtual_format{5};  ///< list registers hold five priority bits

/// An interrupt that could be signalled, as the priority logic sees it.
struct Pending {
    u16 id = spurious;
    u16 priority = idle_priority;
    bool group1 = false;
    u8 slot = 0;  ///< list register it comes from (virtual interrupts)
};

/// GICC_CTLR / GICV_CTLR of a GIC without Security Extensions, ARM IHI 0048B §4.4.1.
namespace interface_ctlr {
inline constexpr u32 enable_group0 = 1u << 0;
inline constexpr u32 enable_group1 = 1u << 1;
inline constexpr u32 ack_ctl = 1u << 2;
inline constexpr u32 fiq_enable = 1u << 3;
inline constexpr u32 common_bpr = 1u << 4;
inline constexpr u32 eoi_mode = 1u << 9;
inline constexpr u32 writable = 0x21F;
}  // namespace interface_ctlr

/// The programmable part of a CPU interface, physical or virtual.
struct InterfaceState {
    u32 ctlr = 0;
    u8 pmr = 0;
    u8 bpr = 0;
    u8 abpr = 1;

    bool group_enabled(bool group1) const {
        return ctlr & (group1 ? interface_ctlr::enable_group1 : interface_ctlr::enable_group0);
    }
    bool split_eoi() const { return ctlr & interface_ctlr::eoi_mode; }

    // What a write leaves in each field: bits that the interface does not have, and a binary point too fine, don't
    // stick.
    void set_ctlr(u32 value) { ctlr = value & interface_ctlr::writable; }
    void set_pmr(PriorityFormat format, u32 value) { pmr = static_cast<u8>(value) & format.mask(); }
    void set_bpr(PriorityFormat format, u32 value) { bpr = std::max(static_cast<u8>(value & 7), format.min_bpr()); }
    void set_abpr(PriorityFormat format, u32 value) { abpr = std::max(static_cast<u8>(value & 7), format.min_abpr()); }

    /// Group 1 uses the aliased binary point, whose scale is one higher, unless CBPR joins the two.
    unsigned binary_point(bool group1) const {
        if (!group1 || (ctlr & interface_ctlr::common_bpr)) return bpr & 7u;
        return std::max<unsigned>(abpr & 7u, 1) - 1;
    }

    template <class Ar>
    void serialize(Ar& ar) {
        ar(ctlr, pmr, bpr, abpr);
    }
};

/// The bits of a priority that decide preemption.
inline unsigned group_mask(const InterfaceState& interface, bool group1) {
    return ~0u << (interface.binary_point(group1) + 1) & 0xFF;
}
inline unsigned group_priority(const InterfaceState& interface, const Pending& pending) {
    return pending.priority & group_mask(interface, pending.group1);
}

/// Whether the interface signals `pending` to its processor: enabled, above the mask, and preempting what runs.
/// The running priority is cut by the binary point of today, which may be coarser than the one it was taken with.
inline bool is_signalled(const InterfaceState& interface, const Pending& pending, unsigned running) {
    if (pending.id == spurious || !interface.group_enabled(pending.group1)) return false;
    if (pending.priority >= interface.pmr) return false;
    return running == idle_priority || pending.priority < (running & group_mask(interface, pending.group1));
}

/// Active priorities as the APR registers keep them: one bit per preemption level, bit 0 the most urgent.
struct ActivePriorities {
    std::array<u32, 4> words{};

    void push(unsigned level) { words[level / 32 & 3] |= 1u << (level % 32); }

    /// Priority drop: the most urgent level ends. False when none was active.
    bool drop() {
        for (u32& word : words) {
            if (word == 0) continue;
            word &= word - 1;
            return true;
        }
        return false;
    }

    /// Priority of the most urgent active level, `idle_priority` when there is none.
    unsigned running(unsigned level_shift) const {
        for (unsigned i = 0; i < words.size(); ++i) {
            if (words[i]) return (i * 32 + static_cast<unsigned>(std::countr_zero(words[i]))) << level_shift;
        }
        return idle_priority;
    }

    template <class Ar>
    void serialize(Ar& ar) {
        ar(words);
    }
};

/// Outputs of one interface.
struct Signal {
    bool irq = false;
    bool fiq = false;
};

inline Signal signal_of(const InterfaceState& interface, const Pending& pending, unsigned running) {
    if (!is_signalled(interface, pending, running)) return {};
    const bool as_fiq = !pending.group1 && (interface.ctlr & interface_ctlr::fiq_enable);
    return {.irq = !as_fiq, .fiq = as_fiq};
}

}  // namespace vtoll::gic

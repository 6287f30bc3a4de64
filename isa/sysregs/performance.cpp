// SPDX-License-Identifier: Apache-2.0
// CP15 c9: performance monitors, ARM DDI 0406C chapter C12. The cycle counter and the event counters hold an offset to
// running totals that the machine keeps; which events there are depends on the core and its timing model, and PMCEID0
// says so. A counter runs on beyond 32 bits until somebody looks: then its overflow is told in PMOVSR.
#include <algorithm>

#include "isa/sysregs/performance.hpp"
#include "isa/sysregs/tables.hpp"

namespace vtoll::isa {

namespace {

constexpr unsigned cycle_counter = 31;  ///< its bit in the registers of a bit a counter, its number in PMSELR
constexpr u32 event_sw_incr = 0;
constexpr u64 wraps = u64{1} << 32;
/// No event happens more often in a tick: an LDM is one instruction with sixteen accesses.
constexpr u64 most_events_per_tick = 16;

namespace filter {
constexpr u32 P = 1u << 31, U = 1u << 30, NSK = 1u << 29, NSU = 1u << 28, NSH = 1u << 27;
}

Verdict user_enabled(const CpuState& s, bool) {
    return s.mode() == Mode::usr && !(s.sys.pmuserenr & 1) ? Verdict::undefined : Verdict::allowed;
}

unsigned event_counters(const CpuState& s) { return s.sys.id.event_counters(); }

/// HDCR.HPMN keeps the counters from there on for the hypervisor: §B1.14.10.
unsigned first_of_hyp(const CpuState& s) {
    return s.features.virtualization ? std::min(s.sys.hdcr & hdcr::HPMN, u32{event_counters(s)}) : event_counters(s);
}
/// The event counters that software at the current privilege level can see.
unsigned visible_counters(const CpuState& s) { return s.is_hyp() ? event_counters(s) : first_of_hyp(s); }
u32 visible_bits(const CpuState& s) { return 1u << cycle_counter | ((1u << visible_counters(s)) - 1); }

/// §C12.6.3, without Secure state: NSK and NSU, which tell Non-secure software apart, count with the Security
/// Extensions only. Version 1 of the monitors has no filters.
bool filtered(const CpuState& s, unsigned n, Privilege pl) {
    if ((s.sys.id.id_dfr0 >> 24 & 0xf) < 2) return false;
    const u32 f = s.sys.pmxevtyper[n];
    const bool nsk = s.features.security && (f & filter::NSK), nsu = s.features.security && (f & filter::NSU);
    switch (pl) {
    case Privilege::pl0: return bool(f & filter::U) != nsu;
    case Privilege::pl1: return bool(f & filter::P) != nsk;
    default: return !(f & filter::NSH);
    }
}

u32 event_of(const CpuState& s, unsigned n) { return s.sys.pmxevtyper[n] & 0xff; }

bool counts(const CpuState& s, unsigned n, Privilege pl) {
    const bool of_hyp = n != cycle_counter && n >= first_of_hyp(s);
    const bool on = of_hyp ? s.sys.hdcr & hdcr::HPME : s.sys.pmcr & pmcr::E;
    return on && (s.sys.pmcnten >> n & 1) && !filtered(s, n, pl) &&
           (n == cycle_counter || event_of(s, n) == event_sw_incr || s.env->counts_event(event_of(s, n)));
}

/// What the machine has seen of a counter's event since it started.
u64 total(CpuState& s, const Op* op, unsigned n) {
    if (n != cycle_counter) return event_of(s, n) == event_sw_incr ? 0 : s.env->event_count(op, event_of(s, n));
    const u64 ticks = s.env->cycle_count(op);
    return s.sys.pmcr & pmcr::D ? ticks / 64 : ticks;
}

/// Calls `visit(n)` for every counter there is, the cycle counter last.
template <class Visit>
void for_each_counter(const CpuState& s, Visit visit) {
    for (unsigned n = 0; n < event_counters(s); ++n) visit(n);
    visit(cycle_counter);
}

/// The counter's value, an overflow included that has not been told of yet.
u64 value_at(CpuState& s, const Op* op, unsigned n, Privilege pl) {
    return s.sys.pmcount[n] + (counts(s, n, pl) ? total(s, op, n) : 0);
}
void set_value(CpuState& s, const Op* op, unsigned n, u64 value) {
    s.sys.pmcount[n] = value - (counts(s, n, s.privilege()) ? total(s, op, n) : 0);
}
/// The same as software reads it: overflows are told in PMOVSR.
u32 take_value(CpuState& s, const Op* op, unsigned n, Privilege pl) {
    const u64 value = value_at(s, op, n, pl);
    if (value >= wraps) {
        s.sys.pmovsr |= 1u << n;
        s.sys.pmcount[n] -= value & ~(wraps - 1);
    }
    return static_cast<u32>(value);
}

using Values = std::array<u32, 32>;
Values take_values(CpuState& s, const Op* op, Privilege pl) {
    Values values{};
    for_each_counter(s, [&](unsigned n) { values[n] = take_value(s, op, n, pl); });
    return values;
}
void set_values(CpuState& s, const Op* op, const Values& values) {
    for_each_counter(s, [&](unsigned n) { set_value(s, op, n, values[n]); });
}

void resume(CpuState& s, const Op* op, const Values& values) {
    set_values(s, op, values);
    s.counters_run = s.sys.pmcnten && (s.sys.pmcr & pmcr::E || s.sys.hdcr & hdcr::HPME);
    s.env->counters_changed();
}

/// Run `change` on the registers that start, stop, scale or choose: the counters' values are the same after, unless
/// `change` sets them.
template <class Change>
Written keeping_counts(CpuState& s, const Op& op, Change change) {
    Values values = take_values(s, &op, s.privilege());
    change(values);
    resume(s, &op, values);
    return Written::done;
}

u64 read_pmcr(CpuState& s, const Op&) {
    const u32 identity = s.sys.id.pmcr & ~(0x1fu << 11);
    return identity | visible_counters(s) << 11 | s.sys.pmcr;
}
Written write_pmcr(CpuState& s, const Op& op, u64 v) {
    return keeping_counts(s, op, [&](Values& values) {
        if (v & pmcr::C) values[cycle_counter] = 0;
        if (v & pmcr::P) std::fill_n(values.begin(), visible_counters(s), 0);
        s.sys.pmcr = static_cast<u32>(v) & (pmcr::E | pmcr::D | pmcr::X | pmcr::DP);
    });
}
u64 read_pmccntr(CpuState& s, const Op& op) { return take_value(s, &op, cycle_counter, s.privilege()); }
Written write_pmccntr(CpuState& s, const Op& op, u64 v) {
    return keeping_counts(s, op, [&](Values& values) { values[cycle_counter] = static_cast<u32>(v); });
}

/// Registers of a bit a counter. Those that the current privilege level does not see read as zero and stay.
template <u32 SysRegs::*Field>
u64 read_bits(CpuState& s, const Op& op) {
    take_values(s, &op, s.privilege());  // PMOVSR
    return s.sys.*Field & visible_bits(s);
}
template <u32 SysRegs::*Field, bool Set>
Written write_bits(CpuState& s, const Op& op, u64 v) {
    return keeping_counts(s, op, [&](Values&) {
        const u32 bits = static_cast<u32>(v) & visible_bits(s);
        if (Set) s.sys.*Field |= bits;
        else s.sys.*Field &= ~bits;
    });
}

Written write_swinc(CpuState& s, const Op& op, u64 v) {
    return keeping_counts(s, op, [&](Values& values) {
        for (unsigned n = 0; n < visible_counters(s); ++n)
            if (v >> n & 1 && event_of(s, n) == event_sw_incr && counts(s, n, s.privilege()) && ++values[n] == 0)
                s.sys.pmovsr |= 1u << n;
    });
}

// PMSELR 31 selects the cycle counter's filter; a number past the counters is UNPREDICTABLE: RAZ/WI.
bool selects_counter(const CpuState& s) { return s.sys.pmselr < visible_counters(s); }
u64 read_evtyper(CpuState& s, const Op&) {
    return selects_counter(s) || s.sys.pmselr == cycle_counter ? s.sys.pmxevtyper[s.sys.pmselr] : 0;
}
Written write_evtyper(CpuState& s, const Op& op, u64 v) {
    const u32 n = s.sys.pmselr;
    return keeping_counts(s, op, [&](Values&) {
        const u32 filters = filter::P | filter::U | filter::NSK | filter::NSU | filter::NSH;
        if (n == cycle_counter) s.sys.pmxevtyper[n] = static_cast<u32>(v) & filters;
        else if (selects_counter(s)) s.sys.pmxevtyper[n] = static_cast<u32>(v) & (filters | 0xff);
    });
}
u64 read_evcntr(CpuState& s, const Op& op) {
    return selects_counter(s) ? take_value(s, &op, s.sys.pmselr, s.privilege()) : 0;
}
Written write_evcntr(CpuState& s, const Op& op, u64 v) {
    return keeping_counts(s, op, [&](Values& values) {
        if (selects_counter(s)) values[s.sys.pmselr] = static_cast<u32>(v);
    });
}
u64 read_pmceid0(CpuState& s, const Op&) {
    u32 there = 1u << event_sw_incr;
    for (u32 event = 0; event < 32; ++event) there |= u32{s.env->counts_event(event)} << event;
    return there;
}

}  // namespace

void detach_counters(CpuState& s, const Op* op) {
    const Values values = take_values(s, op, s.privilege());
    std::ranges::copy(values, s.sys.pmcount.begin());
}

void attach_counters(CpuState& s, const Op* op) {
    Values values{};
    std::ranges::transform(s.sys.pmcount, values.begin(), [](u64 v) { return static_cast<u32>(v); });
    resume(s, op, values);
}

void counters_crossed(CpuState& s, Privilege from) {
    set_values(s, nullptr, take_values(s, nullptr, from));
    s.env->counters_changed();
}

bool counters_interrupt(CpuState& s) {
    take_values(s, nullptr, s.privilege());
    const u32 of_guest = 1u << cycle_counter | ((1u << first_of_hyp(s)) - 1);
    const u32 on = (s.sys.pmcr & pmcr::E ? of_guest : 0) | (s.sys.hdcr & hdcr::HPME ? ~of_guest : 0);
    return s.sys.pmovsr & s.sys.pminten & on;
}

u64 ticks_to_overflow(CpuState& s) {
    u64 ticks = ~u64{0};
    for_each_counter(s, [&](unsigned n) {
        if (!(s.sys.pminten >> n & 1) || !counts(s, n, s.privilege())) return;
        const u64 value = value_at(s, nullptr, n, s.privilege()), left = value < wraps ? wraps - value : 0;
        const u64 scale = s.sys.pmcr & pmcr::D ? 64 : 1;
        ticks = std::min(ticks, n == cycle_counter ? (left ? (left - 1) * scale + 1 : 0) : left / most_events_per_tick);
    });
    return ticks;
}

void add_performance(std::vector<SysReg>& rows) {
    using namespace access;
    const u32 tpm = trap_tpm;
    const auto add = [&](std::string_view name, u8 crm, u8 opc2, SysReg rest) {
        rest.name = name;
        rest.key = cp15(9, 0, crm, opc2);
        rest.traps |= tpm;
        rows.push_back(rest);
    };
    const auto bits = [&](std::string_view name, u8 crm, u8 opc2, u8 who, auto read, auto write) {
        add(name, crm, opc2, {.access = who, .read = read, .write = write, .check = user_enabled});
    };
    constexpr auto enabled = &SysRegs::pmcnten, overflown = &SysRegs::pmovsr, interrupting = &SysRegs::pminten;
    add("PMCR", 12, 0,
        {.access = pl0_rw, .traps = trap_tpmcr, .read = read_pmcr, .write = write_pmcr, .check = user_enabled});
    bits("PMCNTENSET", 12, 1, pl0_rw, read_bits<enabled>, write_bits<enabled, true>);
    bits("PMCNTENCLR", 12, 2, pl0_rw, read_bits<enabled>, write_bits<enabled, false>);
    bits("PMOVSR", 12, 3, pl0_rw, read_bits<overflown>, write_bits<overflown, false>);
    add("PMSWINC", 12, 4, {.access = pl0_wo, .write = write_swinc, .check = user_enabled});
    add("PMSELR", 12, 5, {.access = pl0_rw, .field = &SysRegs::pmselr, .writable = 0x1f, .check = user_enabled});
    add("PMCEID0", 12, 6, {.access = pl0_ro, .read = read_pmceid0, .check = user_enabled});
    add("PMCEID1", 12, 7, {.access = pl0_ro, .check = user_enabled});
    add("PMCCNTR", 13, 0, {.access = pl0_rw, .read = read_pmccntr, .write = write_pmccntr, .check = user_enabled});
    add("PMXEVTYPER", 13, 1, {.access = pl0_rw, .read = read_evtyper, .write = write_evtyper, .check = user_enabled});
    add("PMXEVCNTR", 13, 2, {.access = pl0_rw, .read = read_evcntr, .write = write_evcntr, .check = user_enabled});
    add("PMUSERENR", 14, 0, {.access = pl1_rw_pl0_ro, .field = &SysRegs::pmuserenr, .writable = 1});
    bits("PMINTENSET", 14, 1, pl1_rw, read_bits<interrupting>, write_bits<interrupting, true>);
    bits("PMINTENCLR", 14, 2, pl1_rw, read_bits<interrupting>, write_bits<interrupting, false>);
    bits("PMOVSSET", 14, 3, pl1_rw, read_bits<overflown>, write_bits<overflown, true>);
    rows.back().needs = Needs::virtualization;
}

}  // namespace vtoll::isa

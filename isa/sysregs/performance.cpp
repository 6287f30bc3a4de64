// SPDX-License-Identifier: Apache-2.0
// CP15 c9: performance monitors, ARM DDI 0406C chapter C12. The cycle counter and the event counters hold an offset to
// running totals that the machine keeps; which events there are depends on the timing model, and PMCEID0 says so.
// Overflows of software increments set PMOVSR; nothing raises an interrupt.
#include <algorithm>

#include "isa/sysregs/tables.hpp"

namespace vtoll::isa {

namespace {

constexpr unsigned counters = 6;
constexpr u32 implemented = 1u << 31 | ((1u << counters) - 1);
constexpr u32 pmcr_identity = 0x410f'3000;  // Cortex-A15: IMP, IDCODE, N = 6
constexpr u32 event_sw_incr = 0;

Verdict user_enabled(const CpuState& s, bool) {
    return s.mode() == Mode::usr && !(s.sys.pmuserenr & 1) ? Verdict::undefined : Verdict::allowed;
}

bool cycles_counting(const CpuState& s) { return (s.sys.pmcr & pmcr::E) && (s.sys.pmcnten >> 31); }
u64 cycles(CpuState& s, const Op* op) {
    const u64 ticks = s.env->cycle_count(op);
    return (s.sys.pmcr & pmcr::D) ? ticks / 64 : ticks;
}
u64 cycle_counter(CpuState& s, const Op* op) {
    return static_cast<u32>(s.sys.pmccntr_base + (cycles_counting(s) ? cycles(s, op) : 0));
}
u64 read_pmccntr(CpuState& s, const Op& op) { return cycle_counter(s, &op); }

/// What counter n has seen of its event since the machine started; 0 while it does not count.
u32 events(CpuState& s, const Op* op, unsigned n) {
    const u32 event = s.sys.pmxevtyper[n] & 0xff;
    const bool counting = (s.sys.pmcr & pmcr::E) && (s.sys.pmcnten >> n & 1) && s.env->counts_event(event);
    return counting ? static_cast<u32>(s.env->event_count(op, event)) : 0;
}
u32 read_counter(CpuState& s, const Op* op, unsigned n) { return s.sys.pmxevcntr[n] + events(s, op, n); }

struct Values {
    u64 cycles;
    std::array<u32, counters> event;
};
Values values_of(CpuState& s, const Op* op) {
    Values values{cycle_counter(s, op), {}};
    for (unsigned n = 0; n < counters; ++n) values.event[n] = read_counter(s, op, n);
    return values;
}
void set_values(CpuState& s, const Op* op, const Values& values) {
    s.sys.pmccntr_base = values.cycles - (cycles_counting(s) ? cycles(s, op) : 0);
    for (unsigned n = 0; n < counters; ++n) s.sys.pmxevcntr[n] = values.event[n] - events(s, op, n);
}

/// Run `change` on the registers that start, stop, scale or choose: the counters' values are the same after, unless
/// `change` sets them.
template <class Change>
Written keeping_counts(CpuState& s, const Op& op, Change change) {
    Values values = values_of(s, &op);
    change(values);
    set_values(s, &op, values);
    return Written::done;
}

u64 read_pmcr(CpuState& s, const Op&) { return pmcr_identity | s.sys.pmcr; }
Written write_pmcr(CpuState& s, const Op& op, u64 v) {
    return keeping_counts(s, op, [&](Values& values) {
        if (v & pmcr::C) values.cycles = 0;
        if (v & pmcr::P) values.event = {};
        s.sys.pmcr = static_cast<u32>(v) & (pmcr::E | pmcr::D | pmcr::X | pmcr::DP);
    });
}
Written write_pmccntr(CpuState& s, const Op& op, u64 v) {
    return keeping_counts(s, op, [&](Values& values) { values.cycles = v; });
}
Written write_cntenset(CpuState& s, const Op& op, u64 v) {
    return keeping_counts(s, op, [&](Values&) { s.sys.pmcnten |= v & implemented; });
}
Written write_cntenclr(CpuState& s, const Op& op, u64 v) {
    return keeping_counts(s, op, [&](Values&) { s.sys.pmcnten &= ~static_cast<u32>(v); });
}

template <u32 SysRegs::*Field, bool Set>
Written write_bits(CpuState& s, const Op&, u64 v) {
    if (Set) s.sys.*Field |= v & implemented;
    else s.sys.*Field &= ~static_cast<u32>(v);
    return Written::done;
}

Written write_swinc(CpuState& s, const Op&, u64 v) {
    if (!(s.sys.pmcr & pmcr::E)) return Written::done;
    for (unsigned i = 0; i < counters; ++i)
        if ((v & s.sys.pmcnten) >> i & 1 && (s.sys.pmxevtyper[i] & 0xff) == event_sw_incr && ++s.sys.pmxevcntr[i] == 0)
            s.sys.pmovsr |= 1u << i;
    return Written::done;
}

// PMSELR 31 selects the cycle counter's filter; a number past the counters is UNPREDICTABLE: RAZ/WI.
u64 read_evtyper(CpuState& s, const Op&) {
    const u32 n = s.sys.pmselr;
    return n < counters || n == 31 ? s.sys.pmxevtyper[n] : 0;
}
Written write_evtyper(CpuState& s, const Op& op, u64 v) {
    const u32 n = s.sys.pmselr;
    return keeping_counts(s, op, [&](Values&) {
        if (n < counters || n == 31) s.sys.pmxevtyper[n] = static_cast<u32>(v) & (n == 31 ? 0xf800'0000 : 0xf800'00ff);
    });
}
u64 read_evcntr(CpuState& s, const Op& op) { return s.sys.pmselr < counters ? read_counter(s, &op, s.sys.pmselr) : 0; }
Written write_evcntr(CpuState& s, const Op& op, u64 v) {
    const u32 n = s.sys.pmselr;
    return keeping_counts(s, op, [&](Values& values) {
        if (n < counters) values.event[n] = static_cast<u32>(v);
    });
}
u64 read_pmceid0(CpuState& s, const Op&) {
    u32 there = 1u << event_sw_incr;
    for (u32 event = 0; event < 32; ++event) there |= u32{s.env->counts_event(event)} << event;
    return there;
}

}  // namespace

void detach_counters(CpuState& s) {
    const Values values = values_of(s, nullptr);
    s.sys.pmccntr_base = values.cycles;
    std::copy(values.event.begin(), values.event.end(), s.sys.pmxevcntr.begin());
}

void attach_counters(CpuState& s) {
    Values values{s.sys.pmccntr_base, {}};
    std::copy_n(s.sys.pmxevcntr.begin(), counters, values.event.begin());
    set_values(s, nullptr, values);
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
    const auto clear_overflow = write_bits<&SysRegs::pmovsr, false>;
    add("PMCR", 12, 0,
        {.access = pl0_rw, .traps = trap_tpmcr, .read = read_pmcr, .write = write_pmcr, .check = user_enabled});
    add("PMCNTENSET", 12, 1,
        {.access = pl0_rw, .field = &SysRegs::pmcnten, .write = write_cntenset, .check = user_enabled});
    add("PMCNTENCLR", 12, 2,
        {.access = pl0_rw, .field = &SysRegs::pmcnten, .write = write_cntenclr, .check = user_enabled});
    add("PMOVSR", 12, 3, {.access = pl0_rw, .field = &SysRegs::pmovsr, .write = clear_overflow, .check = user_enabled});
    add("PMSWINC", 12, 4, {.access = pl0_wo, .write = write_swinc, .check = user_enabled});
    add("PMSELR", 12, 5, {.access = pl0_rw, .field = &SysRegs::pmselr, .writable = 0x1f, .check = user_enabled});
    add("PMCEID0", 12, 6, {.access = pl0_ro, .read = read_pmceid0, .check = user_enabled});
    add("PMCEID1", 12, 7, {.access = pl0_ro, .check = user_enabled});
    add("PMCCNTR", 13, 0, {.access = pl0_rw, .read = read_pmccntr, .write = write_pmccntr, .check = user_enabled});
    add("PMXEVTYPER", 13, 1, {.access = pl0_rw, .read = read_evtyper, .write = write_evtyper, .check = user_enabled});
    add("PMXEVCNTR", 13, 2, {.access = pl0_rw, .read = read_evcntr, .write = write_evcntr, .check = user_enabled});
    add("PMUSERENR", 14, 0, {.access = pl1_rw_pl0_ro, .field = &SysRegs::pmuserenr, .writable = 1});
    add("PMINTENSET", 14, 1,
        {.access = pl1_rw, .field = &SysRegs::pminten, .write = write_bits<&SysRegs::pminten, true>});
    add("PMINTENCLR", 14, 2,
        {.access = pl1_rw, .field = &SysRegs::pminten, .write = write_bits<&SysRegs::pminten, false>});
    add("PMOVSSET", 14, 3,
        {
            .access = pl1_rw,
            .field = &SysRegs::pmovsr,
            .write = write_bits<&SysRegs::pmovsr, true>,
        });
    rows.back().needs = Needs::virtualization;
}

}  // namespace vtoll::isa

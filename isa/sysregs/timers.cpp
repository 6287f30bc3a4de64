// SPDX-License-Identifier: Apache-2.0
// The generic timer, ARM DDI 0406C chapter B8. The counters and comparators are the machine's.
#include "isa/sysregs/generic_timer.hpp"
#include "isa/sysregs/tables.hpp"

namespace vtoll::isa {

namespace {

Verdict present(const CpuState& s, bool) { return has_generic_timer(s.sys.id) ? Verdict::allowed : Verdict::undefined; }

/// PL0 needs a bit of CNTKCTL (§B8.1.1); PL1 and PL0 need one of CNTHCTL, if any, or the hypervisor is asked.
template <u32 Pl0Bits, u32 HypBit>
Verdict enabled(const CpuState& s, bool) {
    if (present(s, true) == Verdict::undefined) return Verdict::undefined;
    if (s.mode() == Mode::usr && !(s.sys.cntkctl & Pl0Bits)) return Verdict::undefined;
    if (HypBit && s.features.virtualization && !(s.sys.cnthctl & HypBit)) return Verdict::hyp_trap;
    return Verdict::allowed;
}

/// CNTFRQ is written at the highest privilege there is.
Verdict cntfrq_access(const CpuState& s, bool is_read) {
    if (is_read) return enabled<cntkctl::PL0PCTEN | cntkctl::PL0VCTEN, 0>(s, true);
    if (present(s, false) == Verdict::undefined) return Verdict::undefined;
    return s.features.virtualization && !s.is_hyp() ? Verdict::undefined : Verdict::allowed;
}

u64 read_cntpct(CpuState& s, const Op& op) { return s.env->counter_physical(&op); }
u64 read_cntvct(CpuState& s, const Op& op) { return s.env->counter_physical(&op) - s.env->counter_virtual_offset(); }
u64 read_cntvoff(CpuState& s, const Op&) { return s.env->counter_virtual_offset(); }
Written write_cntvoff(CpuState& s, const Op&, u64 value) {
    s.env->set_counter_virtual_offset(value);
    return Written::done;
}

template <Timer T, TimerReg R>
u64 read_timer(CpuState& s, const Op& op) {
    return s.env->timer_read(&op, T, R);
}
template <Timer T, TimerReg R>
Written write_timer(CpuState& s, const Op& op, u64 value) {
    s.env->timer_write(&op, T, R, value);
    return Written::done;
}

// clang-format off
/// TVAL, CTL and CVAL of one timer: opc1 is 0, or 4 for Hyp mode's.
template <Timer T>
void add_timer(std::vector<SysReg>& rows, const std::string_view (&names)[3], u8 opc1, u8 crm, u8 wide_opc1, u8 who,
               Needs needs, Verdict (*check)(const CpuState&, bool)) {
    rows.push_back({.name = names[0], .key = cp15(14, opc1, crm, 0), .access = who, .needs = needs,
                    .read = read_timer<T, TimerReg::tval>, .write = write_timer<T, TimerReg::tval>, .check = check});
    rows.push_back({.name = names[1], .key = cp15(14, opc1, crm, 1), .access = who, .needs = needs,
                    .read = read_timer<T, TimerReg::ctl>, .write = write_timer<T, TimerReg::ctl>, .check = check});
    rows.push_back({.name = names[2], .key = cp15_wide(14, wide_opc1), .access = who, .needs = needs,
                    .read = read_timer<T, TimerReg::cval>, .write = write_timer<T, TimerReg::cval>, .check = check});
}

}  // namespace

void add_timers(std::vector<SysReg>& rows) {
    using namespace access;
    const SysReg table[] = {
        {.name = "CNTFRQ", .key = cp15(14, 0, 0, 0), .access = pl1_rw_pl0_ro, .field = &SysRegs::cntfrq,
         .check = cntfrq_access},
        {.name = "CNTKCTL", .key = cp15(14, 0, 1, 0), .access = pl1_rw, .field = &SysRegs::cntkctl,
         .writable = 0x3ff, .check = present},
        {.name = "CNTHCTL", .key = cp15(14, 4, 1, 0), .access = pl2_rw, .field = &SysRegs::cnthctl, .writable = 0xff,
         .needs = Needs::virtualization, .check = present},
        {.name = "CNTPCT", .key = cp15_wide(14, 0), .access = pl0_ro, .read = read_cntpct,
         .check = enabled<cntkctl::PL0PCTEN, cnthctl::PL1PCTEN>},
        {.name = "CNTVCT", .key = cp15_wide(14, 1), .access = pl0_ro, .read = read_cntvct,
         .check = enabled<cntkctl::PL0VCTEN, 0>},
        {.name = "CNTVOFF", .key = cp15_wide(14, 4), .access = pl2_rw, .needs = Needs::virtualization,
         .read = read_cntvoff, .write = write_cntvoff, .check = present},
    };
    rows.insert(rows.end(), std::begin(table), std::end(table));
    add_timer<Timer::physical>(rows, {"CNTP_TVAL", "CNTP_CTL", "CNTP_CVAL"}, 0, 2, 2, pl0_rw, Needs::nothing,
                               enabled<cntkctl::PL0PTEN, cnthctl::PL1PCEN>);
    add_timer<Timer::virt>(rows, {"CNTV_TVAL", "CNTV_CTL", "CNTV_CVAL"}, 0, 3, 3, pl0_rw, Needs::nothing,
                           enabled<cntkctl::PL0VTEN, 0>);
    add_timer<Timer::hyp>(rows, {"CNTHP_TVAL", "CNTHP_CTL", "CNTHP_CVAL"}, 4, 2, 6, pl2_rw, Needs::virtualization,
                          present);
}
// clang-format on

}  // namespace vtoll::isa

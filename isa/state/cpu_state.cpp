// SPDX-License-Identifier: Apache-2.0
// Register banking, ARM DDI 0406C §B1.3.2, and what follows from the mode.
#include "isa/state/cpu_state.hpp"

#include <algorithm>

#include "isa/sysregs/performance.hpp"

namespace vtoll::isa {

namespace {

/// Hyp mode has no LR of its own: it uses LR_usr.
constexpr Bank lr_bank(Mode m) { return m == Mode::hyp ? bank_usr : bank_of(m); }

}  // namespace

const char* mode_name(Mode m) {
    switch (m) {
    case Mode::usr: return "usr";
    case Mode::fiq: return "fiq";
    case Mode::irq: return "irq";
    case Mode::svc: return "svc";
    case Mode::mon: return "mon";
    case Mode::abt: return "abt";
    case Mode::hyp: return "hyp";
    case Mode::und: return "und";
    case Mode::sys: return "sys";
    }
    return "bad";
}

void CpuState::switch_mode(Mode to) {
    const Mode from = mode();
    psr = (psr & ~psr::M) | static_cast<u32>(to);

    if (bank_of(from) != bank_of(to)) {
        bank_sp[bank_of(from)] = r[13];
        r[13] = bank_sp[bank_of(to)];
    }
    if (lr_bank(from) != lr_bank(to)) {
        bank_lr[lr_bank(from)] = r[14];
        r[14] = bank_lr[lr_bank(to)];
    }
    if ((from == Mode::fiq) != (to == Mode::fiq)) {
        std::array<u32, 5>& leave = from == Mode::fiq ? high_fiq : high_usr;
        const std::array<u32, 5>& enter = to == Mode::fiq ? high_fiq : high_usr;
        std::copy_n(r.begin() + 8, 5, leave.begin());
        std::copy_n(enter.begin(), 5, r.begin() + 8);
    }

    refresh_l0_ctx();
    fp_enabled = fp_enabled_by_pl[static_cast<unsigned>(privilege_of(to))];
    simd_enabled = simd_enabled_by_pl[static_cast<unsigned>(privilege_of(to))];
    if (counters_run && privilege_of(from) != privilege_of(to)) counters_crossed(*this, privilege_of(from));
}

void CpuState::set_cpsr(u32 value) {
    const Mode to = static_cast<Mode>(value & psr::M);
    if (to != mode()) switch_mode(to);
    set_nzcv(value);
    thumb = value & psr::T;
    itstate = psr::it_of(value);
    psr = value & ~(psr::N | psr::Z | psr::C | psr::V | psr::T | psr::IT);
    refresh_l0_ctx();
}

u32 CpuState::read_banked(unsigned n, Mode m) const {
    const Mode now = mode();
    if (n >= 8 && n <= 12 && (m == Mode::fiq) != (now == Mode::fiq))
        return (m == Mode::fiq ? high_fiq : high_usr)[n - 8];
    if (n == 13 && bank_of(m) != bank_of(now)) return bank_sp[bank_of(m)];
    if (n == 14 && lr_bank(m) != lr_bank(now)) return bank_lr[lr_bank(m)];
    return r[n];
}

void CpuState::write_banked(unsigned n, Mode m, u32 value) {
    const Mode now = mode();
    u32* where = &r[n];
    if (n >= 8 && n <= 12 && (m == Mode::fiq) != (now == Mode::fiq))
        where = &(m == Mode::fiq ? high_fiq : high_usr)[n - 8];
    else if (n == 13 && bank_of(m) != bank_of(now)) where = &bank_sp[bank_of(m)];
    else if (n == 14 && lr_bank(m) != lr_bank(now)) where = &bank_lr[lr_bank(m)];
    *where = value;
}

// CheckAdvSIMDOrVFPEnabled(), ARM DDI 0406C §B1.11: CPACR does not apply to Hyp mode, HCPTR applies to every mode.
void CpuState::update_fp_enabled() {
    const bool on = features.vfp && ((fpexc >> 30) & 1) && !(features.virtualization && (sys.hcptr & hcptr::TCP10));
    const u32 cpacr_cp10 = (sys.cpacr >> 20) & 3;
    fp_enabled_by_pl = {on && cpacr_cp10 == 3, on && (cpacr_cp10 & 1), on};
    constexpr u32 cpacr_asedis = 1u << 31;
    const bool trapped = features.virtualization && (sys.hcptr & hcptr::TASE), denied = sys.cpacr & cpacr_asedis;
    for (unsigned pl = 0; pl < 3; ++pl)
        simd_enabled_by_pl[pl] = fp_enabled_by_pl[pl] && !trapped && (pl == 2 || !denied);
    fp_enabled = fp_enabled_by_pl[static_cast<unsigned>(privilege())];
    simd_enabled = simd_enabled_by_pl[static_cast<unsigned>(privilege())];
}

}  // namespace vtoll::isa

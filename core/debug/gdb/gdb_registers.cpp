// SPDX-License-Identifier: Apache-2.0
#include "core/debug/gdb/gdb_registers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstring>

#include "isa/state/fpscr.hpp"
#include "isa/sysregs/generic_timer.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core {

using isa::CpuState;
using isa::Mode;

namespace {

constexpr const char* core_feature = "org.gnu.gdb.arm.core";
constexpr const char* vfp_feature = "org.gnu.gdb.arm.vfp";
constexpr const char* banked_feature = "org.vtoll.arm.banked";
constexpr const char* system_feature = "org.vtoll.arm.system";

/// "MAIR0, PRRR" -> "mair0"; "" when it isn't a name.
std::string short_name(std::string_view full) {
    std::string name;
    for (const char c : full.substr(0, full.find_first_of(" ,("))) name += static_cast<char>(std::tolower(c));
    return name;
}

bool write_cpsr(CpuState& s, u64 value) {
    const u32 mode = static_cast<u32>(value) & isa::psr::M;
    if (!isa::is_valid_mode(mode) || mode == static_cast<u32>(Mode::mon)) return false;
    if (mode == static_cast<u32>(Mode::hyp) && !s.features.virtualization) return false;
    s.set_cpsr(static_cast<u32>(value) & ~(isa::psr::reserved | isa::psr::J));
    return true;
}

}  // namespace

GdbRegisters::GdbRegisters(const isa::Features& features, const isa::Identity& identity) {
    add_core();
    if (features.vfp) add_vfp(32);
    general_ = registers_.size();
    add_banked(features.virtualization);
    add_system(features);
    if (isa::has_generic_timer(identity)) add_timers(features.virtualization);
}

void GdbRegisters::add_core() {
    for (unsigned n = 0; n < 16; ++n) {
        const std::string name = n == 13 ? "sp" : n == 14 ? "lr" : n == 15 ? "pc" : fmt::format("r{}", n);
        const char* type = n == 13 ? "data_ptr" : n == 15 ? "code_ptr" : "uint32";
        registers_.push_back({name, type, "", core_feature, 32, [n](const CpuState& s) -> u64 { return s.r[n]; },
                              [n](CpuState& s, u64 value) {
                                  if (n == 15 && value % (s.thumb ? 2 : 4) != 0) return false;
                                  s.r[n] = static_cast<u32>(value);
                                  return true;
                              }});
    }
    registers_.push_back(
        {"cpsr", "uint32", "", core_feature, 32, [](const CpuState& s) -> u64 { return s.cpsr(); }, write_cpsr});
}

void GdbRegisters::add_vfp(unsigned doubles) {
    for (unsigned n = 0; n < doubles; ++n)
        registers_.push_back({fmt::format("d{}", n), "ieee_double", "", vfp_feature, 64,
                              [n](const CpuState& s) { return s.d[n]; },
                              [n](CpuState& s, u64 value) {
                                  s.d[n] = value;
                                  return true;
                              }});
    registers_.push_back({"fpscr", "int", "float", vfp_feature, 32, [](const CpuState& s) -> u64 { return s.fpscr; },
                          [](CpuState& s, u64 value) {
                              s.fpscr = static_cast<u32>(value) & isa::fpscr_writable;
                              return true;
                          }});
}

/// ARM DDI 0406C §B9.3.9: what MRS (Banked register) reaches, under its names.
void GdbRegisters::add_banked(bool hyp) {
    const auto banked = [this](const char* suffix, unsigned n, Mode mode) {
        const std::string base = n == 13 ? "sp" : n == 14 ? "lr" : fmt::format("r{}", n);
        registers_.push_back({base + "_" + suffix, "uint32", "banked", banked_feature, 32,
                              [n, mode](const CpuState& s) -> u64 { return s.read_banked(n, mode); },
                              [n, mode](CpuState& s, u64 value) {
                                  s.write_banked(n, mode, static_cast<u32>(value));
                                  return true;
                              }});
    };
    const auto spsr = [this](const char* suffix, Mode mode) {
        registers_.push_back({std::string("spsr_") + suffix, "uint32", "banked", banked_feature, 32,
                              [mode](const CpuState& s) -> u64 { return s.bank_spsr[isa::bank_of(mode)]; },
                              [mode](CpuState& s, u64 value) {
                                  s.bank_spsr[isa::bank_of(mode)] = static_cast<u32>(value);
                                  return true;
                              }});
    };
    for (unsigned n = 8; n <= 14; ++n) banked("usr", n, Mode::usr);
    for (unsigned n = 8; n <= 14; ++n) banked("fiq", n, Mode::fiq);
    spsr("fiq", Mode::fiq);
    for (const Mode mode : {Mode::irq, Mode::svc, Mode::abt, Mode::und}) {
        const char* suffix = isa::mode_name(mode);
        banked(suffix, 13, mode);
        banked(suffix, 14, mode);
        spsr(suffix, mode);
    }
    if (!hyp) return;
    banked("hyp", 13, Mode::hyp);
    registers_.push_back({"elr_hyp", "code_ptr", "banked", banked_feature, 32,
                          [](const CpuState& s) -> u64 { return s.elr_hyp; },
                          [](CpuState& s, u64 value) {
                              s.elr_hyp = static_cast<u32>(value);
                              return true;
                          }});
    spsr("hyp", Mode::hyp);
}

/// Those whose value is plain state.
void GdbRegisters::add_system(const isa::Features& features) {
    const auto known = [this](const std::string& name) {
        return std::any_of(registers_.begin(), registers_.end(), [&](const auto& r) { return r.name == name; });
    };
    // The processor's own, whatever a guest is shown in their place.
    registers_.push_back(
        {"midr", "uint32", "system", system_feature, 32, [](const CpuState& s) -> u64 { return s.sys.id.midr; }, {}});
    registers_.push_back(
        {"mpidr", "uint32", "system", system_feature, 32, [](const CpuState& s) -> u64 { return s.sys.id.mpidr; }, {}});
    registers_.push_back(
        {"fpexc", "uint32", "system", system_feature, 32, [](const CpuState& s) -> u64 { return s.fpexc; }, {}});
    for (const bool wide : {true, false})  // a doubleword register has a row for its low half too
        for (const isa::SysReg& reg : isa::sysregs()) {
            const std::string name = short_name(reg.name);
            if (reg.key.wide != wide || name.empty() || known(name)) continue;
            const bool plain = reg.wired || reg.field || reg.field64 || (reg.ones && !reg.read);
            const bool readable = isa::statically_allowed(reg, features, isa::Privilege::pl1, true) ||
                                  isa::statically_allowed(reg, features, isa::Privilege::pl2, true);
            if (!plain || !readable) continue;
            GdbRegister& r = registers_.emplace_back();
            r = {name,
                 wide ? "uint64" : "uint32",
                 "system",
                 system_feature,
                 wide ? 64u : 32u,
                 [&reg](const CpuState& s) { return isa::raw_sysreg(s, reg) | reg.ones; },
                 {}};
            const bool writable = isa::statically_allowed(reg, features, isa::Privilege::pl1, false) ||
                                  isa::statically_allowed(reg, features, isa::Privilege::pl2, false);
            if (!writable || reg.write || !(reg.field || reg.field64)) continue;
            r.write = [&reg](CpuState& s, u64 value) {  // as by the instruction, with the same effects
                isa::write_sysreg(s, isa::Op{}, reg, value);
                return true;
            };
        }
}

/// ARM DDI 0406C chapter B8: counters and timers as an instruction would read them now. CNTFRQ, CNTKCTL and CNTHCTL are
/// plain state. A write moves the machine's next deadline: not from here.
void GdbRegisters::add_timers(bool hyp) {
    const auto add = [this](const char* name, unsigned bits, std::function<u64(const CpuState&)> read) {
        const char* type = bits == 64 ? "uint64" : "uint32";
        registers_.push_back({name, type, "system", system_feature, bits, std::move(read), {}});
    };
    const auto timer = [&](const char* tval, const char* ctl, const char* cval, isa::Timer which) {
        using isa::TimerReg;
        const auto part = [which](TimerReg reg) {
            return [which, reg](const CpuState& s) { return s.env->timer_read(nullptr, which, reg); };
        };
        add(tval, 32, part(TimerReg::tval));
        add(ctl, 32, part(TimerReg::ctl));
        add(cval, 64, part(TimerReg::cval));
    };
    add("cntpct", 64, [](const CpuState& s) { return s.env->counter_physical(nullptr); });
    add("cntvct", 64,
        [](const CpuState& s) { return s.env->counter_physical(nullptr) - s.env->counter_virtual_offset(); });
    timer("cntp_tval", "cntp_ctl", "cntp_cval", isa::Timer::physical);
    timer("cntv_tval", "cntv_ctl", "cntv_cval", isa::Timer::virt);
    if (!hyp) return;
    add("cntvoff", 64, [](const CpuState& s) { return s.env->counter_virtual_offset(); });
    timer("cnthp_tval", "cnthp_ctl", "cnthp_cval", isa::Timer::hyp);
}

std::string GdbRegisters::description() const {
    std::string text =
        "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n"
        "<target version=\"1.0\">\n<architecture>arm</architecture>\n";
    const char* open = nullptr;
    for (const GdbRegister& r : registers_) {
        if (!open || std::strcmp(open, r.feature) != 0) {
            text += fmt::format("{}<feature name=\"{}\">\n", open ? "</feature>\n" : "", r.feature);
            open = r.feature;
        }
        text += fmt::format("<reg name=\"{}\" bitsize=\"{}\" type=\"{}\"{}/>\n", r.name, r.bits, r.type,
                            r.group.empty() ? "" : fmt::format(" group=\"{}\"", r.group));
    }
    return text + "</feature>\n</target>\n";
}

}  // namespace vtoll::core

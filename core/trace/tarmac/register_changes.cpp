// SPDX-License-Identifier: Apache-2.0
#include "core/trace/tarmac/register_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core {

using isa::CpuState;
using isa::Mode;

namespace {

/// ITSTATE follows from the instructions, and isn't kept while a block runs.
u32 cpsr_of(const CpuState& s) { return s.cpsr() & ~isa::psr::IT; }

}  // namespace

std::string register_name_of(std::string_view row) { return std::string(row.substr(0, row.find_first_of(" ,("))); }

RegisterChanges::RegisterChanges(const isa::Features& features) {
    for (u32 n = 0; n < 8; ++n)
        add(
            fmt::format("r{}", n), 8, [](const CpuState& s, u32 i) -> u64 { return s.r[i]; }, n);
    for (unsigned n = 8; n <= 14; ++n) add_banked(n, Mode::usr);
    for (unsigned n = 8; n <= 14; ++n) add_banked(n, Mode::fiq);
    const auto spsr = [](const CpuState& s, u32 mode) -> u64 {
        return s.bank_spsr[isa::bank_of(static_cast<Mode>(mode))];
    };
    for (const Mode mode : {Mode::svc, Mode::abt, Mode::und, Mode::irq}) {
        add_banked(13, mode);
        add_banked(14, mode);
    }
    if (features.virtualization) add_banked(13, Mode::hyp);
    add("cpsr", 8, [](const CpuState& s, u32) -> u64 { return cpsr_of(s); });
    for (const Mode mode : {Mode::fiq, Mode::svc, Mode::abt, Mode::und, Mode::irq})
        add(fmt::format("spsr_{}", isa::mode_name(mode)), 8, spsr, static_cast<u32>(mode));
    if (features.virtualization) {
        add("spsr_hyp", 8, spsr, static_cast<u32>(Mode::hyp));
        add("elr_hyp", 8, [](const CpuState& s, u32) -> u64 { return s.elr_hyp; });
    }
    for (u32 n = 0; n < 32; ++n)
        add(
            fmt::format("d{}", n), 16, [](const CpuState& s, u32 i) { return s.d[i]; }, n);
    add("fpscr", 8, [](const CpuState& s, u32) -> u64 { return s.fpscr; });
    add("fpexc", 8, [](const CpuState& s, u32) -> u64 { return s.fpexc; });
    add_system(features);
    values_.resize(all_.size());
}

void RegisterChanges::add(std::string name, u8 digits, u64 (*read)(const CpuState&, u32), u32 which) {
    all_.push_back({std::move(name), digits, read, which});
}

/// r8 to r12 are those of every mode but FIQ: they go by their number alone.
void RegisterChanges::add_banked(unsigned n, Mode mode) {
    const std::string name =
        mode == Mode::usr && n < 13 ? fmt::format("r{}", n) : fmt::format("r{}_{}", n, isa::mode_name(mode));
    const auto read = [](const CpuState& s, u32 which) -> u64 {
        return s.read_banked(which & 0xff, static_cast<Mode>(which >> 8));
    };
    add(name, 8, read, n | static_cast<u32>(mode) << 8);
}

/// Those that are plain state: timers and counters belong to the machine.
void RegisterChanges::add_system(const isa::Features& features) {
    const std::size_t first = all_.size();
    const std::span<const isa::SysReg> rows = isa::sysregs();
    for (const bool wide : {true, false})
        for (u32 i = 0; i < rows.size(); ++i) {
            const isa::SysReg& reg = rows[i];
            if (reg.key.wide != wide || (!reg.field && !reg.field64) || reg.read) continue;
            const bool exists = isa::statically_allowed(reg, features, isa::Privilege::pl1, true) ||
                                isa::statically_allowed(reg, features, isa::Privilege::pl2, true);
            const std::string name = register_name_of(reg.name);
            const bool known = std::any_of(all_.begin() + static_cast<std::ptrdiff_t>(first), all_.end(),
                                           [&](const Register& r) { return r.name == name; });
            if (!exists || known || name.empty()) continue;
            const auto read = [](const CpuState& s, u32 row) { return isa::raw_sysreg(s, isa::sysregs()[row]); };
            add(name, wide ? 16 : 8, read, i);
        }
}

bool RegisterChanges::anything_new(const CpuState& s) const {
    return ((last_.cpsr ^ s.psr) & isa::psr::M) || last_.d != s.d || last_.fpscr != s.fpscr || last_.fpexc != s.fpexc ||
           last_.elr_hyp != s.elr_hyp || last_.sp != s.bank_sp || last_.lr != s.bank_lr || last_.spsr != s.bank_spsr ||
           last_.usr != s.high_usr || last_.fiq != s.high_fiq || std::memcmp(&last_.sys, &s.sys, sizeof s.sys) != 0;
}

bool RegisterChanges::anything_new_in_general(const CpuState& s) const {
    return !std::equal(last_.r.begin(), last_.r.end(), s.r.begin()) || last_.cpsr != cpsr_of(s);
}

void RegisterChanges::remember_general(const CpuState& s) {
    std::copy_n(s.r.begin(), last_.r.size(), last_.r.begin());
    last_.cpsr = cpsr_of(s);
}

void RegisterChanges::remember(const CpuState& s) {
    general_.clear();
    const isa::Bank bank = isa::bank_of(s.mode());
    for (std::size_t i = 0; i < all_.size() && general_.size() < 16; ++i) {
        const unsigned n = all_[i].which & 0xff;
        const auto mode = static_cast<Mode>(all_[i].which >> 8);
        const bool banked = all_[i].name.starts_with('r') && all_[i].which > 0xff;
        const bool mine = n < 13   ? (mode == Mode::fiq) == (s.mode() == Mode::fiq)
                          : n < 14 ? isa::bank_of(mode) == bank
                                   : isa::bank_of(mode) == (bank == isa::bank_hyp ? isa::bank_usr : bank);
        if (banked ? mine : i < 8 || all_[i].name == "cpsr") general_.push_back(i);
    }
    last_.d = s.d;
    last_.fpscr = s.fpscr;
    last_.fpexc = s.fpexc;
    last_.elr_hyp = s.elr_hyp;
    last_.sp = s.bank_sp;
    last_.lr = s.bank_lr;
    last_.spsr = s.bank_spsr;
    last_.usr = s.high_usr;
    last_.fiq = s.high_fiq;
    std::memcpy(&last_.sys, &s.sys, sizeof s.sys);
}

}  // namespace vtoll::core

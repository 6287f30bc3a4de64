// SPDX-License-Identifier: Apache-2.0
// The registers that have changed since they were last looked at, by the names of Arm's models: r0, r13_svc, cpsr, d3,
// SCTLR.
#pragma once

#include <string>
#include <vector>

#include "isa/state/cpu_state.hpp"

namespace vtoll::core {

class RegisterChanges {
public:
    explicit RegisterChanges(const isa::Features& features);

    struct Register {
        std::string name;
        u8 digits;  ///< 8 or 16
        u64 (*read)(const isa::CpuState&, u32 which);
        u32 which;
    };
    const std::vector<Register>& all() const { return all_; }

    /// Looks at all of them from now on. `say(const Register&, u64 value)`, for each.
    template <class Say>
    void begin(const isa::CpuState& s, Say say) {
        for (std::size_t i = 0; i < all_.size(); ++i) say(all_[i], values_[i] = all_[i].read(s, all_[i].which));
        remember(s);
        remember_general(s);
    }
    /// `say` for each that has changed, in the order of all().
    template <class Say>
    void look(const isa::CpuState& s, Say say) {
        const auto compare = [&](std::size_t i) {
            const u64 value = all_[i].read(s, all_[i].which);
            if (value != values_[i]) say(all_[i], values_[i] = value);
        };
        if (anything_new(s)) {
            for (std::size_t i = 0; i < all_.size(); ++i) compare(i);
            remember(s);
            remember_general(s);
        } else if (anything_new_in_general(s)) {  // as most instructions leave it
            for (const std::size_t i : general_) compare(i);
            remember_general(s);
        }
    }

private:
    bool anything_new(const isa::CpuState& s) const;
    bool anything_new_in_general(const isa::CpuState& s) const;
    void remember(const isa::CpuState& s);
    void remember_general(const isa::CpuState& s);
    void add(std::string name, u8 digits, u64 (*read)(const isa::CpuState&, u32), u32 which = 0);
    void add_banked(unsigned n, isa::Mode mode);
    void add_system(const isa::Features& features);

    std::vector<Register> all_;
    std::vector<u64> values_;
    std::vector<std::size_t> general_;  ///< numbers of r0 to r14 in the current mode, and of cpsr
    /// The same as the processor holds it.
    struct {
        std::array<u32, 15> r{};
        u32 cpsr = 0, fpscr = 0, fpexc = 0, elr_hyp = 0;
        std::array<u64, 32> d{};
        std::array<u32, isa::bank_count> sp{}, lr{}, spsr{};
        std::array<u32, 5> usr{}, fiq{};
        isa::SysRegs sys;
    } last_;
};

/// "TTBR0" of a row's name, "" when it isn't a name. Doubleword registers and their low words share one.
std::string register_name_of(std::string_view row);

}  // namespace vtoll::core

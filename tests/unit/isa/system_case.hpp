// SPDX-License-Identifier: Apache-2.0
// Encodings and lists that the system tests share.
#pragma once

#include "isa/sysregs/sys_reg.hpp"
#include "tests/unit/isa/fake_env.hpp"

namespace vtoll::isa::test {

/// MCR and MRC p15 or p14, condition AL; T32 has the same bits.
constexpr u32 mcr(const SysRegKey& k, u32 rt = 0) {
    return 0xee00'0010 | u32(k.opc1) << 21 | u32(k.crn) << 16 | rt << 12 | u32(k.coproc) << 8 | u32(k.opc2) << 5 |
           k.crm;
}
constexpr u32 mrc(const SysRegKey& k, u32 rt = 0) { return mcr(k, rt) | 1u << 20; }
constexpr u32 mcrr(const SysRegKey& k, u32 rt = 0, u32 rt2 = 1) {
    return 0xec40'0000 | rt2 << 16 | rt << 12 | u32(k.coproc) << 8 | u32(k.opc1) << 4 | k.crm;
}
constexpr u32 mrrc(const SysRegKey& k, u32 rt = 0, u32 rt2 = 1) { return mcrr(k, rt, rt2) | 1u << 20; }
constexpr u32 read_of(const SysRegKey& k, u32 rt = 0) { return k.wide ? mrrc(k, rt) : mrc(k, rt); }
constexpr u32 write_of(const SysRegKey& k, u32 rt = 0) { return k.wide ? mcrr(k, rt) : mcr(k, rt); }

constexpr Mode pl1_modes[] = {Mode::svc, Mode::sys, Mode::irq, Mode::fiq, Mode::abt, Mode::und};
constexpr Mode all_modes[] = {Mode::usr, Mode::svc, Mode::sys, Mode::irq, Mode::fiq, Mode::abt, Mode::und, Mode::hyp};

constexpr u32 ec_of(u32 hsr) { return hsr >> 26; }

}  // namespace vtoll::isa::test

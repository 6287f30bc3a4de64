// SPDX-License-Identifier: Apache-2.0
// One Advanced SIMD data-processing instruction as a row: registers d0..d5 and the FPSCR before, d0, d1 and the FPSCR
// after. Every row is run in A32 and in T32.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <span>

#include "tests/unit/isa/fake_env.hpp"

namespace vtoll::isa::test {

/// The T32 form of an unconditional A32 Advanced SIMD word. ARM DDI 0406C §A7.4, §A7.7.
constexpr u32 neon_t32(u32 a32) {
    if (a32 >> 24 == 0xf4) return 0xf900'0000 | (a32 & 0x00ff'ffff);
    if (a32 >> 25 == 0x79) return 0xef00'0000 | (a32 & 1u << 24) << 4 | (a32 & 0x00ff'ffff);
    return a32;
}

inline void enable_simd(CpuState& s) {
    s.sys.cpacr |= 0xfu << 20;
    s.fpexc = 1u << 30;
    s.update_fp_enabled();
}

struct NeonCase {
    const char* what;  ///< the instruction as an assembler writes it, and what is special about the operands
    u32 a32;
    std::array<u64, 6> before;  ///< d0..d5
    std::array<u64, 2> after;   ///< d0, d1; the others keep their values
    u32 flags = 0;              ///< FPSCR bits that the instruction sets
};

inline void check(std::span<const NeonCase> cases) {
    for (const NeonCase& c : cases)
        for (InstrSet set : {InstrSet::a32, InstrSet::t32}) {
            SCOPED_TRACE(c.what);
            Cpu cpu;
            enable_simd(cpu.s);
            for (unsigned i = 0; i < 6; ++i) cpu.s.d[i] = c.before[i];
            cpu.execute(set, set == InstrSet::a32 ? c.a32 : neon_t32(c.a32));
            const char* where = set == InstrSet::a32 ? " in A32" : " in T32";
            EXPECT_EQ(cpu.decoded, Decoded::ok) << "the encoding is valid" << where;
            EXPECT_TRUE(cpu.env.taken.empty()) << "no exception" << where;
            for (unsigned i = 0; i < 6; ++i) {
                const u64 expected = i < 2 ? c.after[i] : c.before[i];
                EXPECT_EQ(cpu.s.d[i], expected)
                    << "d" << i << where << " in hexadecimal: " << std::hex << cpu.s.d[i] << " for " << expected;
            }
            EXPECT_EQ(cpu.s.fpscr, c.flags)
                << "FPSCR" << where << " in hexadecimal: " << std::hex << cpu.s.fpscr << " for " << c.flags;
        }
}

inline constexpr u32 qc = 1u << 27;

}  // namespace vtoll::isa::test

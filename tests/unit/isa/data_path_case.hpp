// SPDX-License-Identifier: Apache-2.0
// One data-path instruction as a row: registers r0..r3 and PSR bits before, and what they must be after.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <span>

#include "tests/unit/isa/fake_env.hpp"

namespace vtoll::isa::test {

constexpr u32 N = psr::N, Z = psr::Z, C = psr::C, V = psr::V, Q = psr::Q;
constexpr u32 ge(u32 bits) { return bits << 16; }

struct DataPathCase {
    const char* what;  ///< the instruction as an assembler writes it, and what is special about the operands
    InstrSet set;
    u32 raw;
    std::array<u32, 4> before;
    u32 psr_before;
    std::array<u32, 4> after;
    u32 psr_after;
    u8 itstate = 0;
};

inline void check(std::span<const DataPathCase> cases) {
    constexpr u32 watched = N | Z | C | V | Q | psr::GE;
    for (const DataPathCase& c : cases) {
        SCOPED_TRACE(c.what);
        Cpu cpu;
        for (unsigned i = 0; i < 4; ++i) cpu.s.r[i] = c.before[i];
        cpu.s.set_nzcv(c.psr_before);
        cpu.s.psr = (cpu.s.psr & ~(Q | psr::GE)) | (c.psr_before & (Q | psr::GE));
        cpu.s.itstate = c.itstate;
        const u32 pc = cpu.s.r[15];
        cpu.execute(c.set, c.raw);
        EXPECT_EQ(cpu.decoded, Decoded::ok) << "the encoding is valid";
        for (unsigned i = 0; i < 4; ++i)
            EXPECT_EQ(cpu.s.r[i], c.after[i])
                << "r" << i << " in hexadecimal: " << std::hex << cpu.s.r[i] << " for " << c.after[i];
        EXPECT_EQ(cpu.s.cpsr() & watched, c.psr_after)
            << "NZCVQ and GE, " << std::hex << (cpu.s.cpsr() & watched) << " for " << c.psr_after;
        EXPECT_EQ(cpu.s.r[15], pc + (c.set == InstrSet::t16 ? 2 : 4)) << "goes on to the next instruction";
    }
}

/// How encodings decode in a context.
struct DecodeCase {
    const char* what;
    InstrSet set;
    u32 raw;
    Decoded expected;
    u8 itstate = 0;
    Privilege privilege = Privilege::pl1;
};

inline void check_decode(std::span<const DecodeCase> cases, const Features& features = {}) {
    for (const DecodeCase& c : cases) {
        Op op;
        const DecodeContext ctx{0x8000, c.privilege, c.itstate, &features};
        EXPECT_EQ(decode(c.set, c.raw, ctx, op), c.expected) << c.what;
        EXPECT_NE(op.fn, nullptr) << c.what << ": whatever it decodes to can be executed";
        EXPECT_EQ(op.cls == CostClass::undefined, c.expected != Decoded::ok) << c.what << ": cost class";
    }
}

}  // namespace vtoll::isa::test

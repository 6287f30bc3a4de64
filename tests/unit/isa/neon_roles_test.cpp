// SPDX-License-Identifier: Apache-2.0
// Registers that Advanced SIMD instructions read and write, one of each kind.
#include "tests/unit/isa/load_store_fixture.hpp"

namespace vtoll::isa::test {
namespace {

constexpr u32 d(unsigned n) { return 1u << n; }
constexpr u32 q(unsigned n) { return 3u << (2 * n); }

TEST(NeonRoles, EveryForm) {
    struct Case {
        const char* what;
        u32 raw;
        u32 ext_in, ext_out;
        u32 core_in = 0, core_out = 0;
    };
    const Case cases[] = {
        {"vadd.i8 d0, d1, d2", 0xf2010802, d(1) | d(2), d(0)},
        {"vadd.i64 q0, q1, q2", 0xf2320844, q(1) | q(2), q(0)},
        {"vaddl.s8 q0, d2, d4", 0xf2820004, d(2) | d(4), q(0)},
        {"vsubw.u8 q0, q1, d4", 0xf3820304, q(1) | d(4), q(0)},
        {"vaddhn.i16 d0, q1, q2", 0xf2820404, q(1) | q(2), d(0)},
        {"vaba.u8 d0, d1, d2: reads its destination", 0xf3010712, d(0) | d(1) | d(2), d(0)},
        {"vmla.i32 q0, q1, d2[1]", 0xf3a20062, q(0) | q(1) | d(2), q(0)},
        {"vmov.i64 d0, imm: reads nothing", 0xf3820e36, 0, d(0)},
        {"vorr.i16 d0, imm: reads its destination", 0xf2810b12, d(0), d(0)},
        {"vshl.s8 d0, d1, d2", 0xf2020401, d(1) | d(2), d(0)},
        {"vdup.16 q0, d2[3]", 0xf3be0c42, d(2), q(0)},
        {"vdup.8 q0, r1", 0xeee01b10, 0, q(0), 2},
        {"vzip.8 d0, d1: both ways", 0xf3b20181, d(0) | d(1), d(0) | d(1)},
        {"vtbl.8 d0, {d1, d2}, d3", 0xf3b10903, d(1) | d(2) | d(3), d(0)},
        {"vtbx.8 d0, {d1, d2}, d3", 0xf3b10943, d(0) | d(1) | d(2) | d(3), d(0)},
        {"vld1.64 {d0-d3}, [r1:256]", 0xf42102ff, 0, q(0) | q(1), 2},
        {"vld3.8 {d0, d2, d4}, [r1]", 0xf421050f, 0, d(0) | d(2) | d(4), 2},
        {"vld2.16 {d0-d3}, [r1]", 0xf421034f, 0, q(0) | q(1), 2},
        {"vld1.16 {d0[2]}, [r1]: the other lanes stay", 0xf4a1048f, d(0), d(0), 2},
        {"vld1.8 {d0[], d1[]}, [r1]", 0xf4a10c2f, 0, q(0), 2},
        {"vst3.8 {d0-d2}, [r1]!", 0xf401040d, q(0) | d(2), 0, 2, 2},
        {"vst4.16 {d0[0], d2[0], d4[0], d6[0]}, [r1], r2", 0xf4810722, d(0) | d(2) | d(4) | d(6), 0, 6, 2},
    };
    for (const Case& c : cases) {
        Decoding decoded;
        const Features features;
        const DecodeContext ctx{0x8000, Privilege::pl1, 0, &features};
        ASSERT_EQ(decode(InstrSet::a32, c.raw, ctx, decoded), Decoded::ok) << c.what;
        const Roles& roles = decoded.roles;
        EXPECT_EQ(roles.ext_reads, c.ext_in) << c.what << ": extension registers read";
        EXPECT_EQ(roles.ext_writes, c.ext_out) << c.what << ": extension registers written";
        EXPECT_EQ(roles.reads(), c.core_in) << c.what << ": core registers read";
        EXPECT_EQ(roles.writes, c.core_out) << c.what << ": core registers written";
    }
}

}  // namespace
}  // namespace vtoll::isa::test

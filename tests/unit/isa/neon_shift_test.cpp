// SPDX-License-Identifier: Apache-2.0
// Shifts by an immediate and modified immediates.
#include "isa/exec/neon/neon_immediate.hpp"
#include "tests/unit/isa/neon_case.hpp"

namespace vtoll::isa::test {
namespace {

TEST(NeonShift, SameLength) {
    const NeonCase cases[] = {
        {"vshr.s8 d0, d1, #8: the whole width",
         0xf2880011,
         {0, 0x807f0000'00000000},
         {0xff000000'00000000, 0x807f0000'00000000}},
        {"vshr.u64 d0, d1, #64", 0xf3800091, {1, 0x80000000'00000000}, {0, 0x80000000'00000000}},
        {"vsra.u16 d0, d1, #4",
         0xf39c0111,
         {0x00010001'00010001, 0xfff00010'000f8000},
         {0x10000002'00010801, 0xfff00010'000f8000}},
        {"vrshr.s8 d0, d1, #1", 0xf28f0211, {0, 0x7f80ff01'03fd0000}, {0x40c00001'02ff0000, 0x7f80ff01'03fd0000}},
        {"vrsra.u32 d0, d1, #32",
         0xf3a00311,
         {0x00000001'00000001, 0x80000000'7fffffff},
         {0x00000002'00000001, 0x80000000'7fffffff}},
        {"vsri.8 d0, d1, #4",
         0xf38c0411,
         {0xabababab'abababab, 0xcdcdcdcd'cdcdcdcd},
         {0xacacacac'acacacac, 0xcdcdcdcd'cdcdcdcd}},
        {"vsli.8 d0, d1, #4",
         0xf38c0511,
         {0xabababab'abababab, 0xcdcdcdcd'cdcdcdcd},
         {0xdbdbdbdb'dbdbdbdb, 0xcdcdcdcd'cdcdcdcd}},
        {"vshl.i64 d0, d1, #63", 0xf2bf0591, {0, 3}, {0x80000000'00000000, 3}},
        {"vqshl.s8 d0, d1, #1", 0xf2890711, {0, 0x403fc0bf'00000000}, {0x7f7e8080'00000000, 0x403fc0bf'00000000}, qc},
        {"vqshlu.s8 d0, d1, #1: negative numbers give 0",
         0xf3890611,
         {0, 0xff807f40'01000000},
         {0x0000fe80'02000000, 0xff807f40'01000000},
         qc},
    };
    check(cases);
}

TEST(NeonShift, NarrowAndLong) {
    const NeonCase cases[] = {
        {"vshrn.i16 d0, q1, #4", 0xf28c0812, {0, 0, 0x12345678'9abcdef0}, {0x2367abef, 0}},
        {"vrshrn.i32 d0, q1, #16", 0xf2900852, {0, 0, 0x00018000'00017fff}, {0x00020001, 0}},
        {"vqshrn.u16 d0, q1, #4", 0xf38c0912, {0, 0, 0x0ff01000'000fffff}, {0xffff00ff, 0}, qc},
        {"vqrshrn.s64 d0, q1, #32: rounding takes it over the limit",
         0xf2a00952,
         {0, 0, 0x7fffffff'80000000, 0x80000000'00000000},
         {0x80000000'7fffffff, 0},
         qc},
        {"vqshrun.s16 d0, q1, #1", 0xf38f0812, {0, 0, 0xffff01fe'02000002}, {0x00ffff01, 0}, qc},
        {"vqrshrun.s16 d0, q1, #8", 0xf3880852, {0, 0, 0x7f807fff'0080007f}, {0x80800100, 0}},
        {"vshll.s8 q0, d2, #3", 0xf28b0a12, {0, 0, 0x807f01ff'00000002}, {0x10, 0xfc0003f8'0008fff8}},
        {"vshll.i16 q0, d2, #16", 0xf3b60302, {0, 0, 0x0001ffff'80001234}, {0x80000000'12340000, 0x00010000'ffff0000}},
        {"vmovl.u32 q0, d2", 0xf3a00a12, {0, 0, 0xffffffff'00000001}, {1, 0xffffffff}},
    };
    check(cases);
}

TEST(NeonShift, ModifiedImmediates) {
    const NeonCase cases[] = {
        {"vmov.i32 d0, #0xab00", 0xf382021b, {}, {0x0000ab00'0000ab00, 0}},
        {"vmvn.i16 d0, #0x12", 0xf2810832, {}, {0xffedffed'ffedffed, 0}},
        {"vmov.i32 d0, #0x12ffff", 0xf2810d12, {}, {0x0012ffff'0012ffff, 0}},
        {"vmov.i8 q0, #0x5a", 0xf2850e5a, {}, {0x5a5a5a5a'5a5a5a5a, 0x5a5a5a5a'5a5a5a5a}},
        {"vmov.i64 d0, #0xff00ff0000ffff00", 0xf3820e36, {}, {0xff00ff00'00ffff00, 0}},
        {"vmov.f32 d0, #-1.5", 0xf3870f18, {}, {0xbfc00000'bfc00000, 0}},
        {"vorr.i16 d0, #0x1200", 0xf2810b12, {0x00010001'00010001}, {0x12011201'12011201, 0}},
        {"vbic.i32 d0, #0xff000000", 0xf387073f, {0xffffffff'ffffffff}, {0x00ffffff'00ffffff, 0}},
    };
    check(cases);
}

// ARM DDI 0406C table A7-15, one value for every cmode.
TEST(NeonShift, ExpansionTable) {
    const u64 expected[16] = {
        0x000000a5'000000a5, 0x000000a5'000000a5, 0x0000a500'0000a500, 0x0000a500'0000a500,
        0x00a50000'00a50000, 0x00a50000'00a50000, 0xa5000000'a5000000, 0xa5000000'a5000000,
        0x00a500a5'00a500a5, 0x00a500a5'00a500a5, 0xa500a500'a500a500, 0xa500a500'a500a500,
        0x0000a5ff'0000a5ff, 0x00a5ffff'00a5ffff, 0xa5a5a5a5'a5a5a5a5, 0xc1280000'c1280000,
    };
    for (u32 cmode = 0; cmode < 16; ++cmode)
        EXPECT_EQ(AdvSIMDExpandImm(false, cmode, 0xa5), expected[cmode]) << "cmode " << cmode << " of 0xa5";
    EXPECT_EQ(AdvSIMDExpandImm(true, 14, 0xa5), 0xff00ff00'00ff00ff) << "a byte for each bit";
    EXPECT_EQ(AdvSIMDExpandImm(false, 15, 0x70), 0x3f800000'3f800000) << "1.0";
}

}  // namespace
}  // namespace vtoll::isa::test

// SPDX-License-Identifier: Apache-2.0
// Two registers, permutes, table look-up, duplicates.
#include "tests/unit/isa/neon_case.hpp"

namespace vtoll::isa::test {
namespace {

constexpr u64 count_up = 0x07060504'03020100, teens = 0x17161514'13121110;

TEST(NeonTwoRegisters, Reverse) {
    const NeonCase cases[] = {
        {"vrev64.16 d0, d1", 0xf3b40001, {0, 0x00010203'04050607}, {0x06070405'02030001, 0x00010203'04050607}},
        {"vrev32.8 d0, d1", 0xf3b00081, {0, 0x00010203'04050607}, {0x03020100'07060504, 0x00010203'04050607}},
        {"vrev16.8 d0, d1", 0xf3b00101, {0, 0x00010203'04050607}, {0x01000302'05040706, 0x00010203'04050607}},
    };
    check(cases);
}

TEST(NeonTwoRegisters, ElementByElement) {
    const NeonCase cases[] = {
        {"vcls.s8 d0, d1", 0xf3b00401, {0, 0x00ff0180'40c07ffe}, {0x07070600'00010006, 0x00ff0180'40c07ffe}},
        {"vclz.i16 d0, d1", 0xf3b40481, {0, 0x00000001'800000ff}, {0x0010000f'00000008, 0x00000001'800000ff}},
        {"vcnt.8 d0, d1", 0xf3b00501, {0, 0xff000f81'00000001}, {0x08000402'00000001, 0xff000f81'00000001}},
        {"vmvn d0, d1", 0xf3b00581, {0, 0xff000f81'00000001}, {0x00fff07e'fffffffe, 0xff000f81'00000001}},
        {"vqabs.s16 d0, d1", 0xf3b40701, {0, 0x8000ffff'00057fff}, {0x7fff0001'00057fff, 0x8000ffff'00057fff}, qc},
        {"vqneg.s8 d0, d1", 0xf3b00781, {0, 0x807fff01'00000000}, {0x7f8101ff'00000000, 0x807fff01'00000000}, qc},
        {"vabs.s8 d0, d1: wraps", 0xf3b10301, {0, 0x80ff7f00'00000000}, {0x80017f00'00000000, 0x80ff7f00'00000000}},
        {"vneg.s32 d0, d1: wraps", 0xf3b90381, {0, 0x80000000'00000001}, {0x80000000'ffffffff, 0x80000000'00000001}},
    };
    check(cases);
}

TEST(NeonTwoRegisters, CompareWithZero) {
    const u64 m = 0x8000ffff'00000001;
    const NeonCase cases[] = {
        {"vcgt.s16 d0, d1, #0", 0xf3b50001, {0, m}, {0x00000000'0000ffff, m}},
        {"vcge.s16 d0, d1, #0", 0xf3b50081, {0, m}, {0x00000000'ffffffff, m}},
        {"vceq.i16 d0, d1, #0", 0xf3b50101, {0, m}, {0x00000000'ffff0000, m}},
        {"vcle.s16 d0, d1, #0", 0xf3b50181, {0, m}, {0xffffffff'ffff0000, m}},
        {"vclt.s16 d0, d1, #0", 0xf3b50201, {0, m}, {0xffffffff'00000000, m}},
    };
    check(cases);
}

TEST(NeonTwoRegisters, PairsAndNarrow) {
    const u64 m = 0x7fff8000'007fff80;
    const NeonCase cases[] = {
        {"vpaddl.s8 d0, d1", 0xf3b00201, {0, 0x80807f7f'ff010203}, {0xff0000fe'00000005, 0x80807f7f'ff010203}},
        {"vpadal.u8 d0, d1",
         0xf3b00681,
         {0xffff0001'00010001, 0x0001ffff'01020000},
         {0x000001ff'00040001, 0x0001ffff'01020000}},
        {"vmovn.i32 d0, q1", 0xf3b60202, {0, 0, 0x12345678'9abcdef0, 1}, {0x00000001'5678def0, 0}},
        {"vqmovn.s16 d0, q1", 0xf3b20282, {0, 0, m}, {0x7f807f80, 0}, qc},
        {"vqmovn.u16 d0, q1", 0xf3b202c2, {0, 0, m}, {0xffff7fff, 0}, qc},
        {"vqmovun.s16 d0, q1", 0xf3b20242, {0, 0, m}, {0xff007f00, 0}, qc},
    };
    check(cases);
}

TEST(NeonTwoRegisters, InPlace) {
    const NeonCase cases[] = {
        {"vswp d0, d1", 0xf3b20001, {1, 2}, {2, 1}},
        {"vtrn.16 d0, d1",
         0xf3b60081,
         {0x00030002'00010000, 0x00130012'00110010},
         {0x00120002'00100000, 0x00130003'00110001}},
        {"vtrn.32 d0, d1",
         0xf3ba0081,
         {0x00000001'00000000, 0x00000011'00000010},
         {0x00000010'00000000, 0x00000011'00000001}},
        {"vuzp.8 d0, d1", 0xf3b20101, {count_up, teens}, {0x16141210'06040200, 0x17151311'07050301}},
        {"vzip.8 d0, d1", 0xf3b20181, {count_up, teens}, {0x13031202'11011000, 0x17071606'15051404}},
    };
    check(cases);
}

TEST(NeonTwoRegisters, ExtractAndLookUp) {
    const u64 index = 0xff100f08'07000102, old = 0xaaaaaaaa'aaaaaaaa;
    const NeonCase cases[] = {
        {"vext.8 d0, d1, d2, #3", 0xf2b10302, {0, count_up, teens}, {0x12111007'06050403, count_up}},
        {"vext.8 q0, q1, q2, #12",
         0xf2b20c44,
         {0, 0, count_up, 0x0f0e0d0c'0b0a0908, teens, 0x1f1e1d1c'1b1a1918},
         {0x13121110'0f0e0d0c, 0x1b1a1918'17161514}},
        {"vtbl.8 d0, {d1, d2}, d3", 0xf3b10903, {old, count_up, teens, index}, {0x00001710'07000102, count_up}},
        {"vtbx.8 d0, {d1, d2}, d3", 0xf3b10943, {old, count_up, teens, index}, {0xaaaa1710'07000102, count_up}},
        {"vtbl.8 d0, {d1}, d3", 0xf3b10803, {old, count_up, teens, index}, {0x00000000'07000102, count_up}},
        {"vdup.8 d0, d1[5]", 0xf3bb0c01, {0, count_up}, {0x05050505'05050505, count_up}},
        {"vdup.16 q0, d2[3]", 0xf3be0c42, {0, 0, 0xbeef0000'00000000}, {0xbeefbeef'beefbeef, 0xbeefbeef'beefbeef}},
        {"vdup.32 d0, d1[1]", 0xf3bc0c01, {0, count_up}, {0x07060504'07060504, count_up}},
    };
    check(cases);
}

TEST(NeonTwoRegisters, DuplicateOfACoreRegister) {
    Cpu cpu;
    enable_simd(cpu.s);
    cpu.s.r[1] = 0x1234'56ab;
    cpu.a32(0xeee01b10);
    EXPECT_EQ(cpu.s.d[0], 0xabababab'ababababu) << "vdup.8 q0, r1: low half";
    EXPECT_EQ(cpu.s.d[1], 0xabababab'ababababu) << "high half";
    cpu.t32(0xee801b30);
    EXPECT_EQ(cpu.s.d[0], 0x56ab56ab'56ab56abu) << "vdup.16 d0, r1";
    EXPECT_EQ(cpu.s.d[1], 0xabababab'ababababu) << "d1 is not part of it";
    cpu.s.zf = 0;
    cpu.a32(0x1ea01b10);
    EXPECT_EQ(cpu.s.d[0], 0x56ab56ab'56ab56abu) << "vdupne.32: condition fails";
    cpu.s.zf = 1;
    cpu.a32(0x1ea01b10);
    EXPECT_EQ(cpu.s.d[0], 0x123456ab'123456abu) << "vdupne.32: condition passes";
}

TEST(NeonTwoRegisters, ConditionOfAnItBlock) {
    for (bool z : {false, true}) {
        Cpu cpu;
        enable_simd(cpu.s);
        cpu.s.zf = z ? 0 : 1;
        cpu.s.itstate = 0x08;  // IT EQ
        cpu.s.d[1] = 5;
        cpu.t32(neon_t32(0xf3b00581));
        EXPECT_EQ(cpu.s.d[0], z ? ~u64{5} : 0u) << "vmvneq d0, d1 with Z = " << z;
    }
}

}  // namespace
}  // namespace vtoll::isa::test

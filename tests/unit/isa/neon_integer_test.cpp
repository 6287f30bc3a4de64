// SPDX-License-Identifier: Apache-2.0
// Three registers: sums, bitwise operations, comparisons, pairwise, products, long and narrow forms.
#include "tests/unit/isa/neon_case.hpp"

namespace vtoll::isa::test {
namespace {

TEST(NeonInteger, SumsAndDifferences) {
    const NeonCase cases[] = {
        {"vadd.i8 d0, d1, d2: no carry between lanes",
         0xf2010802,
         {0, 0x00ff7f80'12345678, 0x01010180'11111111},
         {0x01008000'23456789, 0x00ff7f80'12345678}},
        {"vadd.i64 q0, q1, q2",
         0xf2320844,
         {0, 0, 0xffffffff'ffffffff, 0x00000001'00000000, 1, 0xffffffff},
         {0, 0x1'ffffffff}},
        {"vhadd.s8 d0, d1, d2: halves round down",
         0xf2010002,
         {0, 0x7f80ff01'007f8003, 0x7f800002'ff807f04},
         {0x7f80ff01'ffffff03, 0x7f80ff01'007f8003}},
        {"vrhadd.u8 d0, d1, d2: halves round up",
         0xf3010102,
         {0, 0x7f80ff01'007f8003, 0x7f800002'ff807f04},
         {0x7f808002'80808004, 0x7f80ff01'007f8003}},
        {"vhsub.s8 d0, d1, d2",
         0xf2010202,
         {0, 0x7f80ff01'007f8003, 0x7f800002'ff807f04},
         {0x0000ffff'007f80ff, 0x7f80ff01'007f8003}},
        {"vqadd.s16 q0, q1, q2: both limits",
         0xf2120054,
         {0, 0, 0x7fff8000'0001ffff, 0, 0x0001ffff'00010001, 0},
         {0x7fff8000'00020000, 0},
         qc},
        {"vqadd.u8 d0, d1, d2",
         0xf3010012,
         {0, 0xff80fe00'00000000, 0x01800100'00000000},
         {0xffffff00'00000000, 0xff80fe00'00000000},
         qc},
        {"vqadd.u8 d0, d1, d2: at the limit is not beyond it", 0xf3010012, {0, 0xfe, 0x01}, {0xff, 0xfe}},
        {"vqsub.u32 d0, d1, d2",
         0xf3210212,
         {0, 0x00000001'00000005, 0x00000002'00000003},
         {2, 0x00000001'00000005},
         qc},
        {"vqsub.s64 d0, d1, d2",
         0xf2310212,
         {0, 0x80000000'00000000, 1},
         {0x80000000'00000000, 0x80000000'00000000},
         qc},
        {"vabd.s8 d0, d1, d2: the difference is unsigned",
         0xf2010702,
         {0, 0x7f800000'00000005, 0x807f0000'00000007},
         {0xffff0000'00000002, 0x7f800000'00000005}},
        {"vaba.u8 d0, d1, d2",
         0xf3010712,
         {0x01010101'01010101, 0xff000000'00000003, 0x00ff0000'00000005},
         {0x00000101'01010103, 0xff000000'00000003}},
    };
    check(cases);
}

TEST(NeonInteger, Bitwise) {
    const NeonCase cases[] = {
        {"vbsl d0, d1, d2: the destination selects",
         0xf3110112,
         {0xffff0000'ffff0000, 0x11111111'22222222, 0x33333333'44444444},
         {0x11113333'22224444, 0x11111111'22222222}},
        {"vbit d0, d1, d2: d2 selects d1",
         0xf3210112,
         {0xaaaaaaaa'aaaaaaaa, 0x11111111'22222222, 0xffff0000'ffff0000},
         {0x1111aaaa'2222aaaa, 0x11111111'22222222}},
        {"vbif d0, d1, d2: d2 keeps d0",
         0xf3310112,
         {0xaaaaaaaa'aaaaaaaa, 0x11111111'22222222, 0xffff0000'ffff0000},
         {0xaaaa1111'aaaa2222, 0x11111111'22222222}},
        {"vorn d0, d1, d2", 0xf2310112, {0, 0xf0, 0xffffffff'ffffff00}, {0xff, 0xf0}},
    };
    check(cases);
}

TEST(NeonInteger, Comparisons) {
    const NeonCase cases[] = {
        {"vcgt.s8 d0, d1, d2",
         0xf2010302,
         {0, 0x01ff0080'00000000, 0x0000007f'00000000},
         {0xff000000'00000000, 0x01ff0080'00000000}},
        {"vcge.u8 d0, d1, d2",
         0xf3010312,
         {0, 0x01ff0080'00000000, 0x0200007f'00000001},
         {0x00ffffff'ffffff00, 0x01ff0080'00000000}},
        {"vtst.8 d0, d1, d2", 0xf2010812, {0, 0x0f000000'00000081, 0xf0000000'00000080}, {0xff, 0x0f000000'00000081}},
        {"vmax.s16 d0, d1, d2",
         0xf2110602,
         {0, 0x7fff8000'ffff0001, 0x80007fff'0000fffe},
         {0x7fff7fff'00000001, 0x7fff8000'ffff0001}},
        {"vmin.u16 d0, d1, d2",
         0xf3110612,
         {0, 0x7fff8000'ffff0001, 0x80007fff'0000fffe},
         {0x7fff7fff'00000001, 0x7fff8000'ffff0001}},
    };
    check(cases);
}

TEST(NeonInteger, Pairwise) {
    const NeonCase cases[] = {
        {"vpadd.i16 d0, d1, d2",
         0xf2110b12,
         {0, 0x00040003'00020001, 0xffff0001'80008000},
         {0x00000000'00070003, 0x00040003'00020001}},
        {"vpmax.u8 d0, d1, d2",
         0xf3010a02,
         {0, 0x08070605'04030201, 0xff00807f'10200000},
         {0xff802000'08060402, 0x08070605'04030201}},
    };
    check(cases);
}

TEST(NeonInteger, ShiftsByRegister) {
    const u64 value = 0x81818181'01014040, distance = 0x0001fff8'07080180;  // 0, 1, -1, -8, 7, 8, 1, -128
    const NeonCase cases[] = {
        {"vshl.s8 d0, d1, d2", 0xf2020401, {0, value, distance}, {0x8102c0ff'80008000, value}},
        {"vshl.u8 d0, d1, d2", 0xf3020401, {0, value, distance}, {0x81024000'80008000, value}},
        {"vrshl.s8 d0, d1, d2", 0xf2020501, {0, value, distance}, {0x8102c100'80008000, value}},
        {"vqshl.u8 d0, d1, d2", 0xf3020411, {0, value, distance}, {0x81ff4000'80ff8000, value}, qc},
        {"vqrshl.s8 d0, d1, d2", 0xf2020511, {0, value, distance}, {0x8180c100'7f7f7f00, value}, qc},
        {"vrshl.s8 d0, d1, d2: the low byte alone is the distance", 0xf2020501, {0, 1, 1}, {2, 1}},
    };
    check(cases);
}

TEST(NeonInteger, Products) {
    const NeonCase cases[] = {
        {"vmul.p8 d0, d1, d2: no carries",
         0xf3010912,
         {0, 0x03ff8000'00000000, 0x03028000'00000000},
         {0x05fe0000'00000000, 0x03ff8000'00000000}},
        {"vmls.i16 d0, d1, d2",
         0xf3110902,
         {0x00010001'00010001, 0x00020003'ffff0100, 0x00030001'ffff0100},
         {0xfffbfffe'00000001, 0x00020003'ffff0100}},
        {"vqdmulh.s16 d0, d1, d2",
         0xf2110b02,
         {0, 0x80004000'7fff0080, 0x80004000'7fff0080},
         {0x7fff2000'7ffe0000, 0x80004000'7fff0080},
         qc},
        {"vqrdmulh.s16 d0, d1, d2: half of the lost part rounds up",
         0xf3110b02,
         {0, 0x80004000'7fff0080, 0x80004000'7fff0080},
         {0x7fff2000'7ffe0001, 0x80004000'7fff0080},
         qc},
        {"vqdmulh.s16 d0, d1, d2[3]",
         0xf2910c6a,
         {0, 0x80004000'c0000000, 0x40000000'00000000},
         {0xc0002000'e0000000, 0x80004000'c0000000}},
        {"vmla.i32 q0, q1, d2[1]",
         0xf3a20062,
         {0x00000001'00000001, 0, 0x00000003'00000005, 0xffffffff'00000002},
         {0x0000000a'00000010, 0xfffffffd'00000006}},
    };
    check(cases);
}

TEST(NeonInteger, LongAndWide) {
    const NeonCase cases[] = {
        {"vaddl.s8 q0, d2, d4",
         0xf2820004,
         {0, 0, 0x807f01ff'00000080, 0, 0x807f0201'00000080},
         {0x00000000'0000ff00, 0xff0000fe'00030000}},
        {"vsubw.u8 q0, q1, d4",
         0xf3820304,
         {0, 0, 0x00000001'0100ffff, 0, 0x00000000'0102ff01},
         {0xffffffff'0001fffe, 0}},
        {"vabal.u8 q0, d2, d4",
         0xf3820504,
         {0x00010001'00010001, 0, 0xff000507, 0, 0x00ff0705},
         {0x01000100'00030003, 0}},
        {"vmull.s16 q0, d2, d4",
         0xf2920c04,
         {0, 0, 0x80007fff'ffff0003, 0, 0x80007fff'00010004},
         {0xffffffff'0000000c, 0x40000000'3fff0001}},
        {"vmull.p8 q0, d2, d4", 0xf2820e04, {0, 0, 0x80ff, 0, 0x80ff}, {0x40005555, 0}},
        {"vmlal.u16 q0, d2, d4[1]",
         0xf392024c,
         {0x00000001'00000001, 0, 0xffff0002, 0, 0xffff0000},
         {0xfffe0002'0001ffff, 0}},
        {"vqdmull.s16 q0, d2, d4",
         0xf2920d04,
         {0, 0, 0x80004000'ffff0003, 0, 0x80004000'00010004},
         {0xfffffffe'00000018, 0x7fffffff'20000000},
         qc},
        {"vqdmlal.s16 q0, d2, d4: the sum saturates",
         0xf2920904,
         {0x7fffffff'00000001, 0, 0x00010003, 0, 0x00010004},
         {0x7fffffff'00000019, 0},
         qc},
        {"vqdmlsl.s32 q0, d2, d4[0]: the product saturates",
         0xf2a20744,
         {100, 0, 0x80000000'00000002, 0, 0x80000000},
         {0x00000002'00000064, 0x80000000'00000001},
         qc},
    };
    check(cases);
}

TEST(NeonInteger, HighHalf) {
    const NeonCase cases[] = {
        {"vaddhn.i16 d0, q1, q2",
         0xf2820404,
         {0, 0, 0x00ff0080'ff007fff, 0, 0x00010000'01000001},
         {0x00000000'01000080, 0}},
        {"vraddhn.i16 d0, q1, q2",
         0xf3820404,
         {0, 0, 0x00ff0080'ff007fff, 0, 0x00010000'01000001},
         {0x00000000'01010080, 0}},
    };
    check(cases);
}

}  // namespace
}  // namespace vtoll::isa::test

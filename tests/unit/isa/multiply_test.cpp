// SPDX-License-Identifier: Apache-2.0
// Multiply and divide. ARM DDI 0406C §A4.4.3, §A4.4.8.
#include "tests/unit/isa/data_path_case.hpp"

namespace vtoll::isa::test {
namespace {

using enum InstrSet;

TEST(Multiply, ThirtyTwoBitResults) {
    const DataPathCase cases[] = {
        {"muls r0, r1, r2 sets N and Z, keeps C and V",
         a32,
         0xe0100291,
         {9, 0x10000, 0x10000, 3},
         N | C | V,
         {0, 0x10000, 0x10000, 3},
         Z | C | V},
        {"mla r0, r1, r2, r3", a32, 0xe0203291, {9, 7, 6, 100}, 0, {142, 7, 6, 100}, 0},
        {"mls r0, r1, r2, r3", a32, 0xe0603291, {9, 7, 6, 40}, 0, {0xfffffffe, 7, 6, 40}, 0},
    };
    check(cases);
}

// The long forms write RdLo = r0 and RdHi = r3.
TEST(Multiply, SixtyFourBitResults) {
    const DataPathCase cases[] = {
        {"umulls r0, r3, r1, r2", a32, 0xe0930291, {9, ~0u, ~0u, 9}, C | V, {1, ~0u, ~0u, 0xfffffffe}, N | C | V},
        {"umulls r0, r3, r1, r2: zero takes both words",
         a32,
         0xe0930291,
         {9, 0x10000, 0x10000, 9},
         0,
         {0, 0x10000, 0x10000, 1},
         0},
        {"umulls r0, r3, r1, r2: zero", a32, 0xe0930291, {9, 0, 5, 9}, N, {0, 0, 5, 0}, Z},
        {"smull r0, r3, r1, r2", a32, 0xe0c30291, {9, ~0u, 2, 9}, 0, {0xfffffffe, ~0u, 2, ~0u}, 0},
        {"umlal r0, r3, r1, r2 carries into the high word", a32, 0xe0a30291, {~0u, 1, 1, 4}, 0, {0, 1, 1, 5}, 0},
        {"smlals r0, r3, r1, r2", a32, 0xe0f30291, {5, ~0u, 5, 0}, N, {0, ~0u, 5, 0}, Z},
        {"umaal r0, r3, r1, r2: the largest", a32, 0xe0430291, {~0u, ~0u, ~0u, ~0u}, 0, {~0u, ~0u, ~0u, ~0u}, 0},
        {"umull r0, r3, r1, r2 (T32)", t32, 0xfba10302, {9, ~0u, 2, 9}, 0, {0xfffffffe, ~0u, 2, 1}, 0},
    };
    check(cases);
}

TEST(Multiply, Halfwords) {
    const DataPathCase cases[] = {
        {"smlabb r0, r1, r2, r3: no overflow", a32, 0xe1003281, {9, 0x5fffe, 3, 10}, 0, {4, 0x5fffe, 3, 10}, 0},
        {"smlabb r0, r1, r2, r3: overflow wraps and sets Q",
         a32,
         0xe1003281,
         {9, 1, 1, 0x7fffffff},
         0,
         {0x80000000, 1, 1, 0x7fffffff},
         Q},
        {"smlatt r0, r1, r2, r3",
         a32,
         0xe10032e1,
         {9, 0x80000000, 0x80000000, 0},
         0,
         {0x40000000, 0x80000000, 0x80000000, 0},
         0},
        {"smulbt r0, r1, r2: Q kept", a32, 0xe16002c1, {9, 0xffff, 0x20000, 0}, Q, {0xfffffffe, 0xffff, 0x20000, 0}, Q},
        {"smlawb r0, r1, r2, r3 drops the low 16 bits of the product",
         a32,
         0xe1203281,
         {9, 0xffffffff, 1, 5},
         0,
         {4, 0xffffffff, 1, 5},
         0},
        {"smulwt r0, r1, r2",
         a32,
         0xe12002e1,
         {9, 0x10000, 0x8000'0000, 5},
         0,
         {0xffff8000, 0x10000, 0x80000000, 5},
         0},
        {"smlaltb r0, r3, r1, r2", a32, 0xe14302a1, {0, 0xffff0000, 1, 0}, 0, {~0u, 0xffff0000, 1, ~0u}, 0},
        {"smlawt r0, r1, r2, r3 (T32)", t32, 0xfb313012, {9, 0x10000, 0x00030000, 5}, 0, {8, 0x10000, 0x30000, 5}, 0},
    };
    check(cases);
}

TEST(Multiply, Dual) {
    const DataPathCase cases[] = {
        {"smlad r0, r1, r2, r3", a32, 0xe7003211, {9, 0x00020003, 0x00050007, 1}, 0, {32, 0x20003, 0x50007, 1}, 0},
        {"smladx r0, r1, r2, r3", a32, 0xe7003231, {9, 0x00020003, 0x00050007, 1}, 0, {30, 0x20003, 0x50007, 1}, 0},
        {"smuad r0, r1, r2: the one sum that overflows",
         a32,
         0xe700f211,
         {9, 0x80008000, 0x80008000, 1},
         0,
         {0x80000000, 0x80008000, 0x80008000, 1},
         Q},
        {"smusdx r0, r1, r2", a32, 0xe700f271, {9, 0x00020003, 0x00050007, 1}, 0, {1, 0x20003, 0x50007, 1}, 0},
        {"smlsd r0, r1, r2, r3 overflows",
         a32,
         0xe7003251,
         {9, 1, 1, 0x7fffffff},
         0,
         {0x80000000, 1, 1, 0x7fffffff},
         Q},
        {"smlald r0, r3, r1, r2", a32, 0xe7430211, {~0u, 0x00010001, 0x00010001, 7}, 0, {1, 0x10001, 0x10001, 8}, 0},
        {"smlsldx r0, r3, r1, r2", a32, 0xe7430271, {0, 0x00020003, 0x00070005, 0}, 0, {11, 0x20003, 0x70005, 0}, 0},
    };
    check(cases);
}

TEST(Multiply, MostSignificantWord) {
    const DataPathCase cases[] = {
        {"smmul r0, r1, r2 truncates", a32, 0xe750f211, {9, 0x10000, 0x18000, 3}, 0, {1, 0x10000, 0x18000, 3}, 0},
        {"smmulr r0, r1, r2 rounds up", a32, 0xe750f231, {9, 0x10000, 0x18000, 3}, 0, {2, 0x10000, 0x18000, 3}, 0},
        {"smmla r0, r1, r2, r3", a32, 0xe7503211, {9, ~0u, 1, 3}, 0, {2, ~0u, 1, 3}, 0},
        {"smmls r0, r1, r2, r3", a32, 0xe75032d1, {9, 1, 1, 3}, 0, {2, 1, 1, 3}, 0},
    };
    check(cases);
}

TEST(Divide, Results) {
    const DataPathCase cases[] = {
        {"sdiv r0, r1, r2 rounds towards zero",
         a32,
         0xe710f211,
         {9, static_cast<u32>(-7), 2, 3},
         0,
         {static_cast<u32>(-3), static_cast<u32>(-7), 2, 3},
         0},
        {"sdiv by zero", a32, 0xe710f211, {9, 7, 0, 3}, N, {0, 7, 0, 3}, N},
        {"sdiv of the most negative number by -1",
         a32,
         0xe710f211,
         {9, 0x80000000, ~0u, 3},
         0,
         {0x80000000, 0x80000000, ~0u, 3},
         0},
        {"udiv r0, r1, r2", a32, 0xe730f211, {9, ~0u, 2, 3}, 0, {0x7fffffff, ~0u, 2, 3}, 0},
        {"udiv by zero", a32, 0xe730f211, {9, ~0u, 0, 3}, 0, {0, ~0u, 0, 3}, 0},
        {"sdiv r0, r1, r2 (T32)",
         t32,
         0xfb91f0f2,
         {9, 100, static_cast<u32>(-10), 3},
         0,
         {static_cast<u32>(-10), 100, static_cast<u32>(-10), 3},
         0},
    };
    check(cases);
}

TEST(Multiply, Decode) {
    const DecodeCase cases[] = {
        {"umull with RdLo = RdHi", a32, 0xe0800291, Decoded::unpredictable},
        {"mul pc", a32, 0xe00f0291, Decoded::unpredictable},
        {"mla with Ra = pc", a32, 0xe020f291, Decoded::unpredictable},
        {"mul r0, sp, r2 (T32)", t32, 0xfb0df002, Decoded::unpredictable},
        {"mul r0, sp, r2 (A32)", a32, 0xe000029d, Decoded::ok},
        {"mul with should-be-zero bits set", a32, 0xe0001291, Decoded::undefined},
    };
    check_decode(cases);
    Features without;
    without.divide = false;
    const DecodeCase divides[] = {
        {"sdiv without the feature", a32, 0xe710f211, Decoded::undefined},
        {"udiv without the feature", a32, 0xe730f211, Decoded::undefined},
        {"sdiv without the feature (T32)", t32, 0xfb91f0f2, Decoded::undefined},
    };
    check_decode(divides, without);
}

}  // namespace
}  // namespace vtoll::isa::test

// SPDX-License-Identifier: Apache-2.0
// Parallel, saturating, packing, extending, reversing and bit-field instructions. ARM DDI 0406C §A4.4.4-§A4.4.7.
#include "tests/unit/isa/data_path_case.hpp"

namespace vtoll::isa::test {
namespace {

using enum InstrSet;

TEST(Saturating, AddAndSubtract) {
    constexpr u32 max = 0x7fffffff, min = 0x80000000;
    const DataPathCase cases[] = {
        {"qadd r0, r1, r2", a32, 0xe1020051, {9, 1, 2, 3}, 0, {3, 1, 2, 3}, 0},
        {"qadd saturates up", a32, 0xe1020051, {9, max, 1, 3}, 0, {max, max, 1, 3}, Q},
        {"qsub saturates down", a32, 0xe1220051, {9, min, 1, 3}, 0, {min, min, 1, 3}, Q},
        {"qsub keeps Q set", a32, 0xe1220051, {9, 5, 1, 3}, Q, {4, 5, 1, 3}, Q},
        {"qdadd: the doubling saturates",
         a32,
         0xe1420051,
         {9, ~0u, 0x40000000, 3},
         0,
         {0x7ffffffe, ~0u, 0x40000000, 3},
         Q},
        {"qdsub r0, r1, r2", a32, 0xe1620051, {9, 10, 3, 3}, 0, {4, 10, 3, 3}, 0},
        {"qdsub: doubling then difference saturate", a32, 0xe1620051, {9, 5, min, 3}, 0, {max, 5, min, 3}, Q},
    };
    check(cases);
}

TEST(Saturating, ToWidth) {
    const DataPathCase cases[] = {
        {"ssat r0, #8, r1 in range", a32, 0xe6a70011, {9, 0xffffff80, 2, 3}, 0, {0xffffff80, 0xffffff80, 2, 3}, 0},
        {"ssat r0, #8, r1 above", a32, 0xe6a70011, {9, 128, 2, 3}, 0, {127, 128, 2, 3}, Q},
        {"ssat r0, #8, r1, asr #4", a32, 0xe6a70251, {9, 0x80000000, 2, 3}, 0, {0xffffff80, 0x80000000, 2, 3}, Q},
        {"usat r0, #8, r1, lsl #1", a32, 0xe6e80091, {9, 127, 2, 3}, 0, {254, 127, 2, 3}, 0},
        {"usat r0, #8, r1, lsl #1: the shift drops bits first",
         a32,
         0xe6e80091,
         {9, 0x80000001, 2, 3},
         0,
         {2, 0x80000001, 2, 3},
         0},
        {"usat r0, #0, r1", a32, 0xe6e00011, {9, 1, 2, 3}, 0, {0, 1, 2, 3}, Q},
        {"ssat16 r0, #8, r1", a32, 0xe6a70f31, {9, 0x00807fff, 2, 3}, 0, {0x007f007f, 0x00807fff, 2, 3}, Q},
        {"usat16 r0, #4, r1", a32, 0xe6e40f31, {9, 0xffff000f, 2, 3}, 0, {0x0000000f, 0xffff000f, 2, 3}, Q},
        {"ssat r0, #8, r1, asr #4 (T32)", t32, 0xf3211007, {9, 0x7f0, 2, 3}, 0, {0x7f, 0x7f0, 2, 3}, 0},
        {"usat16 r0, #4, r1 (T32)", t32, 0xf3a10004, {9, 0x00100003, 2, 3}, 0, {0x000f0003, 0x00100003, 2, 3}, Q},
    };
    check(cases);
}

TEST(Parallel, SignedAndUnsignedSetGe) {
    const DataPathCase cases[] = {
        {"sadd16 r0, r1, r2",
         a32,
         0xe6110f12,
         {9, 0x7fff8000, 0x00017fff, 3},
         0,
         {0x8000ffff, 0x7fff8000, 0x17fff, 3},
         ge(0xc)},
        {"sasx r0, r1, r2",
         a32,
         0xe6110f32,
         {9, 0x00010001, 0x00020005, 3},
         0,
         {0x0006ffff, 0x10001, 0x20005, 3},
         ge(0xc)},
        {"ssax r0, r1, r2",
         a32,
         0xe6110f52,
         {9, 0x00010001, 0x00020005, 3},
         0,
         {0xfffc0003, 0x10001, 0x20005, 3},
         ge(0x3)},
        {"ssub16 r0, r1, r2",
         a32,
         0xe6110f72,
         {9, 0x00010001, 0x00010002, 3},
         ge(0xf),
         {0xffff, 0x10001, 0x10002, 3},
         ge(0xc)},
        {"sadd8 r0, r1, r2",
         a32,
         0xe6110f92,
         {9, 0x7f80ff01, 0x01800101, 3},
         0,
         {0x80000002, 0x7f80ff01, 0x1800101, 3},
         ge(0xb)},
        {"ssub8 r0, r1, r2",
         a32,
         0xe6110ff2,
         {9, 0x01020304, 0x02020202, 3},
         0,
         {0xff000102, 0x1020304, 0x2020202, 3},
         ge(0x7)},
        {"uadd16 r0, r1, r2: GE is the carry",
         a32,
         0xe6510f12,
         {9, 0xffff0001, 0x00010001, 3},
         0,
         {0x00000002, 0xffff0001, 0x10001, 3},
         ge(0xc)},
        {"uasx r0, r1, r2",
         a32,
         0xe6510f32,
         {9, 0xffff0001, 0x00020001, 3},
         0,
         {0x0000ffff, 0xffff0001, 0x20001, 3},
         ge(0xc)},
        {"usub16 r0, r1, r2: GE is no borrow",
         a32,
         0xe6510f72,
         {9, 0x00010001, 0x00020001, 3},
         0,
         {0xffff0000, 0x10001, 0x20001, 3},
         ge(0x3)},
        {"uadd8 r0, r1, r2",
         a32,
         0xe6510f92,
         {9, 0xff00ff01, 0x01000101, 3},
         0,
         {0x00000002, 0xff00ff01, 0x1000101, 3},
         ge(0xa)},
        {"usub8 r0, r1, r2",
         a32,
         0xe6510ff2,
         {9, 0x01000001, 0x01010000, 3},
         0,
         {0x00ff0001, 0x1000001, 0x1010000, 3},
         ge(0xb)},
        {"uadd8 r0, r1, r2 (T32)", t32, 0xfa81f042, {9, 0x80, 0x80, 3}, 0, {0, 0x80, 0x80, 3}, ge(1)},
    };
    check(cases);
}

TEST(Parallel, SaturatingAndHalvingKeepGe) {
    constexpr u32 kept = ge(0x5);
    const DataPathCase cases[] = {
        {"qadd16 r0, r1, r2: Q is not set",
         a32,
         0xe6210f12,
         {9, 0x7fff8000, 0x0001ffff, 3},
         kept,
         {0x7fff8000, 0x7fff8000, 0x1ffff, 3},
         kept},
        {"qsub8 r0, r1, r2",
         a32,
         0xe6210ff2,
         {9, 0x80000000, 0x01000080, 3},
         kept,
         {0x8000007f, 0x80000000, 0x1000080, 3},
         kept},
        {"uqadd8 r0, r1, r2",
         a32,
         0xe6610f92,
         {9, 0xff010000, 0x01010000, 3},
         kept,
         {0xff020000, 0xff010000, 0x1010000, 3},
         kept},
        {"uqsub16 r0, r1, r2",
         a32,
         0xe6610f72,
         {9, 0x00010005, 0x00020003, 3},
         kept,
         {0x00000002, 0x10005, 0x20003, 3},
         kept},
        {"shadd16 r0, r1, r2",
         a32,
         0xe6310f12,
         {9, 0x7fffffff, 0x7fff0000, 3},
         kept,
         {0x7fffffff, 0x7fffffff, 0x7fff0000, 3},
         kept},
        {"shsub8 r0, r1, r2",
         a32,
         0xe6310ff2,
         {9, 0x00000080, 0x0000017f, 3},
         kept,
         {0x0000ff80, 0x80, 0x17f, 3},
         kept},
        {"uhadd8 r0, r1, r2",
         a32,
         0xe6710f92,
         {9, 0xff000001, 0xff000002, 3},
         kept,
         {0xff000001, 0xff000001, 0xff000002, 3},
         kept},
        {"uhsub16 r0, r1, r2",
         a32,
         0xe6710f72,
         {9, 0x00000004, 0x00010000, 3},
         kept,
         {0xffff0002, 4, 0x10000, 3},
         kept},
        {"uhasx r0, r1, r2",
         a32,
         0xe6710f32,
         {9, 0x00040002, 0x00060004, 3},
         kept,
         {0x0004fffe, 0x40002, 0x60004, 3},
         kept},
    };
    check(cases);
}

TEST(Media, SelectAndSums) {
    const DataPathCase cases[] = {
        {"sel r0, r1, r2",
         a32,
         0xe6810fb2,
         {9, 0x11223344, 0xaabbccdd, 3},
         ge(0x9),
         {0x11bbcc44, 0x11223344, 0xaabbccdd, 3},
         ge(0x9)},
        {"usad8 r0, r1, r2", a32, 0xe780f211, {9, 0xff000a00, 0x00ff0b05, 3}, 0, {516, 0xff000a00, 0xff0b05, 3}, 0},
        {"usada8 r0, r1, r2, r3", a32, 0xe7803211, {9, 3, 5, 100}, 0, {102, 3, 5, 100}, 0},
    };
    check(cases);
}

TEST(Media, PackAndExtend) {
    constexpr u32 x = 0x8081f2f3;
    const DataPathCase cases[] = {
        {"pkhbt r0, r1, r2, lsl #8",
         a32,
         0xe6810412,
         {9, 0x11112222, 0x00334455, 3},
         0,
         {0x33442222, 0x11112222, 0x334455, 3},
         0},
        {"pkhtb r0, r1, r2, asr #32",
         a32,
         0xe6810052,
         {9, 0x11112222, 0x80000000, 3},
         0,
         {0x1111ffff, 0x11112222, 0x80000000, 3},
         0},
        {"pkhtb r0, r1, r2, asr #8",
         a32,
         0xe6810452,
         {9, 0x11112222, 0x00334455, 3},
         0,
         {0x11113344, 0x11112222, 0x334455, 3},
         0},
        {"pkhtb r0, r1, r2, asr #32 (T32)",
         t32,
         0xeac10022,
         {9, 0x11112222, 0x7fffffff, 3},
         0,
         {0x11110000, 0x11112222, 0x7fffffff, 3},
         0},
        {"sxtb r0, r1, ror #8", a32, 0xe6af0471, {9, x, 2, 3}, 0, {0xfffffff2, x, 2, 3}, 0},
        {"uxth r0, r1, ror #16", a32, 0xe6ff0871, {9, x, 2, 3}, 0, {0x8081, x, 2, 3}, 0},
        {"sxtab r0, r1, r2", a32, 0xe6a10072, {9, 1, 0xff, 3}, 0, {0, 1, 0xff, 3}, 0},
        {"uxtab16 r0, r1, r2, ror #8: no carry between halves",
         a32,
         0xe6c10472,
         {9, 0xffffffff, 0x01000100, 3},
         0,
         {0x00000000, 0xffffffff, 0x1000100, 3},
         0},
        {"sxtb16 r0, r1", a32, 0xe68f0071, {9, x, 2, 3}, 0, {0xff81fff3, x, 2, 3}, 0},
        {"sxtab16 r0, r1, r2, ror #24 (T32)",
         t32,
         0xfa21f0b2,
         {9, 0x00010001, 0x00ff8000, 3},
         0,
         {0xff810001, 0x10001, 0xff8000, 3},
         0},
        {"sxtb r0, r1 (T16)", t16, 0xb248, {9, x, 2, 3}, N, {0xfffffff3, x, 2, 3}, N},
        {"uxth r0, r1 (T16)", t16, 0xb288, {9, x, 2, 3}, N, {0xf2f3, x, 2, 3}, N},
    };
    check(cases);
}

TEST(Media, ReverseAndCount) {
    constexpr u32 x = 0x123480f1;
    const DataPathCase cases[] = {
        {"rev r0, r1", a32, 0xe6bf0f31, {9, x, 2, 3}, 0, {0xf1803412, x, 2, 3}, 0},
        {"rev16 r0, r1", a32, 0xe6bf0fb1, {9, x, 2, 3}, 0, {0x3412f180, x, 2, 3}, 0},
        {"revsh r0, r1", a32, 0xe6ff0fb1, {9, x, 2, 3}, 0, {0xfffff180, x, 2, 3}, 0},
        {"rbit r0, r1", a32, 0xe6ff0f31, {9, x, 2, 3}, 0, {0x8f012c48, x, 2, 3}, 0},
        {"clz r0, r1", a32, 0xe16f0f11, {9, x, 2, 3}, 0, {3, x, 2, 3}, 0},
        {"clz of zero", a32, 0xe16f0f11, {9, 0, 2, 3}, 0, {32, 0, 2, 3}, 0},
        {"rev r0, r1 (T16)", t16, 0xba08, {9, x, 2, 3}, 0, {0xf1803412, x, 2, 3}, 0},
        {"clz r0, r1 (T32)", t32, 0xfab1f081, {9, 1, 2, 3}, 0, {31, 1, 2, 3}, 0},
        {"rbit r0, r1 (T32)", t32, 0xfa91f0a1, {9, 1, 2, 3}, 0, {0x80000000, 1, 2, 3}, 0},
    };
    check(cases);
}

TEST(Media, BitFields) {
    const DataPathCase cases[] = {
        {"bfc r0, #4, #8", a32, 0xe7cb021f, {~0u, 1, 2, 3}, 0, {0xfffff00f, 1, 2, 3}, 0},
        {"bfi r0, r1, #28, #4", a32, 0xe7df0e11, {0x12345678, 0xff, 2, 3}, 0, {0xf2345678, 0xff, 2, 3}, 0},
        {"bfi r0, r1, #0, #32", a32, 0xe7df0011, {9, 0xdeadbeef, 2, 3}, 0, {0xdeadbeef, 0xdeadbeef, 2, 3}, 0},
        {"sbfx r0, r1, #4, #8", a32, 0xe7a70251, {9, 0xf80f, 2, 3}, 0, {0xffffff80, 0xf80f, 2, 3}, 0},
        {"ubfx r0, r1, #31, #1", a32, 0xe7e00fd1, {9, 0x80000000, 2, 3}, 0, {1, 0x80000000, 2, 3}, 0},
        {"ubfx r0, r1, #0, #32", a32, 0xe7ff0051, {9, 0xdeadbeef, 2, 3}, 0, {0xdeadbeef, 0xdeadbeef, 2, 3}, 0},
        {"bfi r0, r1, #4, #8 (T32)", t32, 0xf361100b, {~0u, 0x5a, 2, 3}, 0, {0xfffff5af, 0x5a, 2, 3}, 0},
        {"sbfx r0, r1, #4, #8 (T32)", t32, 0xf3411007, {9, 0x7f0, 2, 3}, 0, {0x7f, 0x7f0, 2, 3}, 0},
    };
    check(cases);
}

TEST(Media, Decode) {
    const DecodeCase cases[] = {
        {"bfi with msb below lsb", a32, 0xe7c00211, Decoded::unpredictable},
        {"ubfx past bit 31", a32, 0xe7e80fd1, Decoded::unpredictable},
        {"rev.w with two different sources", t32, 0xfa91f082, Decoded::unpredictable},
        {"ssat with SSAT16's shift and a set should-be-zero bit", t32, 0xf3210017, Decoded::undefined},
        {"sadd16 pc", a32, 0xe611ff12, Decoded::unpredictable},
        {"parallel group, unallocated operation", a32, 0xe6110fb2, Decoded::undefined},
        {"parallel group, unallocated prefix", a32, 0xe6410f12, Decoded::undefined},
        {"qadd r0, sp, r2 (T32)", t32, 0xfa82f08d, Decoded::unpredictable},
    };
    check_decode(cases);
}

}  // namespace
}  // namespace vtoll::isa::test

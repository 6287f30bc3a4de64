// SPDX-License-Identifier: Apache-2.0
// Data processing: results, flags, shifter carry, PC as source and destination. ARM DDI 0406C §A8.8, §A8.4.
#include "tests/unit/isa/data_path_case.hpp"

namespace vtoll::isa::test {
namespace {

using enum InstrSet;

TEST(DataProcessing, ArithmeticSetsAllFlags) {
    const DataPathCase cases[] = {
        {"adcs r0, r1, r2: carry in completes the sum to zero",
         a32,
         0xe0b10002,
         {9, 0xfffffffe, 1, 3},
         C,
         {0, 0xfffffffe, 1, 3},
         Z | C},
        {"adcs r0, r1, r2: signed overflow by the carry alone",
         a32,
         0xe0b10002,
         {9, 0x7fffffff, 0, 3},
         C,
         {0x80000000, 0x7fffffff, 0, 3},
         N | V},
        {"sbcs r0, r1, r2: C clear subtracts one more", a32, 0xe0d10002, {9, 5, 5, 3}, 0, {0xffffffff, 5, 5, 3}, N},
        {"sbcs r0, r1, r2: C set subtracts no more", a32, 0xe0d10002, {9, 5, 5, 3}, C, {0, 5, 5, 3}, Z | C},
        {"rscs r0, r1, #0", a32, 0xe2f10000, {9, 1, 2, 3}, C, {0xffffffff, 1, 2, 3}, N},
        {"rsbs r0, r1, #0: zero has no borrow", a32, 0xe2710000, {9, 0, 2, 3}, 0, {0, 0, 2, 3}, Z | C},
        {"rsbs r0, r1, #0: the most negative number overflows",
         a32,
         0xe2710000,
         {9, 0x80000000, 2, 3},
         0,
         {0x80000000, 0x80000000, 2, 3},
         N | V},
        {"cmp r1, r2: 0x80000000 - 1", a32, 0xe1510002, {9, 0x80000000, 1, 3}, 0, {9, 0x80000000, 1, 3}, C | V},
        {"cmp r1, r2: below", a32, 0xe1510002, {9, 1, 2, 3}, C, {9, 1, 2, 3}, N},
        {"cmn r1, r2: both halves of zero", a32, 0xe1710002, {9, 1, 0xffffffff, 3}, 0, {9, 1, 0xffffffff, 3}, Z | C},
        {"adds r0, r1, #0xff000000: the rotated constant's carry plays no part",
         a32,
         0xe29104ff,
         {9, 1, 2, 3},
         0,
         {0xff000001, 1, 2, 3},
         N},
        {"adds r0, r1, r2 (T16)", t16, 0x1888, {9, 0x7fffffff, 1, 3}, 0, {0x80000000, 0x7fffffff, 1, 3}, N | V},
        {"adds r0, #255 (T16)", t16, 0x30ff, {0xffffff01, 1, 2, 3}, 0, {0, 1, 2, 3}, Z | C},
        {"subs r0, r1, #7 (T16)", t16, 0x1fc8, {9, 7, 2, 3}, 0, {0, 7, 2, 3}, Z | C},
        {"rsbs r0, r1, #0 (T16)", t16, 0x4248, {9, 1, 2, 3}, C, {0xffffffff, 1, 2, 3}, N},
        {"cmp r8, r0 (T16)", t16, 0x4580, {1, 1, 2, 3}, C, {1, 1, 2, 3}, N},
        {"adds.w r0, r1, #0x00ff00ff", t32, 0xf11110ff, {9, 1, 2, 3}, C, {0x00ff0100, 1, 2, 3}, 0},
        {"adcs.w r0, r1, r2", t32, 0xeb510002, {9, 0xffffffff, 0, 3}, C, {0, 0xffffffff, 0, 3}, Z | C},
        {"addw r0, r1, #0xfff keeps the flags", t32, 0xf60170ff, {9, 1, 2, 3}, N | V, {0x1000, 1, 2, 3}, N | V},
        {"subw r0, r1, #0xfff", t32, 0xf6a170ff, {9, 0x1000, 2, 3}, Z, {1, 0x1000, 2, 3}, Z},
    };
    check(cases);
}

TEST(DataProcessing, LogicTakesCarryFromTheShifterAndKeepsV) {
    const DataPathCase cases[] = {
        {"movs r0, #0x80: no rotation, C kept", a32, 0xe3b00080, {9, 1, 2, 3}, C | V, {0x80, 1, 2, 3}, C | V},
        {"movs r0, #0x80000000: rotated, C is bit 31",
         a32,
         0xe3b00102,
         {9, 1, 2, 3},
         V,
         {0x80000000, 1, 2, 3},
         N | C | V},
        {"ands r0, r1, #0xf0000000", a32, 0xe211020f, {9, 0x1fffffff, 2, 3}, 0, {0x10000000, 0x1fffffff, 2, 3}, C},
        {"tst r1, r2, lsl #4: the bit that leaves",
         a32,
         0xe1110202,
         {9, 0xf, 0x10000000, 3},
         0,
         {9, 0xf, 0x10000000, 3},
         Z | C},
        {"teq r1, r2: C and V kept", a32, 0xe1310002, {9, 7, 7, 3}, C | V, {9, 7, 7, 3}, Z | C | V},
        {"bics r0, r1, r2, ror #8",
         a32,
         0xe1d10462,
         {9, 0xffffffff, 0x000000ff, 3},
         0,
         {0x00ffffff, 0xffffffff, 0xff, 3},
         C},
        {"mvns r0, r1", a32, 0xe1f00001, {9, 0, 2, 3}, C, {0xffffffff, 0, 2, 3}, N | C},
        {"movs.w r0, #0x80000000", t32, 0xf05f4000, {9, 1, 2, 3}, 0, {0x80000000, 1, 2, 3}, N | C},
        {"ands.w r0, r1, r2, lsl #4", t32, 0xea111002, {9, 0xff, 0xf0000001, 3}, 0, {0x10, 0xff, 0xf0000001, 3}, C},
        {"orn r0, r1, r2", t32, 0xea610002, {9, 1, 0xfffffff0, 3}, Z, {0xf, 1, 0xfffffff0, 3}, Z},
        {"orn r0, r1, #1", t32, 0xf0610001, {9, 1, 2, 3}, 0, {0xffffffff, 1, 2, 3}, 0},
        {"tst.w r0, r1", t32, 0xea100f01, {2, 1, 2, 3}, C, {2, 1, 2, 3}, Z | C},
        {"teq r0, r1 (T32)", t32, 0xea900f01, {2, 1, 2, 3}, V, {2, 1, 2, 3}, V},
    };
    check(cases);
}

TEST(DataProcessing, ShiftsByImmediate) {
    const DataPathCase cases[] = {
        {"lsls r0, r1, #1", a32, 0xe1b00081, {9, 0xc0000000, 2, 3}, 0, {0x80000000, 0xc0000000, 2, 3}, N | C},
        {"lsrs r0, r1, #32", a32, 0xe1b00021, {9, 0x80000000, 2, 3}, 0, {0, 0x80000000, 2, 3}, Z | C},
        {"asrs r0, r1, #32", a32, 0xe1b00041, {9, 0x80000000, 2, 3}, 0, {0xffffffff, 0x80000000, 2, 3}, N | C},
        {"rrxs r0, r1", a32, 0xe1b00061, {9, 3, 2, 3}, C, {0x80000001, 3, 2, 3}, N | C},
        {"rrxs r0, r1, C clear", a32, 0xe1b00061, {9, 2, 2, 3}, 0, {1, 2, 2, 3}, 0},
        {"lsrs r0, r1, #32 (T16)", t16, 0x0808, {9, 0x80000000, 2, 3}, 0, {0, 0x80000000, 2, 3}, Z | C},
        {"movs r0, r1 (T16, LSL #0): C kept", t16, 0x0008, {9, 0, 2, 3}, C, {0, 0, 2, 3}, Z | C},
        {"rrxs r0, r1 (T32)", t32, 0xea5f0031, {9, 1, 2, 3}, 0, {0, 1, 2, 3}, Z | C},
    };
    check(cases);
}

// Amounts of 0, 1..31, 32, 33 and more, and only the low byte of the register counting.
TEST(DataProcessing, ShiftsByRegister) {
    constexpr u32 lsl = 0xe1b00211, lsr = 0xe1b00231, asr = 0xe1b00251, ror = 0xe1b00271;  // Xs r0, r1, r2
    constexpr u32 x = 0x80000001;
    const DataPathCase cases[] = {
        {"lsl by 0 keeps C", a32, lsl, {9, x, 0, 3}, C, {x, x, 0, 3}, N | C},
        {"lsl by 1", a32, lsl, {9, x, 1, 3}, 0, {2, x, 1, 3}, C},
        {"lsl by 32: C is bit 0", a32, lsl, {9, x, 32, 3}, 0, {0, x, 32, 3}, Z | C},
        {"lsl by 33: C clear", a32, lsl, {9, x, 33, 3}, C, {0, x, 33, 3}, Z},
        {"lsl by 255: C clear", a32, lsl, {9, x, 255, 3}, C, {0, x, 255, 3}, Z},
        {"lsl by 0x100: the low byte is 0", a32, lsl, {9, x, 0x100, 3}, C, {x, x, 0x100, 3}, N | C},
        {"lsr by 0 keeps C", a32, lsr, {9, x, 0, 3}, 0, {x, x, 0, 3}, N},
        {"lsr by 31", a32, lsr, {9, x, 31, 3}, C, {1, x, 31, 3}, 0},
        {"lsr by 32: C is bit 31", a32, lsr, {9, x, 32, 3}, 0, {0, x, 32, 3}, Z | C},
        {"lsr by 33: C clear", a32, lsr, {9, x, 33, 3}, C, {0, x, 33, 3}, Z},
        {"lsr by 64: C clear", a32, lsr, {9, x, 64, 3}, C, {0, x, 64, 3}, Z},
        {"asr by 32: sign and C", a32, asr, {9, x, 32, 3}, 0, {0xffffffff, x, 32, 3}, N | C},
        {"asr by 200 as by 32", a32, asr, {9, x, 200, 3}, 0, {0xffffffff, x, 200, 3}, N | C},
        {"asr by 200 of a positive number", a32, asr, {9, 0x7fffffff, 200, 3}, C, {0, 0x7fffffff, 200, 3}, Z},
        {"ror by 32: value kept, C is bit 31", a32, ror, {9, x, 32, 3}, 0, {x, x, 32, 3}, N | C},
        {"ror by 33", a32, ror, {9, x, 33, 3}, 0, {0xc0000000, x, 33, 3}, N | C},
        {"ror by 0 keeps C", a32, ror, {9, 1, 0, 3}, C, {1, 1, 0, 3}, C},
        {"lsls r0, r1 (T16) by 32", t16, 0x4088, {x, 32, 2, 3}, 0, {0, 32, 2, 3}, Z | C},
        {"rors r0, r1 (T16)", t16, 0x41c8, {1, 1, 2, 3}, 0, {0x80000000, 1, 2, 3}, N | C},
        {"lsls.w r0, r1, r2", t32, 0xfa11f002, {9, 1, 31, 3}, 0, {0x80000000, 1, 31, 3}, N},
        {"add r0, r1, r2, lsl r3", a32, 0xe0810312, {9, 1, 2, 4}, Z, {33, 1, 2, 4}, Z},
    };
    check(cases);
}

TEST(DataProcessing, MovesOfHalfWords) {
    const DataPathCase cases[] = {
        {"movw r0, #0xbeef", a32, 0xe30b0eef, {~0u, 1, 2, 3}, Z, {0xbeef, 1, 2, 3}, Z},
        {"movt r0, #0xdead", a32, 0xe34d0ead, {0x1234beef, 1, 2, 3}, Z, {0xdeadbeef, 1, 2, 3}, Z},
        {"movw r0, #0xbeef (T32)", t32, 0xf64b60ef, {~0u, 1, 2, 3}, Z, {0xbeef, 1, 2, 3}, Z},
        {"movt r0, #0xdead (T32)", t32, 0xf6cd60ad, {0x1234beef, 1, 2, 3}, Z, {0xdeadbeef, 1, 2, 3}, Z},
    };
    check(cases);
}

// Outside an IT block the 16-bit forms set the flags, inside they don't: ARM DDI 0406C §A4.1.2.
TEST(DataProcessing, ItBlockKeepsFlags) {
    constexpr u8 it_al = 0xe8, it_eq = 0x08;
    const DataPathCase cases[] = {
        {"add r0, r1, r2 in IT", t16, 0x1888, {9, 0x7fffffff, 1, 3}, C, {0x80000000, 0x7fffffff, 1, 3}, C, it_al},
        {"movs r0, #0 outside", t16, 0x2000, {9, 1, 2, 3}, C, {0, 1, 2, 3}, Z | C},
        {"mov r0, #0 in IT", t16, 0x2000, {9, 1, 2, 3}, C, {0, 1, 2, 3}, C, it_al},
        {"cmp r0, #5 in IT still compares", t16, 0x2805, {5, 1, 2, 3}, 0, {5, 1, 2, 3}, Z | C, it_al},
        {"addeq passes", t16, 0x1888, {9, 1, 2, 3}, Z, {3, 1, 2, 3}, Z, it_eq},
        {"addeq fails", t16, 0x1888, {9, 1, 2, 3}, 0, {9, 1, 2, 3}, 0, it_eq},
        {"muls r0, r1, r0 outside: N and Z",
         t16,
         0x4348,
         {0x10000, 0x8000, 2, 3},
         C | V,
         {0x80000000, 0x8000, 2, 3},
         N | C | V},
        {"mul r0, r1, r0 in IT", t16, 0x4348, {0x10000, 0x8000, 2, 3}, C, {0x80000000, 0x8000, 2, 3}, C, it_al},
    };
    check(cases);
}

TEST(DataProcessing, PcAsSource) {
    const DataPathCase cases[] = {
        {"mov r0, pc reads the instruction + 8", a32, 0xe1a0000f, {9, 1, 2, 3}, 0, {0x8008, 1, 2, 3}, 0},
        {"add r0, pc, #8 (ADR)", a32, 0xe28f0008, {9, 1, 2, 3}, 0, {0x8010, 1, 2, 3}, 0},
        {"sub r0, pc, #8 (ADR)", a32, 0xe24f0008, {9, 1, 2, 3}, 0, {0x8000, 1, 2, 3}, 0},
        {"add r0, pc (T16) reads + 4", t16, 0x4478, {1, 1, 2, 3}, 0, {0x8005, 1, 2, 3}, 0},
        {"adr r0, +12 (T16)", t16, 0xa003, {9, 1, 2, 3}, 0, {0x8010, 1, 2, 3}, 0},
        {"addw r0, pc, #12", t32, 0xf20f000c, {9, 1, 2, 3}, 0, {0x8010, 1, 2, 3}, 0},
        {"subw r0, pc, #12", t32, 0xf2af000c, {9, 1, 2, 3}, 0, {0x7ff8, 1, 2, 3}, 0},
    };
    check(cases);
}

TEST(DataProcessing, AdrAlignsThePcOfThumb) {
    Cpu cpu;
    cpu.s.r[15] = 0x8002;
    cpu.t16(0xa003);  // adr r0, Align(PC, 4) + 12
    EXPECT_EQ(cpu.s.r[0], 0x8004u + 12) << "PC is 0x8006, aligned down to a word";
}

TEST(DataProcessing, StackPointerArithmetic) {
    Cpu cpu;
    cpu.s.r[13] = 0x1000;
    cpu.t16(0xb07f);  // add sp, #508
    EXPECT_EQ(cpu.s.r[13], 0x1000u + 508) << "add sp, #508";
    cpu.t16(0xb0ff);  // sub sp, #508
    EXPECT_EQ(cpu.s.r[13], 0x1000u) << "sub sp, #508";
    cpu.t16(0xa8ff);  // add r0, sp, #1020
    EXPECT_EQ(cpu.s.r[0], 0x1000u + 1020) << "add r0, sp, #1020";
    cpu.s.r[0] = 4;
    cpu.t32(0xebad0dc0);  // sub.w sp, sp, r0, lsl #3
    EXPECT_EQ(cpu.s.r[13], 0x1000u - 32) << "sub.w sp, sp, r0, lsl #3";
    cpu.t32(0xea4f080d);  // mov.w r8, sp
    EXPECT_EQ(cpu.s.r[8], 0x1000u - 32) << "mov.w r8, sp";
}

TEST(DataProcessing, PcAsDestination) {
    Cpu cpu;
    cpu.s.r[14] = 0x9001;
    cpu.a32(0xe1a0f00e);  // mov pc, lr
    EXPECT_EQ(cpu.s.r[15], 0x9000u) << "mov pc, lr: interworks in A32";
    EXPECT_TRUE(cpu.s.thumb) << "bit 0 selects Thumb";
    EXPECT_EQ(cpu.block[0].cls, CostClass::branch_reg) << "priced as an indirect branch";
    EXPECT_TRUE(cpu.block[0].flags & op_ends_block) << "ends its block";

    cpu.s.r[14] = 0xa000;
    cpu.t16(0x46f7);  // mov pc, lr
    EXPECT_EQ(cpu.s.r[15], 0xa000u) << "mov pc, lr in T16";
    EXPECT_TRUE(cpu.s.thumb) << "Thumb's ALUWritePC doesn't interwork";

    cpu.s.r[15] = 0x8000;
    cpu.s.r[0] = 3;
    cpu.a32(0xe08ff100);  // add pc, pc, r0, lsl #2
    EXPECT_EQ(cpu.s.r[15], 0x8008u + 12) << "jump table";

    cpu.s.r[15] = 0x8000;
    cpu.s.r[0] = 0x11;
    cpu.t16(0x4487);  // add pc, r0
    EXPECT_EQ(cpu.s.r[15], 0x8014u) << "bit 0 of the sum is dropped";
}

TEST(DataProcessing, ConditionFailsToNothing) {
    Cpu cpu;
    cpu.s.set_nzcv(0);
    cpu.s.r[1] = 5;
    cpu.a32(0x00900001);  // addseq r0, r0, r1
    EXPECT_EQ(cpu.s.r[0], 0u) << "the destination is untouched";
    EXPECT_EQ(cpu.s.nzcv(), 0u) << "so are the flags";
    EXPECT_EQ(cpu.s.r[15], 0x8004u) << "execution goes on";
}

TEST(DataProcessing, ExceptionReturn) {
    for (const auto& [set, raw, what] :
         {std::tuple{a32, 0xe25ef004u, "subs pc, lr, #4"}, std::tuple{t32, 0xf3de8f04u, "subs pc, lr, #4 (T32)"}}) {
        SCOPED_TRACE(what);
        Cpu cpu(Mode::irq);
        cpu.s.r[14] = 0x9004;
        cpu.s.spsr() = u32(Mode::usr) | psr::C | psr::T;
        cpu.execute(set, raw);
        EXPECT_EQ(cpu.s.r[15], 0x9000u) << "return address less 4";
        EXPECT_EQ(cpu.s.mode(), Mode::usr) << "SPSR gives the mode";
        EXPECT_TRUE(cpu.s.thumb) << "SPSR gives the instruction set";
        EXPECT_TRUE(cpu.s.flag_c()) << "SPSR gives the flags";
        EXPECT_EQ(cpu.block[0].cls, CostClass::eret) << "cost class";
        ASSERT_EQ(cpu.env.returned.size(), 1u) << "the books are told";
    }
    Cpu sys(Mode::sys);
    sys.a32(0xe1b0f00e);  // movs pc, lr
    EXPECT_EQ(sys.s.mode(), Mode::und) << "System mode has no SPSR: UNPREDICTABLE, taken as UNDEFINED";
}

TEST(DataProcessing, Decode) {
    constexpr u8 first_of_two = 0xe4, only = 0xe8;
    const DecodeCase cases[] = {
        {"movs pc, lr at PL1", a32, 0xe1b0f00e, Decoded::ok},
        {"movs pc, lr in Hyp mode", a32, 0xe1b0f00e, Decoded::undefined, 0, Privilege::pl2},
        {"movs pc, lr in User mode", a32, 0xe1b0f00e, Decoded::unpredictable, 0, Privilege::pl0},
        {"subs pc, lr, #4 in Hyp mode (T32)", t32, 0xf3de8f04, Decoded::undefined, 0, Privilege::pl2},
        {"add r0, r1, r2, lsl pc", a32, 0xe0810f12, Decoded::unpredictable},
        {"cmp with Rd not zero", a32, 0xe1511002, Decoded::undefined},
        {"movw pc", a32, 0xe300f001, Decoded::unpredictable},
        {"and.w sp, r1, r2", t32, 0xea010d02, Decoded::unpredictable},
        {"and.w r0, sp, r2", t32, 0xea0d0002, Decoded::unpredictable},
        {"add.w r0, sp, #1", t32, 0xf10d0001, Decoded::ok},
        {"add.w sp, r0, #1", t32, 0xf1000d01, Decoded::unpredictable},
        {"sub.w sp, sp, r0, lsl #3", t32, 0xebad0dc0, Decoded::ok},
        {"sub.w sp, sp, r0, lsl #4", t32, 0xebad1d00, Decoded::unpredictable},
        {"mov.w sp, sp", t32, 0xea4f0d0d, Decoded::unpredictable},
        {"mov.w r0, #0x00000000 in a replicated form", t32, 0xf04f1000, Decoded::unpredictable},
        {"movs r0, r1 (T16) in IT", t16, 0x0008, Decoded::unpredictable, only},
        {"mov pc, lr not last in IT", t16, 0x46f7, Decoded::unpredictable, first_of_two},
        {"mov pc, lr last in IT", t16, 0x46f7, Decoded::ok, only},
        {"cmp r0, r1 in its high-register form", t16, 0x4508, Decoded::unpredictable},
        {"add pc, pc (T16)", t16, 0x44ff, Decoded::unpredictable},
    };
    check_decode(cases);
}

}  // namespace
}  // namespace vtoll::isa::test

// SPDX-License-Identifier: Apache-2.0
// Branches: targets, link register, change of instruction set, table branches. ARM DDI 0406C §A8.8.
#include "tests/unit/isa/data_path_case.hpp"

namespace vtoll::isa::test {
namespace {

using enum InstrSet;

struct Direct {
    const char* what;
    InstrSet set;
    u32 raw;
    u32 target;
    u32 link;  ///< expected LR, 0: untouched
};

TEST(Branch, DirectTargets) {
    const Direct cases[] = {
        {"b .+0x100", a32, 0xea00003e, 0x8100, 0},
        {"b .-0x2000000 + 8: the furthest back", a32, 0xea800000, 0xfe008008, 0},
        {"bl .+0x2000", a32, 0xeb0007fe, 0xa000, 0x8004},
        {"b .-4 (T16)", t16, 0xe7fc, 0x7ffc, 0},
        {"b.w .-0x100000", t32, 0xf6ffbffe, 0x8000u - 0x100000, 0},
        {"bl .+0x400000: J1 and J2 differ from S", t32, 0xf3fffffe, 0x408000, 0x8005},
    };
    for (const Direct& c : cases) {
        SCOPED_TRACE(c.what);
        Cpu cpu;
        cpu.s.r[14] = 0;
        cpu.execute(c.set, c.raw);
        EXPECT_EQ(cpu.decoded, Decoded::ok) << "valid";
        EXPECT_EQ(cpu.s.r[15], c.target) << "target, in hexadecimal " << std::hex << cpu.s.r[15];
        EXPECT_EQ(cpu.s.r[14], c.link) << "link register";
        EXPECT_EQ(cpu.s.thumb, c.set != a32) << "the instruction set stays";
        EXPECT_EQ(cpu.s.exit_op, &cpu.block[0]) << "a direct exit can be linked by the engine";
        EXPECT_EQ(cpu.block[0].imm, c.target) << "op.imm is the target";
        EXPECT_TRUE(cpu.block[0].flags & op_ends_block) << "ends its block";
    }
}

TEST(Branch, ExchangeByImmediate) {
    Cpu cpu;
    cpu.a32(0xfb0003fe);  // blx .+0x1002: H set
    EXPECT_EQ(cpu.s.r[15], 0x9002u) << "blx to Thumb: halfword target";
    EXPECT_TRUE(cpu.s.thumb) << "now Thumb";
    EXPECT_EQ(cpu.s.r[14], 0x8004u) << "link without the Thumb bit";
    cpu.s.r[15] = 0x8002;
    cpu.t32(0xf001e800);  // blx Align(PC, 4) + 0x1000
    EXPECT_EQ(cpu.s.r[15], 0x9004u) << "blx to A32: from the aligned PC";
    EXPECT_FALSE(cpu.s.thumb) << "now A32";
    EXPECT_EQ(cpu.s.r[14], 0x8007u) << "link with the Thumb bit";
}

TEST(Branch, EveryConditionAgainstTheManual) {
    for (unsigned cond = 0; cond < 14; ++cond)
        for (u32 nzcv = 0; nzcv < 16; ++nzcv) {
            const bool n = nzcv & 8, z = nzcv & 4, c = nzcv & 2, v = nzcv & 1;
            const bool passes[] = {z,  !z,      c,       !c,     n,      !n,           v,
                                   !v, c && !z, !c || z, n == v, n != v, !z && n == v, z || n != v};
            Cpu cpu;
            cpu.s.set_nzcv(nzcv << 28);
            cpu.a32((cond << 28) | 0x0a00003e);
            EXPECT_EQ(cpu.s.r[15], passes[cond] ? 0x8100u : 0x8004u) << "A32, condition " << cond << " NZCV " << nzcv;
            Cpu thumb;
            thumb.s.set_nzcv(nzcv << 28);
            thumb.t16(0xd07e | cond << 8);
            EXPECT_EQ(thumb.s.r[15], passes[cond] ? 0x8100u : 0x8002u) << "T16, condition " << cond << " NZCV " << nzcv;
        }
}

TEST(Branch, WideConditional) {
    Cpu cpu;
    cpu.s.set_nzcv(psr::Z);
    cpu.t32(0xf00f87fe);  // beq.w .+0x10000
    EXPECT_EQ(cpu.s.r[15], 0x18000u) << "imm6:imm11";
    cpu.s.r[15] = 0x8000;
    cpu.t32(0xf43fafff);  // beq.w .+4-2
    EXPECT_EQ(cpu.s.r[15], 0x8002u) << "S, J1 and J2 extend the sign";
}

TEST(Branch, InItBlockTakesItsCondition) {
    for (const bool z : {false, true}) {
        Cpu cpu;
        cpu.s.set_nzcv(z ? psr::Z : 0);
        cpu.s.itstate = 0x08;  // IT EQ, last
        cpu.t16(0xe07e);       // beq through the unconditional encoding
        EXPECT_EQ(cpu.s.r[15], z ? 0x8100u : 0x8002u) << "b in IT, Z is " << z;
    }
}

TEST(Branch, ByRegister) {
    Cpu cpu;
    cpu.s.r[1] = 0x9001;
    cpu.a32(0xe12fff11);  // bx r1
    EXPECT_EQ(cpu.s.r[15], 0x9000u) << "bx clears bit 0";
    EXPECT_TRUE(cpu.s.thumb) << "bx to Thumb";
    cpu.s.r[15] = 0x8002;
    cpu.t16(0x4778);  // bx pc
    EXPECT_EQ(cpu.s.r[15], 0x8004u) << "bx pc: to A32, PC is the instruction + 4, bit 1 ignored";
    EXPECT_FALSE(cpu.s.thumb) << "bx pc leaves Thumb";
    cpu.s.r[15] = 0x8000;
    cpu.s.r[14] = 0x9000;
    cpu.a32(0xe12fff3e);  // blx lr
    EXPECT_EQ(cpu.s.r[15], 0x9000u) << "blx lr reads LR before it writes it";
    EXPECT_EQ(cpu.s.r[14], 0x8004u) << "blx links";
    cpu.s.r[15] = 0x8000;
    cpu.s.r[1] = 0x9001;
    cpu.t16(0x4788);  // blx r1
    EXPECT_EQ(cpu.s.r[14], 0x8003u) << "blx (T16) links past two bytes, with the Thumb bit";
}

TEST(Branch, CompareWithZero) {
    for (const u32 value : {0u, 1u, 0x80000000u}) {
        Cpu cpu;
        cpu.s.r[0] = value;
        cpu.t16(0xb300);  // cbz r0, .+0x44
        EXPECT_EQ(cpu.s.r[15], value ? 0x8002u : 0x8044u) << "cbz of " << value;
        cpu.s.r[15] = 0x8000;
        cpu.t16(0xbb00);  // cbnz r0, .+0x44
        EXPECT_EQ(cpu.s.r[15], value ? 0x8044u : 0x8002u) << "cbnz of " << value;
    }
}

TEST(Branch, Tables) {
    Cpu cpu;
    cpu.env.memory[0x8007] = 0x81;
    cpu.s.r[0] = 3;
    cpu.t32(0xe8dff000);  // tbb [pc, r0]
    EXPECT_EQ(cpu.s.r[15], 0x8004u + 2 * 0x81) << "tbb: table after the instruction, bytes are unsigned";
    EXPECT_EQ(cpu.block[0].cls, CostClass::branch_load) << "cost class";
    cpu.s.r[15] = 0x8000;
    cpu.s.r[1] = 0x9000;
    cpu.s.r[2] = 2;
    cpu.env.set_word(0x9004, 0xffff8001);
    cpu.t32(0xe8d1f012);  // tbh [r1, r2, lsl #1]
    EXPECT_EQ(cpu.s.r[15], 0x8004u + 2 * 0x8001) << "tbh";
    cpu.s.r[15] = 0x8000;
    cpu.env.faults[0x9004] = {.kind = FaultKind::translation, .level = 2};
    cpu.t32(0xe8d1f012);
    EXPECT_EQ(cpu.s.mode(), Mode::abt) << "a table entry that can't be read aborts";
}

TEST(Branch, JazelleIsTrivialAndCanBeTrapped) {
    Cpu cpu;
    cpu.s.r[1] = 0x9001;
    cpu.a32(0xe12fff21);  // bxj r1
    EXPECT_EQ(cpu.s.r[15], 0x9000u) << "bxj as bx";
    EXPECT_TRUE(cpu.s.thumb) << "bxj to Thumb";
    for (const auto& [set, raw] : {std::pair{a32, 0xe12fff21u}, std::pair{t32, 0xf3c18f00u}}) {
        Cpu trapped;
        trapped.s.sys.hstr = hstr::TJDBX;
        trapped.execute(set, raw);
        EXPECT_EQ(trapped.s.mode(), Mode::hyp) << "HSTR.TJDBX";
        EXPECT_EQ(trapped.s.sys.hsr, 0x0au << 26 | 1u << 25 | 1u << 24 | 14u << 20 | 1) << "EC, IL, CV, COND, Rm";
        EXPECT_EQ(trapped.s.elr_hyp, 0x8000u) << "preferred return address: the instruction";
    }
    Cpu hyp(Mode::hyp);
    hyp.s.sys.hstr = hstr::TJDBX;
    hyp.s.r[1] = 0x9000;
    hyp.a32(0xe12fff21);
    EXPECT_EQ(hyp.s.r[15], 0x9000u) << "Hyp mode is not trapped";
}

TEST(Branch, Decode) {
    constexpr u8 first_of_two = 0xe4, only = 0xe8;
    const DecodeCase cases[] = {
        {"b{cond} (T16) in IT", t16, 0xd0fc, Decoded::unpredictable, only},
        {"b (T16) not last in IT", t16, 0xe7fc, Decoded::unpredictable, first_of_two},
        {"b (T16) last in IT", t16, 0xe7fc, Decoded::ok, only},
        {"b{cond}.w in IT", t32, 0xf00f87fe, Decoded::unpredictable, only},
        {"bl not last in IT", t32, 0xf3fffffe, Decoded::unpredictable, first_of_two},
        {"cbz in IT", t16, 0xb300, Decoded::unpredictable, only},
        {"tbb not last in IT", t32, 0xe8dff000, Decoded::unpredictable, first_of_two},
        {"tbb [sp, r0]", t32, 0xe8ddf000, Decoded::unpredictable},
        {"blx pc", a32, 0xe12fff3f, Decoded::unpredictable},
        {"bx with should-be-one bits clear", a32, 0xe1200011, Decoded::undefined},
    };
    check_decode(cases);
}

}  // namespace
}  // namespace vtoll::isa::test

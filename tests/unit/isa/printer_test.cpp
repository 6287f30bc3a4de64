// SPDX-License-Identifier: Apache-2.0
// Disassembly of one word of each shape of operand. The breadth is in capstone_test.cpp.
#include <gtest/gtest.h>

#include "isa/encodings/printer.hpp"

namespace vtoll::isa {

namespace {

std::string text(InstrSet set, u32 raw, u8 itstate = 0, Privilege pl = Privilege::pl1) {
    static const Features features;
    DecodeContext c;
    c.pc = 0x8000;
    c.privilege = pl;
    c.itstate = itstate;
    c.features = &features;
    return disassemble(set, raw, c);
}

struct Line {
    InstrSet set;
    u32 raw;
    const char* text;
};

constexpr Line lines[] = {
    {InstrSet::a32, 0xe2811001, "add r1, r1, #1"},
    {InstrSet::a32, 0x02911c01, "addseq r1, r1, #0x100"},
    {InstrSet::a32, 0xe1a00001, "mov r0, r1"},
    {InstrSet::a32, 0xe0810162, "add r0, r1, r2, ror #2"},
    {InstrSet::a32, 0xe0810062, "add r0, r1, r2, rrx"},
    {InstrSet::a32, 0xe0810312, "add r0, r1, r2, lsl r3"},
    {InstrSet::a32, 0xeafffffe, "b 0x8000"},
    {InstrSet::a32, 0xe5910000, "ldr r0, [r1]"},
    {InstrSet::a32, 0xe5110004, "ldr r0, [r1, #-4]"},
    {InstrSet::a32, 0xe5b10010, "ldr r0, [r1, #0x10]!"},
    {InstrSet::a32, 0xe4910004, "ldr r0, [r1], #4"},
    {InstrSet::a32, 0xe7910102, "ldr r0, [r1, r2, lsl #2]"},
    {InstrSet::a32, 0xe7110002, "ldr r0, [r1, -r2]"},
    {InstrSet::a32, 0xe1c100d8, "ldrd r0, r1, [r1, #8]"},
    {InstrSet::a32, 0xe8bd8010, "pop {r4, pc}"},
    {InstrSet::a32, 0xe8f8800f, "ldm r8!, {r0, r1, r2, r3, pc}^"},
    {InstrSet::a32, 0xe7c7011f, "bfc r0, #2, #6"},
    {InstrSet::a32, 0xe6ef1470, "uxtb r1, r0, ror #8"},
    {InstrSet::a32, 0xe10f0000, "mrs r0, apsr"},
    {InstrSet::a32, 0xe129f000, "msr cpsr_fc, r0"},
    {InstrSet::a32, 0xe10e0300, "mrs r0, elr_hyp"},
    {InstrSet::a32, 0xe162f300, "msr spsr_svc, r0"},
    {InstrSet::a32, 0xf10c0080, "cpsid i"},
    {InstrSet::a32, 0xf1020013, "cps #0x13"},
    {InstrSet::a32, 0xf96d0513, "srsdb sp!, #0x13"},
    {InstrSet::a32, 0xf57ff05b, "dmb ish"},
    {InstrSet::a32, 0xee110f10, "mrc p15, #0, r0, c1, c0, #0"},
    {InstrSet::a32, 0xee070f15, "mcr p15, #0, r0, c7, c5, #0"},
    {InstrSet::a32, 0xe1400071, "hvc #1"},
    {InstrSet::a32, 0xe160006e, "eret"},
    {InstrSet::a32, 0xed910b02, "vldr d0, [r1, #8]"},
    {InstrSet::a32, 0xecb10a02, "vldmia r1!, {s0, s1}"},
    {InstrSet::a32, 0xec510a10, "vmov r0, r1, s0, s1"},
    {InstrSet::t16, 0x1c48, "adds r0, r1, #1"},
    {InstrSet::t16, 0xbf14, "ite ne"},
    {InstrSet::t16, 0xbf01, "itttt eq"},
    {InstrSet::t16, 0xc903, "ldm r1, {r0, r1}"},
    {InstrSet::t16, 0xc901, "ldm r1!, {r0}"},
    {InstrSet::t16, 0xb510, "push {r4, lr}"},
    {InstrSet::t16, 0xd0fe, "beq 0x8000"},
    {InstrSet::t16, 0xb108, "cbz r0, 0x8006"},
    {InstrSet::t32, 0xf1010001, "add.w r0, r1, #1"},
    {InstrSet::t32, 0xf2410234, "movw r2, #0x1034"},
    {InstrSet::t32, 0xe8d1f012, "tbh [r1, r2, lsl #1]"},
    {InstrSet::t32, 0xf3af8000, "nop.w"},
    {InstrSet::t32, 0xf8510c04, "ldr.w r0, [r1, #-4]"},
    // No instruction of these processors
    {InstrSet::a32, 0xffffffff, ".word 0xffffffff"},
    {InstrSet::t16, 0xb0ff, "sub sp, #0x1fc"},
    {InstrSet::t16, 0xb800, ".short 0xb800"},
    {InstrSet::t32, 0xffffffff, ".word 0xffffffff"},
};

TEST(Printer, prints_what_an_assembler_reads) {
    for (const Line& l : lines) EXPECT_EQ(text(l.set, l.raw), l.text) << "word " << std::hex << l.raw;
}

TEST(Printer, it_block_gives_the_condition_and_takes_the_s) {
    EXPECT_EQ(text(InstrSet::t16, 0x1c48, 0x18), "addne r0, r1, #1") << "16-bit data processing sets no flags there";
    EXPECT_EQ(text(InstrSet::t32, 0xf1110001, 0x08), "addseq.w r0, r1, #1") << "the 32-bit form says S itself";
}

TEST(Printer, shows_privileged_instructions_to_anyone) {
    EXPECT_EQ(text(InstrSet::a32, 0xf1020013, 0, Privilege::pl0), "cps #0x13") << "a listing is not an execution";
    EXPECT_EQ(text(InstrSet::a32, 0xe160006e, 0, Privilege::pl0), "eret") << "ERET is defined in Hyp mode";
}

}  // namespace

}  // namespace vtoll::isa

// SPDX-License-Identifier: Apache-2.0
// What instructions are said to do besides reading and writing registers: isa/encodings/roles.hpp.
#include <gtest/gtest.h>

#include "isa/encodings/encoding.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::isa::test {
namespace {

constexpr InstrSet a32 = InstrSet::a32, t16 = InstrSet::t16, t32 = InstrSet::t32;

Decoding decoded(InstrSet set, u32 raw, Privilege pl = Privilege::pl1, u8 itstate = 0) {
    static const Features features;
    Decoding d;
    EXPECT_EQ(decode(set, raw, {0x8000, pl, itstate, &features}, d), Decoded::ok) << std::hex << raw;
    return d;
}

TEST(Properties, WhatABranchIsTakenFor) {
    using enum BranchKind;
    const struct {
        const char* what;
        InstrSet set;
        u32 raw;
        BranchKind kind;
        u8 itstate = 0;
    } cases[] = {
        {"b", a32, 0xeafffffe, direct},
        {"beq", a32, 0x0afffffe, conditional},
        {"b in an IT block", t16, 0xe7fe, conditional, 0x08},
        {"cbz r0", t16, 0xb100, conditional},
        {"bl", a32, 0xebfffffe, call},
        {"bl", t32, 0xf7fffffe, call},
        {"blx label", a32, 0xfafffffe, call},
        {"blx r3", a32, 0xe12fff33, indirect_call},
        {"blx lr: a call all the same", t16, 0x47f0, indirect_call},
        {"bx lr", a32, 0xe12fff1e, ret},
        {"bxne lr", a32, 0x112fff1e, conditional_ret},
        {"bx lr in an IT block", t16, 0x4770, conditional_ret, 0x08},
        {"bx r3", t16, 0x4718, indirect},
        {"bxj lr", a32, 0xe12fff2e, ret},
        {"mov pc, lr", a32, 0xe1a0f00e, ret},
        {"mov pc, r3", t16, 0x469f, indirect},
        {"add pc, pc, r0, lsl #2", a32, 0xe08ff100, indirect},
        {"pop {r4, pc}: aux is not a return address", a32, 0xe8bd8010, ret},
        {"popeq {r4, pc}", a32, 0x08bd8010, conditional_ret},
        {"pop {r4, pc}", t16, 0xbd10, ret},
        {"pop {pc}", a32, 0xe49df004, ret},
        {"pop.w {r4, r8, pc}", t32, 0xe8bd8110, ret},
        {"ldm r3, {r4, pc}", a32, 0xe8938010, indirect},
        {"ldr pc, [r3]", a32, 0xe593f000, indirect},
        {"ldr pc, [pc, #4]", a32, 0xe59ff004, indirect},
        {"tbb [pc, r0]", t32, 0xe8dff000, indirect},
        {"add r0, r0, #1", a32, 0xe2800001, none},
        {"movs pc, lr: an exception return", a32, 0xe1b0f00e, none},
        {"svc", a32, 0xef000000, none},
    };
    for (const auto& c : cases)
        EXPECT_EQ(decoded(c.set, c.raw, Privilege::pl1, c.itstate).properties.branch, c.kind) << c.what;
}

TEST(Properties, WhatOfTheProcessorIsSet) {
    using enum Sets;
    const struct {
        const char* what;
        InstrSet set;
        u32 raw;
        Sets sets;
    } cases[] = {
        {"mcr p15, 0, r0, c1, c0, 0", a32, 0xee010f10, system_register},
        {"mcrr p15, 0, r0, r1, c2", t32, 0xec410f02, system_register},
        {"mrc p15, 0, r0, c1, c0, 0", a32, 0xee110f10, nothing},
        {"msr cpsr_c, r0", a32, 0xe121f000, cpsr},
        {"msr cpsr_f, r0: flags alone", a32, 0xe128f000, nothing},
        {"msr spsr_fsxc, r0", a32, 0xe16ff000, spsr},
        {"msr sp_usr, r0", a32, 0xe125f200, banked_register},
        {"mrs r0, sp_usr", a32, 0xe1050200, nothing},
        {"mrs r0, cpsr", a32, 0xe10f0000, nothing},
        {"cpsid i", a32, 0xf10c0080, cpsr},
        {"setend be", t16, 0xb658, cpsr},
        {"vmsr fpscr, r0", a32, 0xeee10a10, vfp_register},
        {"vmrs r0, fpscr", a32, 0xeef10a10, nothing},
        {"add r0, r0, #1", a32, 0xe2800001, nothing},
    };
    for (const auto& c : cases) EXPECT_EQ(decoded(c.set, c.raw).properties.sets, c.sets) << c.what;
    EXPECT_EQ(decoded(a32, 0xee010f10).properties.sysreg, find_sysreg(cp15(1, 0, 0, 0))) << "SCTLR";
    EXPECT_EQ(decoded(a32, 0xee110f10).properties.sysreg, find_sysreg(cp15(1, 0, 0, 0))) << "SCTLR, read";
    EXPECT_EQ(decoded(a32, 0xe2800001).properties.sysreg, nullptr) << "no register is named";
}

TEST(Properties, HintsCallsAndIt) {
    EXPECT_EQ(decoded(a32, 0xe320f003).properties.hint, Hint::wait_for_interrupt) << "wfi";
    EXPECT_EQ(decoded(t16, 0xbf20).properties.hint, Hint::wait_for_event) << "wfe";
    EXPECT_EQ(decoded(t32, 0xf3af80f5).properties.hint, Hint::marker) << "dbg #5";
    EXPECT_EQ(decoded(t32, 0xf3af80f5).imm, 5u) << "its number";
    EXPECT_EQ(decoded(a32, 0xe320f000).properties.hint, Hint::none) << "nop";
    EXPECT_EQ(decoded(t16, 0xdf00).properties.call, Call::svc) << "svc";
    EXPECT_EQ(decoded(a32, 0xe1400070).properties.call, Call::hvc) << "hvc";
    EXPECT_EQ(decoded(a32, 0xe1600070).properties.call, Call::smc) << "smc";
    EXPECT_EQ(decoded(t16, 0xbf08).properties.itstate, 0x08) << "it eq";
    EXPECT_EQ(itstate_after(0, decoded(t16, 0xbf14).properties), 0x14) << "ite ne begins a block";
    EXPECT_EQ(itstate_after(0x14, decoded(t16, 0x3001, Privilege::pl1, 0x14).properties), 0x08) << "and goes on";
    EXPECT_EQ(decoded(t16, 0xbf00).properties.itstate, 0) << "nop is no IT";
}

TEST(Properties, WhatIsUndefinedHasNone) {
    Decoding d;
    static const Features features;
    EXPECT_EQ(decode(a32, 0xe7f000f0 | 1u << 28, {0x8000, Privilege::pl1, 0, &features}, d), Decoded::undefined);
    EXPECT_EQ(decode(a32, 0xee010f10, {0x8000, Privilege::pl1, 0, &features}, d), Decoded::ok) << "mcr at PL1";
    EXPECT_EQ(d.properties.sets, Sets::system_register) << "mcr at PL1";
    EXPECT_EQ(decode(a32, 0xee010f10, {0x8000, Privilege::pl0, 0, &features}, d), Decoded::ok)
        << "trapped or UNDEFINED";
    EXPECT_EQ(d.properties.sets, Sets::nothing) << "mcr at PL0 sets nothing";
    EXPECT_EQ(d.roles.reads(), 0u) << "and reads nothing";
}

}  // namespace
}  // namespace vtoll::isa::test

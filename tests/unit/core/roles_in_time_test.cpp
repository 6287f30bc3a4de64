// SPDX-License-Identifier: Apache-2.0
// The same chain of dependent instructions costs the same in A32, T32 and T16, on every core: what an instruction reads
// and writes does not depend on how it is encoded.
#include <gtest/gtest.h>

#include "core/timing/pricing.hpp"
#include "core/timing/scheduler.hpp"
#include "isa/features.hpp"

namespace vtoll::core {
namespace {

using isa::InstrSet;

constexpr const char* cores[] = {"cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15"};

const CoreProfile& profile(const std::string& name) {
    static std::map<std::string, Pricing> loaded;
    if (!loaded.contains(name)) loaded[name] = pricing_for(name);
    return *loaded[name].core;
}

/// A loop body in each instruction set; empty where there is no such instruction.
struct Chain {
    const char* what;
    std::vector<u32> a32, t32, t16;
};

/// The words of a Thumb chain are narrow or wide by their value.
InstrSet set_of(u32 raw, bool thumb) { return !thumb ? InstrSet::a32 : raw > 0xffff ? InstrSet::t32 : InstrSet::t16; }

/// Cycles that one more run through the body adds.
double price(const char* core, const std::vector<u32>& raws, bool thumb) {
    static const isa::Features features;
    std::vector<Scheduled> block;
    for (unsigned copy = 0; copy < 8; ++copy)
        for (u32 raw : raws) {
            const isa::DecodeContext context{
                .pc = 0x1000, .privilege = isa::Privilege::pl1, .itstate = 0, .features = &features};
            isa::Decoding d;
            EXPECT_EQ(isa::decode(set_of(raw, thumb), raw, context, d), isa::Decoded::ok) << std::hex << raw;
            block.push_back(scheduled(d));
        }
    std::vector<u16> costs(block.size());
    return double(price_block(profile(core), block, costs).total) / BlockPrice::scale / 8;
}

// clang-format off
const Chain chains[] = {
    {"adds r0, #1", {0xe2900001}, {0xf1100001}, {0x3001}},
    {"subs r0, #1", {0xe2500001}, {0xf1b00001}, {0x3801}},
    {"adds r0, r1, #7; adds r1, r0, #7", {0xe2910007, 0xe2901007}, {0xf1110007, 0xf1100107}, {0x1dc8, 0x1dc1}},
    {"subs r0, r1, #7; subs r1, r0, #7", {0xe2510007, 0xe2501007}, {0xf1b10007, 0xf1b00107}, {0x1fc8, 0x1fc1}},
    {"adds r0, r0, r1", {0xe0900001}, {0xeb100001}, {0x1840}},
    {"subs r0, r0, r1", {0xe0500001}, {0xebb00001}, {0x1a40}},
    {"ands r0, r0, r1", {0xe0100001}, {0xea100001}, {0x4008}},
    {"eors r0, r0, r1", {0xe0300001}, {0xea900001}, {0x4048}},
    {"lsls r0, r0, r1", {0xe1b00110}, {0xfa10f001}, {0x4088}},
    {"lsrs r0, r0, r1", {0xe1b00130}, {0xfa30f001}, {0x40c8}},
    {"asrs r0, r0, r1", {0xe1b00150}, {0xfa50f001}, {0x4108}},
    {"adcs r0, r0, r1", {0xe0b00001}, {0xeb500001}, {0x4148}},
    {"sbcs r0, r0, r1", {0xe0d00001}, {0xeb700001}, {0x4188}},
    {"rors r0, r0, r1", {0xe1b00170}, {0xfa70f001}, {0x41c8}},
    {"orrs r0, r0, r1", {0xe1900001}, {0xea500001}, {0x4308}},
    {"bics r0, r0, r1", {0xe1d00001}, {0xea300001}, {0x4388}},
    {"rsbs r0, r0, #0", {0xe2700000}, {0xf1d00000}, {0x4240}},
    {"mvns r0, r0", {0xe1f00000}, {0xea7f0000}, {0x43c0}},
    {"lsls r0, r0, #2", {0xe1b00100}, {0xea5f0080}, {0x0080}},
    {"lsrs r0, r0, #2", {0xe1b00120}, {0xea5f0090}, {0x0880}},
    {"asrs r0, r0, #2", {0xe1b00140}, {0xea5f00a0}, {0x1080}},
    {"muls r0, r1, r0", {0xe0100091}, {0xfb01f000}, {0x4348}},
    {"movs r1, r0; movs r0, r1", {0xe1b01000, 0xe1b00001}, {0xea5f0100, 0xea5f0001}, {0x0001, 0x0008}},
    {"mov r8, r0; mov r0, r8", {0xe1a08000, 0xe1a00008}, {0xea4f0800, 0xea4f0008}, {0x4680, 0x4640}},
    {"add r0, r0, r8", {0xe0800008}, {0xeb000008}, {0x4440}},
    {"add r8, r8, r0", {0xe0888000}, {0xeb080800}, {0x4480}},
    {"cmp r0, r1; sbcs r0, r0, r0", {0xe1500001, 0xe0d00000}, {0xebb00f01, 0xeb700000}, {0x4288, 0x4180}},
    {"tst r0, r1; adcs r0, r0, r0", {0xe1100001, 0xe0b00000}, {0xea100f01, 0xeb500000}, {0x4208, 0x4140}},
    {"cmn r0, r1; adcs r0, r0, r0", {0xe1700001, 0xe0b00000}, {0xeb100f01, 0xeb500000}, {0x42c8, 0x4140}},
    {"cmp r0, #3; sbcs r0, r0, r0", {0xe3500003, 0xe0d00000}, {0xf1b00f03, 0xeb700000}, {0x2803, 0x4180}},
    {"cmp r8, r0; sbcs r0, r0, r0", {0xe1580000, 0xe0d00000}, {0xebb80f00, 0xeb700000}, {0x4580, 0x4180}},
    {"sxth r0, r0", {0xe6bf0070}, {0xfa0ff080}, {0xb200}},
    {"sxtb r0, r0", {0xe6af0070}, {0xfa4ff080}, {0xb240}},
    {"uxth r0, r0", {0xe6ff0070}, {0xfa1ff080}, {0xb280}},
    {"uxtb r0, r0", {0xe6ef0070}, {0xfa5ff080}, {0xb2c0}},
    {"rev r0, r0", {0xe6bf0f30}, {0xfa90f080}, {0xba00}},
    {"rev16 r0, r0", {0xe6bf0fb0}, {0xfa90f090}, {0xba40}},
    {"revsh r0, r0", {0xe6ff0fb0}, {0xfa90f0b0}, {0xbac0}},
    {"add sp, sp, #8", {0xe28dd008}, {0xf10d0d08}, {0xb002}},
    {"sub sp, sp, #8", {0xe24dd008}, {0xf1ad0d08}, {0xb082}},
    {"add r0, sp, #8; mov sp, r0", {0xe28d0008, 0xe1a0d000}, {0xf10d0008, 0xea4f0d00}, {0xa802, 0x4685}},
    {"lsls r0, r1, #2; ldr r0, [r2]", {0xe1b00101, 0xe5920000}, {0xea5f0081, 0xf8d20000}, {0x0088, 0x6810}},
    {"adds r0, r1, r2; ldr r0, [r3]", {0xe0910002, 0xe5930000}, {0xeb110002, 0xf8d30000}, {0x1888, 0x6818}},
    {"mvns r0, r1; ldr r0, [r3]", {0xe1f00001, 0xe5930000}, {0xea7f0001, 0xf8d30000}, {0x43c8, 0x6818}},
    {"ldr r0, [r0]", {0xe5900000}, {0xf8d00000}, {0x6800}},
    {"ldr r0, [r0, #4]", {0xe5900004}, {0xf8d00004}, {0x6840}},
    {"ldr r0, [r0, r1]", {0xe7900001}, {0xf8500001}, {0x5840}},
    {"ldrb r0, [r0]", {0xe5d00000}, {0xf8900000}, {0x7800}},
    {"ldrh r0, [r0, r1]", {0xe19000b1}, {0xf8300001}, {0x5a40}},
    {"ldrsb r0, [r0, r1]", {0xe19000d1}, {0xf9100001}, {0x5640}},
    {"ldrsh r0, [r0, r1]", {0xe19000f1}, {0xf9300001}, {0x5e40}},
    {"ldr r0, [sp, #8]; mov sp, r0", {0xe59d0008, 0xe1a0d000}, {0xf8dd0008, 0xea4f0d00}, {0x9802, 0x4685}},
    {"str r0, [r1]; adds r1, r1, r0", {0xe5810000, 0xe0911000}, {0xf8c10000, 0xeb110100}, {0x6008, 0x1809}},
    {"str r0, [sp, #4]; add sp, sp, #8", {0xe58d0004, 0xe28dd008}, {0xf8cd0004, 0xf10d0d08}, {0x9001, 0xb002}},
    {"strb r0, [r0, r1]; adds r0, #1", {0xe7c00001, 0xe2900001}, {0xf8000001, 0xf1100001}, {0x5440, 0x3001}},
    {"ldm r1!, {r2, r3}; adds r1, r1, r2", {0xe8b1000c, 0xe0911002}, {0xe8b1000c, 0xeb110102}, {0xc90c, 0x1889}},
    {"ldm r1!, {r2, r3}; adds r1, r1, r3", {0xe8b1000c, 0xe0911003}, {0xe8b1000c, 0xeb110103}, {0xc90c, 0x18c9}},
    {"ldm r1, {r1, r2, r3}; adds r1, r1, r3", {0xe891000e, 0xe0911003}, {0xe891000e, 0xeb110103}, {0xc90e, 0x18c9}},
    {"ldm r1!, {r2, r3}", {0xe8b1000c}, {0xe8b1000c}, {0xc90c}},
    {"stm r1!, {r2, r3}", {0xe8a1000c}, {0xe8a1000c}, {0xc10c}},
    {"stm r1!, {r2, r3}; adds r3, #1", {0xe8a1000c, 0xe2933001}, {0xe8a1000c, 0xf1130301}, {0xc10c, 0x3301}},
    {"pop {r2, r3}; mov sp, r2", {0xe8bd000c, 0xe1a0d002}, {0xe8bd000c, 0xea4f0d02}, {0xbc0c, 0x4695}},
    {"pop {r2, r3}; mov sp, r3", {0xe8bd000c, 0xe1a0d003}, {0xe8bd000c, 0xea4f0d03}, {0xbc0c, 0x469d}},
    {"pop {r2, r3}", {0xe8bd000c}, {0xe8bd000c}, {0xbc0c}},
    {"push {r2, r3}", {0xe92d000c}, {0xe92d000c}, {0xb40c}},
    {"push {r2, lr}; mov lr, r2", {0xe92d4004, 0xe1a0e002}, {0xe92d4004, 0xea4f0e02}, {0xb504, 0x4696}},
    {"push {r2, r3}; pop {r2, r3}", {0xe92d000c, 0xe8bd000c}, {0xe92d000c, 0xe8bd000c}, {0xb40c, 0xbc0c}},
    {"ldrd r2, r3, [r1]; add r1, r1, r2", {0xe1c120d0, 0xe0811002}, {0xe9d12300, 0xeb010102}, {}},
    {"ldrd r2, r3, [r1]; add r1, r1, r3", {0xe1c120d0, 0xe0811003}, {0xe9d12300, 0xeb010103}, {}},
    {"ldrd r2, r3, [r1, #8]!", {0xe1e120d8}, {0xe9f12302}, {}},
    {"strd r2, r3, [r1, #8]!", {0xe1e120f8}, {0xe9e12302}, {}},
    {"strd r2, r3, [r1], #8; add r3, r3, #1", {0xe0c120f8, 0xe2833001}, {0xe8e12302, 0xf1030301}, {}},
    {"and r0, r1, r0, lsl #3", {0xe0010180}, {0xea0100c0}, {}},
    {"add r0, r0, r1, lsl #3", {0xe0800181}, {0xeb0000c1}, {}},
    {"mla r0, r1, r2, r0", {0xe0200291}, {0xfb010002}, {}},
    {"mla r0, r0, r1, r2", {0xe0202190}, {0xfb002001}, {}},
    {"umlal r0, r1, r2, r3", {0xe0a10392}, {0xfbe20103}, {}},
    {"smlabb r0, r1, r2, r0", {0xe1000281}, {0xfb110002}, {}},
    {"smull r0, r1, r0, r2", {0xe0c10290}, {0xfb800102}, {}},
    {"movw r0, #5; movt r0, #5", {0xe3000005, 0xe3400005}, {0xf2400005, 0xf2c00005}, {}},
    {"movt r0, #5", {0xe3400005}, {0xf2c00005}, {}},
    {"bfi r0, r1, #3, #4", {0xe7c60191}, {0xf36100c6}, {}},
    {"ubfx r0, r0, #3, #4", {0xe7e301d0}, {0xf3c000c3}, {}},
    {"sdiv r0, r0, r1", {0xe710f110}, {0xfb90f0f1}, {}},
    {"qadd r0, r0, r1", {0xe1010050}, {0xfa81f080}, {}},
    {"sadd8 r0, r0, r1; sel r0, r0, r1", {0xe6100f91, 0xe6800fb1}, {0xfa80f001, 0xfaa0f081}, {}},
    {"usada8 r0, r1, r2, r0", {0xe7800211}, {0xfb710002}, {}},
    {"ldr r2, [r0], #4", {0xe4902004}, {0xf8502b04}, {}},
    {"str r2, [r0, #4]!", {0xe5a02004}, {0xf8402f04}, {}},
    {"ldrex r0, [r0]", {0xe1900f9f}, {0xe8500f00}, {}},
    {"strex r0, r1, [r2]; add r2, r2, r0", {0xe1820f91, 0xe0822000}, {0xe8421000, 0xeb020200}, {}},
    {"vmov s0, r0; vmov r0, s0", {0xee000a10, 0xee100a10}, {0xee000a10, 0xee100a10}, {}},
    {"vcmp.f32 s0, s1; vmrs apsr_nzcv, fpscr; adc r0, r0, r0", {0xeeb40a60, 0xeef1fa10, 0xe0a00000}, {0xeeb40a60, 0xeef1fa10, 0xeb400000}, {}},
    {"vadd.f32 s0, s0, s1", {0xee300a20}, {0xee300a20}, {}},
    {"vmla.f64 d0, d1, d2", {0xee010b02}, {0xee010b02}, {}},
    {"vldr d0, [r0]; vmov r0, r1, d0", {0xed900b00, 0xec510b10}, {0xed900b00, 0xec510b10}, {}},
    {"vldmia r0!, {d0, d1}", {0xecb00b04}, {0xecb00b04}, {}},
    {"vpush {d0}; vpop {d0}", {0xed2d0b02, 0xecbd0b02}, {0xed2d0b02, 0xecbd0b02}, {}},
    {"vadd.i32 q0, q0, q1", {0xf2200842}, {0xef200842}, {}},
    {"vmla.i32 d0, d1, d2", {0xf2210902}, {0xef210902}, {}},
    {"vld1.32 {d0}, [r0]!", {0xf420078d}, {0xf920078d}, {}},
    {"mrs r0, cpsr; msr cpsr_f, r0", {0xe10f0000, 0xe128f000}, {0xf3ef8000, 0xf3808800}, {}},
    {"bl lab", {0xebffffff}, {0xf000f800}, {}},
    {"add lr, lr, #1; bl lab", {0xe28ee001, 0xebffffff}, {0xf10e0e01, 0xf000f800}, {}},
};
// clang-format on

TEST(RolesInTime, AChainCostsTheSameInEveryInstructionSet) {
    for (const Chain& c : chains)
        for (const char* core : cores) {
            const double a32 = price(core, c.a32, false);
            EXPECT_EQ(price(core, c.t32, true), a32) << core << ": " << c.what << ", T32 for A32";
            if (c.t16.empty()) continue;
            EXPECT_EQ(price(core, c.t16, true), a32) << core << ": " << c.what << ", T16 for A32";
        }
}

// No core issues more than one instruction of a chain in a cycle.
TEST(RolesInTime, AChainOfAdditionsIsNoFasterThanOneACycle) {
    for (const char* core : cores) {
        EXPECT_GE(price(core, {0xe2800001}, false), 1) << core << ": add r0, r0, #1";
        EXPECT_GE(price(core, {0xf1000001}, true), 1) << core << ": add.w r0, r0, #1";
        EXPECT_GE(price(core, {0x3001}, true), 1) << core << ": adds r0, #1";
    }
}

TEST(RolesInTime, LoadsOfSeveralRegistersAreWaitedForEachOfThem) {
    for (const char* core : cores) {
        const double one = price(core, {0xe5912000, 0xe0811002}, false);  // ldr r2, [r1]; add r1, r1, r2
        // ldm r1, {r2, r3}, ldrd r2, r3, [r1], then add r1, r1, r2 or r3
        for (const u32 load : {0xe891000cu, 0xe1c120d0u})
            for (const u32 add : {0xe0811002u, 0xe0811003u})
                EXPECT_GE(price(core, {load, add}, false), one) << core << ": " << std::hex << load << " " << add;
    }
}

TEST(RolesInTime, WhatIsNotReadIsNotWaitedFor) {
    for (const char* core : cores) {
        const double load = price(core, {0x6810}, true);                // ldr r0, [r2]
        const double then_shift = price(core, {0x0088, 0x6810}, true);  // lsls r0, r1, #2; ldr r0, [r2]
        EXPECT_LE(then_shift, load + 1) << core << ": lsls r0, r1, #2 waits for r0";
    }
}

TEST(RolesInTime, CompareAndBranchReadsItsRegister) {
    for (const char* core : {"cortex-a7", "cortex-a8"}) {
        const double without = price(core, {0x6810, 0xb101}, true);  // ldr r0, [r2]; cbz r1
        const double with = price(core, {0x6810, 0xb100}, true);     // ldr r0, [r2]; cbz r0
        EXPECT_GT(with, without) << core << ": cbz r0 does not wait for the load of r0";
    }
}

// On the Cortex-A7 the multiplier is busy for as long as the chain takes.
TEST(RolesInTime, CallWritesTheLinkRegister) {
    for (const char* core : {"cortex-a8", "cortex-a9", "cortex-a15"}) {
        const double broken = price(core, {0xe00e019e, 0xebfffffe}, false);  // mul lr, lr, r1; bl
        const double chain = price(core, {0xe00e019e, 0xeafffffe}, false);   // mul lr, lr, r1; b
        EXPECT_LT(broken, chain) << core << ": the chain through lr ends at the call";
    }
}

}  // namespace
}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// PLD, PLDW and PLI that guest code executes, and data accesses under every core profile with L0 and without.
#include <gtest/gtest.h>

#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core::test {
namespace {

constexpr u32 branch_self = 0xeafffffe;

struct Program : SmallMachine {
    Program(const std::string& rung, bool shortcuts, const std::vector<u32>& code)
        : SmallMachine(pricing_for(rung), shortcuts) {
        load(mmu_on);
        u32 at = behind_mmu_on;
        for (const u32 word : {0xe3a00101u, 0xe3800701u}) write(at, {word}), at += 4;  // r0 = 0x40040000
        for (const u32 word : code) write(at, {word}), at += 4;
    }
    /// Ticks until the last instruction is reached the first time.
    u64 ticks_of(u64 instructions) {
        cpu.set_instruction_limit(instructions);
        cpu.run(never);
        return cpu.now();
    }
};

/// The 256 lines from r0 on are read, behind `hint` on each of them.
std::vector<u32> reads_behind(u32 hint) {
    return {0xe1a01000, 0xe3a02c01, hint,       0xe2811040, 0xe2522001, 0x1afffffb,  // 256 times: hint; ADD r1, r1, #64
            0xe1a01000, 0xe3a02c01, 0xe4913040, 0xe2522001, 0x1afffffc,              // 256 times: LDR r3, [r1], #64
            branch_self};
}
constexpr u32 nop = 0xe320f000, pld = 0xf5d1f000, pldw = 0xf591f000;
constexpr u64 all = 14 + 2 + 2 + 4 * 256 + 2 + 3 * 256;

TEST(Hints, LinesSentForAheadAreReadSooner) {
    for (const char* rung : {"cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15"}) {
        const u64 without = Program(rung, true, reads_behind(nop)).ticks_of(all);
        for (const u32 hint : {pld, pldw}) {
            const u64 with = Program(rung, true, reads_behind(hint)).ticks_of(all);
            EXPECT_LT(with, without) << rung << ", hint " << std::hex << hint;
            EXPECT_EQ(Program(rung, false, reads_behind(hint)).ticks_of(all), with) << rung << ": without shortcuts";
        }
    }
}

TEST(Hints, OnRungsWithoutACoreTheyAreInstructions) {
    for (const char* rung : {"functional", "weights"})
        EXPECT_EQ(Program(rung, true, reads_behind(pld)).ticks_of(all),
                  Program(rung, true, reads_behind(nop)).ticks_of(all))
            << rung;
}

TEST(Hints, NothingHappensWhereNothingIsMapped) {
    // MOV r1, #0x50000000; PLD, PLDW, PLI [r1]; PLD of a device; MOV r3, #9; B .
    Program m("cortex-a15", true, {0xe3a01205, pld, pldw, 0xf4d1f000, 0xf5d7f000, 0xe3a03009, branch_self});
    unsigned accesses = 0;
    m.on_device = [&](u64, bool) { ++accesses; };
    m.cpu.run(100'000);
    EXPECT_EQ(m.r(3), 9u) << "no abort";
    EXPECT_EQ(m.cpu.state().mode(), isa::Mode::svc) << "no exception at all";
    EXPECT_EQ(accesses, 0u) << "a hint reads no device";
}

/// r2 times at random: LDR, STR, LDR within 128 KiB and 4 KiB, PLD.
TEST(Hints, L0ChangesNoTimeUnderRandomAccesses) {
    for (const u32 seed : {1u, 77u, 4'711u})
        for (const std::string& rung : shipped_profiles()) {
            const std::vector<u32> code = {0xe3048e6d, 0xe34481c6, 0xe3039039, 0xe3a04000 | (seed & 0xff),
                                           0xe3a02901, 0xe0249894, 0xe7f054d4, 0xe3c55003,
                                           0xe7903005, 0xe7eb66d4, 0xe3c66003, 0xe7803006,
                                           0xe7907006, 0xf7d0f7a4, 0xe2522001, 0x1afffff4,
                                           branch_self};
            Program with(rung, true, code), without(rung, false, code);
            constexpr u64 some = 60'000;
            const u64 expected = without.ticks_of(some);
            EXPECT_EQ(with.ticks_of(some), expected) << rung << ", seed " << seed << ": ticks";
            EXPECT_EQ(with.cpu.instructions(), without.cpu.instructions()) << rung << ", seed " << seed;
        }
}

}  // namespace
}  // namespace vtoll::core::test

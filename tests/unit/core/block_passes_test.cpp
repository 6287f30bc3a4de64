// SPDX-License-Identifier: Apache-2.0
// The passes that make a block.
#include <gtest/gtest.h>

#include <vector>

#include "core/cpu/hooks/driver.hpp"
#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core::test {
namespace {

constexpr u32 at = SmallMachine::code;

template <class Unit>
BlockDraft draft_of(const std::vector<Unit>& code, const BlockBounds& bounds = {}, bool thumb = false) {
    static const isa::Features features;
    BlockDraft draft{.key = {at, at, (1u << BlockKey::privilege_shift) | (thumb ? BlockKey::thumb_bit : 0)}};
    decode(draft, {reinterpret_cast<const u8*>(code.data()), code.size() * sizeof(Unit)}, features, bounds);
    return draft;
}

constexpr u32 add = 0xe2811002, branch_self = 0xeafffffe, nop = 0xe320f000;

TEST(BlockPasses, DecodingEndsBehindAnExit) {
    const BlockDraft d = draft_of<u32>({add, add, branch_self, add});
    EXPECT_EQ(d.insns, 3u) << "nothing behind the branch";
    EXPECT_EQ(d.bytes, 12u) << "bytes of three instructions";
    EXPECT_EQ(d.next_pc, at + 12) << "where it would go on";
    BlockBounds all;
    all.at_exits = false;
    EXPECT_EQ(draft_of<u32>({add, add, branch_self, add}, all).insns, 4u) << "recorded code is decoded as it is";
}

TEST(BlockPasses, DecodingEndsAtBounds) {
    EXPECT_EQ(draft_of<u32>({add, add, add}, {.most = 2}).insns, 2u) << "as many as asked for";
    EXPECT_EQ(draft_of<u32>({add, add, add}, {.end = at + 4}).insns, 1u) << "the region ends there";
    Triggers triggers;
    triggers.at(isa::Privilege::pl1, at).marker = 1;
    triggers.at(isa::Privilege::pl2, at + 4).marker = 2;
    EXPECT_EQ(draft_of<u32>({add, add, add}, {.triggers = &triggers}).insns, 3u)
        << "a trigger at the start, and one of another privilege level, divide nothing";
    triggers.at(isa::Privilege::pl1, at + 8).marker = 3;
    EXPECT_EQ(draft_of<u32>({add, add, add}, {.triggers = &triggers}).insns, 2u) << "a block starts at a trigger";
    const std::vector<u32> many(100, nop);
    BlockDraft d{.key = {at, at, 1u << BlockKey::privilege_shift}};
    decode(d, {reinterpret_cast<const u8*>(many.data()), 400}, {}, {});
    EXPECT_EQ(d.insns, max_block_insns) << "no block is longer";
}

TEST(BlockPasses, DecodingFollowsThumbAndIt) {
    const BlockDraft d =
        draft_of<u16>({0xbf08, 0x2001, 0x2101, 0xf44f, 0x7240}, {}, true);  // IT EQ; MOVEQ; MOVS; MOV.W
    ASSERT_EQ(d.insns, 4u) << "two instructions behind the IT block's";
    EXPECT_EQ(d.ops[1].cond, 0u) << "the condition is the IT block's";
    EXPECT_EQ(d.ops[2].cond, 14u) << "which holds one instruction";
    EXPECT_EQ(d.ops[3].len, 4u) << "a wide instruction";
    EXPECT_EQ(d.next_itstate, 0u) << "no IT block is open behind it";
    EXPECT_EQ(draft_of<u16>({0xbf08}, {}, true).next_itstate, 0x08u) << "one is, behind the IT alone";
    EXPECT_EQ(draft_of<u16>({0x2001, 0xf44f}, {}, true).insns, 1u) << "half an instruction is left to the next block";
    EXPECT_EQ(draft_of<u16>({0xf44f}, {}, true).insns, 0u) << "or is none at all";
}

TEST(BlockPasses, SchedulingPricesInstructionsAndBlock) {
    for (const std::string& rung : shipped_profiles()) {
        BlockDraft d = draft_of<u32>({add, add, 0xe5871000, add, branch_self});
        schedule(d, pricing_for(rung));
        u32 sum = 0;
        for (unsigned i = 0; i < d.insns; ++i) sum += d.ops[i].cost;
        EXPECT_EQ(sum, d.ticks) << rung << ": the block costs what its instructions cost";
        EXPECT_GE(d.ticks, 1u) << rung << ": time passes";
        EXPECT_LE(d.dependency, d.ticks) << rung << ": stalls are part of the price";
    }
}

TEST(BlockPasses, SchedulingFollowsWhatALoadBrings) {
    // LDR r1, [r0]; ADD r2, r1, #4; ADD r2, r2, r5; LDR r3, [r2]; LDR r4, [r5]
    const std::initializer_list<u32> code = {0xe5901000, 0xe2812004, 0xe0822005, 0xe5923000, 0xe5954000};
    const auto of_loads = [&](const char* rung, auto what) {
        BlockDraft d = draft_of<u32>(code);
        schedule(d, pricing_for(rung));
        return std::array<unsigned, 3>{what(d.ops[0]), what(d.ops[3]), what(d.ops[4])};
    };
    EXPECT_EQ(of_loads("cortex-a15", isa::source_distance), (std::array<unsigned, 3>{0, 3, 0}))
        << "back to the load of r1";
    EXPECT_EQ(of_loads("cortex-a7", isa::load_distance), (std::array<unsigned, 3>{1, 2, 1}))
        << "to a use, or to the end";
    EXPECT_EQ(of_loads("cortex-a8", isa::load_distance), (std::array<unsigned, 3>{0, 0, 0})) << "a miss stops it there";
}

TEST(BlockPasses, SchedulingKnowsAddressesThatComeLate) {
    const auto late = [](std::initializer_list<u32> code, unsigned load) {
        BlockDraft d = draft_of<u32>(code);
        schedule(d, pricing_for("cortex-a15"));
        return isa::comes_late(d.ops[load]);
    };
    EXPECT_TRUE(late({0xe5900000}, 0)) << "LDR r0, [r0]: each waits for the one before";
    EXPECT_FALSE(late({0xe4901004, 0xe0020293, 0xe0020293}, 0)) << "LDR r1, [r0], #4 beside multiplications in a chain";
    EXPECT_TRUE(late({0xe0000091, 0xe7921000}, 1)) << "MUL r0, r1, r0; LDR r1, [r2, r0]: a ring through memory";
    EXPECT_TRUE(late({0xe0000091, 0xe7921000, 0xe7d23000}, 2)) << "LDRB r3, [r2, r0]: of the ring, if not in it";
    // Two loads of one iteration: each is made of those of the last one.
    BlockDraft two = draft_of<u32>({0xe0000091, 0xe7921000, 0xe7933000, 0xe0811003});
    schedule(two, pricing_for("cortex-a15"));
    EXPECT_EQ(isa::source_distance(two.ops[1]), 3u) << "the second of the iteration before";
}

TEST(BlockPasses, ChainsOfAddressesGoAllTheWayRoundABlock) {
    // ADD r6, r6, #1 first, and the loads behind it: LDR r1, [r2]; LDR r2, [r1]; LDR r3, [r5], #4
    BlockDraft d = draft_of<u32>({0xe2866001, 0xe5921000, 0xe5912000, 0xe4953004});
    schedule(d, pricing_for("cortex-a15"));
    EXPECT_EQ(isa::source_distance(d.ops[1]), 3u) << "the load of r2, in the iteration before";
    EXPECT_EQ(isa::source_distance(d.ops[2]), 1u) << "the load in front of it";
    EXPECT_EQ(isa::source_distance(d.ops[3]), 0u) << "its base is made of none";
    std::vector<u32> far = {0xe5911000};  // LDR r1, [r1], and twenty ADD r6, r6, #1
    far.insert(far.end(), 20, 0xe2866001);
    BlockDraft long_way = draft_of(far);
    schedule(long_way, pricing_for("cortex-a15"));
    EXPECT_EQ(isa::source_distance(long_way.ops[0]), isa::most_source_distance) << "so far back, or farther";
}

TEST(BlockPasses, InstrumentingFindsWhatChangesTheProcessor) {
    BlockBounds all;
    all.at_exits = false;
    BlockDraft d = draft_of<u32>({0xf1020013,  // CPS #19
                                  0xe121f000,  // MSR CPSR_c, r0
                                  0xe10f0000,  // MRS r0, CPSR
                                  0xee0d0f70,  // MCR TPIDRURO
                                  0xee110f10,  // MRC SCTLR
                                  0xeee10a10,  // VMSR FPSCR, r0
                                  0xf1010000,  // SETEND LE
                                  add},
                                 all);
    instrument(d);
    EXPECT_EQ(d.changes_processor, 0b0110'1011u) << "CPS, MSR, MCR, VMSR, SETEND";
}

TEST(BlockPasses, SealingPutsHeadAndTailAroundTheInstructions) {
    SmallMachine m;
    Driver driver(m.cpu);
    const std::array<u32, 3> code = {add, add, branch_self};
    const Block& block =
        *driver.decode({at, at, 1u << BlockKey::privilege_shift}, {reinterpret_cast<const u8*>(code.data()), 12});
    EXPECT_EQ(block.insns(), 3u) << "its head says how many instructions there are";
    for (unsigned i = 0; i <= 3; ++i)
        EXPECT_EQ(&head_of(&block.op(i)), &block.head()) << "the head is found from " << i;
    EXPECT_EQ(&head_at(block.entry()), &block.head()) << "a link leads to the head";
    EXPECT_EQ(block.head().block, &block) << "the head knows its block";
    EXPECT_EQ(block.op(3).imm, at + 12) << "the tail goes on behind the block";
}

TEST(BlockPasses, SealingGivesThePredictorTheLastBranch) {
    struct Case {
        u32 word;
        isa::BranchKind kind;
        const char* name;
    };
    for (const Case& c : {Case{0x1afffffd, isa::BranchKind::conditional, "BNE"},
                          {branch_self, isa::BranchKind::direct, "B"},
                          {0xeb000002, isa::BranchKind::call, "BL"},
                          {0xe12fff1e, isa::BranchKind::ret, "BX LR"},
                          {0xe49df004, isa::BranchKind::ret, "POP {PC}"},
                          {0xe12fff11, isa::BranchKind::indirect, "BX r1"}}) {
        for (const char* rung : {"weights", "cortex-a9"}) {
            SmallMachine m(pricing_for(rung));
            Driver driver(m.cpu);
            const std::array<u32, 2> code = {add, c.word};
            const Block& block = *driver.decode({at, at, 1u << BlockKey::privilege_shift},
                                                {reinterpret_cast<const u8*>(code.data()), 8});
            const bool predicts = std::string_view(rung) != "weights";
            EXPECT_EQ(block.head().branch != nullptr, predicts) << c.name << " on " << rung << ": the predictor's";
            if (!predicts) continue;
            EXPECT_EQ(block.head().branch_kind, c.kind) << c.name << ": kind of branch";
        }
    }
}

}  // namespace
}  // namespace vtoll::core::test

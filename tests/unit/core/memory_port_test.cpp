// SPDX-License-Identifier: Apache-2.0
// Data accesses that guest code makes, with L0 and links and without.
#include <gtest/gtest.h>

#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core::test {
namespace {

constexpr u32 last_page = 0x400f'f000;
constexpr u32 branch_self = 0xeafffffe;

/// A machine whose code begins by switching the MMU on, run for `ticks`.
struct Mapped : SmallMachine {
    Mapped(const char* rung, bool shortcuts, std::initializer_list<u32> code)
        : SmallMachine(pricing_for(rung), shortcuts) {
        load(mmu_on);
        write(behind_mmu_on, code);
    }
    void run(u64 ticks = 20'000) { cpu.run(ticks); }
};

class MemoryPortTest : public testing::TestWithParam<std::tuple<const char*, bool>> {
protected:
    std::unique_ptr<Mapped> machine(std::initializer_list<u32> code) {
        return std::make_unique<Mapped>(std::get<0>(GetParam()), std::get<1>(GetParam()), code);
    }
};

TEST_P(MemoryPortTest, UnalignedAccessesCrossPages) {
    // LDR r2, [r0, #-2]; STR r2, [r0, #6]; B .
    const auto m = machine({0xe5102002, 0xe5802006, branch_self});
    m->write(last_page - 4, {0x1122'3344, 0x5566'7788});
    m->run();
    EXPECT_EQ(m->r(2), 0x7788'1122u) << "bytes of both pages, in order";
    EXPECT_EQ(m->word(last_page + 4) >> 16, 0x1122u) << "lower half of the store";
    EXPECT_EQ(m->word(last_page + 8) & 0xffff, 0x7788u) << "upper half of the store";
}

TEST_P(MemoryPortTest, UnalignedAccessesToDevicesFault) {
    const auto m = machine({0xe5972001, branch_self});  // LDR r2, [r7, #1]
    m->cpu.run(20'000);
    EXPECT_EQ(m->cpu.state().mode(), isa::Mode::abt) << "alignment fault";
    EXPECT_EQ(m->cpu.state().sys.dfar, SmallMachine::device + 1) << "at the access's address";
}

TEST_P(MemoryPortTest, FaultsLeaveTheInstructionUndone) {
    // MOV r4, #0x50000000; MOV r2, #7 (as MOVW); LDR r2, [r4], #4; B .
    const auto m = machine({0xe3a04205, 0xe3002007, 0xe4942004, branch_self});
    m->run();
    EXPECT_EQ(m->cpu.state().mode(), isa::Mode::abt) << "translation fault";
    EXPECT_EQ(m->r(2), 7u) << "nothing was loaded";
    EXPECT_EQ(m->r(4), SmallMachine::unmapped) << "nothing was written back";
}

TEST_P(MemoryPortTest, MaintenanceReachesOtherProcessors) {
    // DCCMVAC r0; ICIMVAU r0; BPIMVA r0; DCCISW r0; ICIALLU; BPIALL; ICIALLUIS; B .
    const auto m =
        machine({0xee070f3a, 0xee070f35, 0xee070ff5, 0xee070f5e, 0xee070f15, 0xee070fd5, 0xee070f11, branch_self});
    m->run();
    using namespace isa::cache_op;
    EXPECT_EQ(m->broadcast, (std::vector{DCCMVAC, ICIMVAU, ICIALLUIS})) << "by address, and the Inner Shareable forms";
}

TEST_P(MemoryPortTest, ExclusivesFailWhenAnotherMasterWroteThere) {
    // LDREX r2, [r0]; LDR r5, [r7]; MOV r2, #9; STREX r3, r2, [r0]; STREX r6, r2, [r0]; B .
    const std::initializer_list<u32> code = {0xe1902f9f, 0xe5975000, 0xe3a02009, 0xe1803f92, 0xe1806f92, branch_self};
    const auto alone = machine(code), disturbed = machine(code);
    disturbed->on_device = [&](u64, bool) { disturbed->cpu.memory_written(last_page + 3, 1); };
    alone->run();
    disturbed->run();
    EXPECT_EQ(alone->r(3), 0u) << "the store-exclusive goes ahead";
    EXPECT_EQ(alone->word(last_page), 9u) << "and writes";
    EXPECT_EQ(alone->r(6), 1u) << "the next one finds the monitor open";
    EXPECT_EQ(disturbed->r(3), 1u) << "one of the marked bytes was written meanwhile";
    EXPECT_EQ(disturbed->word(last_page), 0u) << "nothing is stored";
}

TEST_P(MemoryPortTest, CodeThatIsWrittenIsDecodedAnew) {
    // A loop that stores r5 over its own MOV r1, #1: MOV r1, #1; STR r5, [r6]; SUBS r2, r2, #1; BNE back; B .
    const auto m = machine({0xe3a02003, 0xe3a01001, 0xe5865000, 0xe2522001, 0x1afffffb, branch_self});
    m->cpu.state().r[5] = 0xe3a0102a;  // MOV r1, #42
    m->cpu.state().r[6] = SmallMachine::behind_mmu_on + 4;
    m->run();
    EXPECT_EQ(m->r(2), 0u) << "the loop ended";
    EXPECT_EQ(m->r(1), 42u) << "the new instruction ran";
}

TEST_P(MemoryPortTest, RevokedMemoryIsNotReadByOldPointers) {
    // Twice: LDR r2, [r0]; then the device; the machine drops its host pointers there.
    const auto m = machine({0xe5902000, 0xe5973000, 0xe5904000, branch_self});
    m->write(last_page, {1});
    m->on_device = [&](u64, bool) {
        m->write(last_page, {2});
        m->cpu.direct_memory_revoked(last_page, 0x1000);
    };
    m->run();
    EXPECT_EQ(m->r(2), 1u) << "before";
    EXPECT_EQ(m->r(4), 2u) << "after";
}

INSTANTIATE_TEST_SUITE_P(Rungs, MemoryPortTest,
                         testing::Combine(testing::Values("functional", "weights", "cortex-a7", "cortex-a15"),
                                          testing::Bool()));

TEST(MemoryPort, ShortcutsChangeNoTime) {
    // r2 times: LDR r3, [r0]; STR r3, [r0, #0x40]; LDR r3, [r0, #-2]; SUBS r2, r2, #1; BNE back; B .
    const std::initializer_list<u32> code = {0xe3a020ff, 0xe5903000, 0xe5803040, 0xe5103002,
                                             0xe2522001, 0x1afffffa, branch_self};
    for (const std::string& rung : shipped_profiles()) {
        Mapped with(rung.c_str(), true, code), without(rung.c_str(), false, code);
        with.cpu.set_instruction_limit(1200);
        without.cpu.set_instruction_limit(1200);
        with.run(never);
        without.run(never);
        EXPECT_EQ(with.cpu.now(), without.cpu.now()) << rung << ": ticks";
        EXPECT_EQ(with.cpu.instructions(), without.cpu.instructions()) << rung << ": instructions";
    }
}

/// Ticks of fifty times sixty loads, `stride` bytes apart, within a section.
u64 ticks_of_strides(const char* rung, u32 stride) {
    // MOV r4, #50; MOV r1, r0; MOV r2, #60; LDR r3, [r1], -r5; SUBS r2, r2, #1; BNE; SUBS r4, r4, #1; BNE; B .
    Mapped m(
        rung, true,
        {0xe3a04032, 0xe1a01000, 0xe3a0203c, 0xe6113005, 0xe2522001, 0x1afffffc, 0xe2544001, 0x1afffff8, branch_self});
    m.cpu.state().r[5] = stride;
    m.cpu.set_instruction_limit(9000);
    m.run(never);
    return m.cpu.now();
}

TEST(MemoryPort, ASectionIsOneEntryWhereTheTlbHasOneLevel) {
    constexpr u32 line = 0x40, page_and_line = 0x1040;  // sixty lines in four pages, and in sixty
    EXPECT_LT(ticks_of_strides("cortex-a8", page_and_line), ticks_of_strides("cortex-a8", line) * 6 / 5)
        << "sixty pages of a section take an entry";
    EXPECT_GT(ticks_of_strides("cortex-a15", page_and_line), ticks_of_strides("cortex-a15", line) * 6 / 5)
        << "sixty pages take an entry each of thirty-two";
}

}  // namespace
}  // namespace vtoll::core::test

// SPDX-License-Identifier: Apache-2.0
// What programs cost on a processor, and what the time went to: as it was, in tests/golden/processor-costs.txt; and the
// same whoever listens, however long turns are, with shortcuts or without.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/ledger/book/ledger.hpp"
#include "tests/unit/core/golden.hpp"
#include "tests/unit/core/quiet_sink.hpp"
#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core::test {
namespace {

constexpr u32 vectors = SmallMachine::code + 0x1000, begin = SmallMachine::behind_mmu_on;

/// The body of a loop, run 40 times, of which r2 is the counter. r0 = r13 = the last page of memory, r7 = the device,
/// r8 = an address that faults.
struct Program {
    const char* name;
    std::vector<u32> body;
};

const Program programs[] = {
    // ADD r1, r1, r1, LSL #1; MUL r1, r1, r1; ADD r4, r4, #1; MOV r5, r4
    {"chain", {0xe0811081, 0xe0010191, 0xe2844001, 0xe1a05004}},
    // LDR r3, [r0]; ADD r3, r3, r2; STR r3, [r0, #0x40]; LDR r4, [r0, r2, LSL #2]; LDR r5, [r0, r4, LSL #1]
    {"memory", {0xe5903000, 0xe0833002, 0xe5803040, 0xe7904102, 0xe7905084}},
    // STMDB r0!, {r1, r3-r6}; LDM r0!, {r1, r3-r6}
    {"multiple", {0xe920007a, 0xe8b0007a}},
    // SUB r6, r0, r2, LSL #12; LDR r3, [r6]; STR r3, [r6, #0x800]; LDREX r3, [r6]
    {"pages", {0xe0406602, 0xe5963000, 0xe5863800, 0xe1963f9f}},
    // BL 1f; B 2f; 1: BX lr; 2:
    {"calls", {0xeb000000, 0xea000000, 0xe12fff1e}},
    // PUSH {r1, lr}; BL 1f; B 2f; 1: PUSH {r1, lr}; POP {r1, pc}; 2: POP {r1, lr}
    {"returns", {0xe92d4002, 0xeb000000, 0xea000001, 0xe92d4002, 0xe8bd8002, 0xe8bd4002}},
    // TST r2, #1; ADDNE r1, r1, #1; BNE 1f; ADD r1, r1, #1; 1: ADD r1, r1, #1
    {"branches", {0xe3120001, 0x12811001, 0x1a000000, 0xe2811001, 0xe2811001}},
    // AND r6, r2, #1; ADD pc, pc, r6, LSL #2; NOP; NOP; NOP
    {"jumps", {0xe2026001, 0xe08ff106, 0xe320f000, 0xe320f000, 0xe320f000}},
    // LDR r1, [r7]; STR r1, [r7]; ADD r1, r1, #1; LDR r1, [r7, #4]; DSB
    {"device", {0xe5971000, 0xe5871000, 0xe2811001, 0xe5971004, 0xf57ff04f}},
    // MRC SCTLR; MCR TPIDRURO; ISB; MRS r1, CPSR; MSR CPSR_f, r1; ADD r1, r1, #1
    {"system", {0xee111f10, 0xee0d1f70, 0xf57ff06f, 0xe10f1000, 0xe128f001, 0xe2811001}},
    // MCR TLBIALL; DSB; MCR DCCIMVAC, r0; LDR r3, [r0]; MCR ICIALLU; ISB
    {"maintenance", {0xee081f17, 0xf57ff04f, 0xee070f3e, 0xe5903000, 0xee071f15, 0xf57ff06f}},
    // MCR TLBIALL; TST r2, #1; BNE 1f; ADD r1, r1, #1; 1: ADD r1, r1, #1; DSB: the page is looked up again before it
    {"flush", {0xee081f17, 0xe3120001, 0x1a000000, 0xe2811001, 0xe2811001, 0xf57ff04f}},
    // ADD r1, r1, #1; SVC; ADD r1, r1, #1
    {"calls of the system", {0xe2811001, 0xef000000, 0xe2811001}},
    // ADD r1, r1, #1; LDR r3, [r8]; ADD r1, r1, #1; MUL r1, r1, r1
    {"aborts", {0xe2811001, 0xe5983000, 0xe2811001, 0xe0010191}},
};
const std::string rungs[] = {"functional", "weights", "cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15"};

struct Running : SmallMachine {
    Running(const Program& program, const std::string& rung, bool shortcuts = true)
        : SmallMachine(pricing_for(rung), shortcuts) {
        load(mmu_on);
        u32 at = begin;
        const auto put = [&](u32 word) {
            write(at, {word});
            at += 4;
        };
        // MOVW, MOVT r9, vectors; MCR VBAR, r9; MOV r8, unmapped; MOV r13, r0; MOV r2, #40
        for (const u32 word : {0xe3019000, 0xe3449000, 0xee0c9f10, 0xe3a08205, 0xe1a0d000, 0xe3a02028}) put(word);
        for (const u32 word : program.body) put(word);
        put(0xe2522001);                                                                // SUBS r2, r2, #1
        put(0x1a00'0000 | (0xff'ffff & -(static_cast<u32>(program.body.size()) + 3)));  // BNE back
        put(0xeafffffe);                                                                // B .
        write(vectors + 8, {0xe1b0f00e});                                               // SVC: MOVS pc, lr
        write(vectors + 0x10, {0xe25ef004});  // data abort: SUBS pc, lr, #4, behind the load
        cpu.stop_at(isa::Privilege::pl1, at - 4);
    }
    /// What came of it, in turns of that many ticks.
    std::string run(u64 turn) {
        while (cpu.run(cpu.now() + turn) != StopReason::stop_point) {
        }
        EXPECT_EQ(r(2), 0u) << "the loop is over";
        std::string text = fmt::format("{} instructions {} ticks", cpu.instructions(), cpu.now());
        for (std::size_t i = 0; i < stall_count; ++i)
            if (cpu.stalls()[i]) text += fmt::format(" {}={}", name_of(static_cast<Stall>(i)), cpu.stalls()[i]);
        return text;
    }
};

/// Hears of every instruction.
struct Log final : QuietSink {
    bool every_instruction() const override { return true; }
    void instruction(const isa::CpuState&, const BlockKey&, const isa::Op*, Counts) override {}
};

TEST(ProcessorCosts, AreAsTheyWere) {
    std::string text = "# SPDX-License-Identifier: Apache-2.0\n";
    for (const std::string& rung : rungs) {
        text += fmt::format("\n== {}\n", rung);
        for (const Program& program : programs)
            text += fmt::format("{}: {}\n", program.name, Running(program, rung).run(1'000'000));
    }
    EXPECT_EQ(text, test::golden("processor-costs.txt", text)) << test::accept;
}

TEST(ProcessorCosts, AreTheSameWhoeverListens) {
    for (const std::string& rung : rungs)
        for (const Program& program : programs) {
            const std::string alone = Running(program, rung).run(1'000'000);
            Running booked(program, rung);
            Rows rows;
            HostExits exits;
            Ledger ledger;
            ledger.set_rows(&rows);
            ledger.set_host_exits(&exits);
            ledger.begin(booked.cpu.state(), booked.cpu.counts());
            booked.cpu.set_observer(&ledger);
            EXPECT_EQ(booked.run(1'000'000), alone) << rung << ", " << program.name << ", with books";
            ledger.close(booked.cpu.counts());
            u64 ticks = 0;
            for (const Account& a : ledger.accounts()) ticks += a.ticks;
            EXPECT_EQ(ticks, booked.cpu.now()) << rung << ", " << program.name << ": what the books have";

            Running logged(program, rung);
            Log log;
            logged.cpu.set_trace_sink(&log);
            logged.cpu.record_instructions();
            EXPECT_EQ(logged.run(1'000'000), alone) << rung << ", " << program.name << ", with a log";
        }
}

TEST(ProcessorCosts, AreTheSameInShortTurnsAndWithoutShortcuts) {
    for (const std::string& rung : rungs)
        for (const Program& program : programs) {
            const std::string whole = Running(program, rung).run(1'000'000);
            EXPECT_EQ(Running(program, rung).run(7), whole) << rung << ", " << program.name << ", in turns of 7 ticks";
            EXPECT_EQ(Running(program, rung, false).run(1'000'000), whole)
                << rung << ", " << program.name << ", without links and L0";
        }
}

}  // namespace
}  // namespace vtoll::core::test

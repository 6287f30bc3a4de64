// SPDX-License-Identifier: Apache-2.0
// The books of a processor that runs code: what its clock counted is what its ledger has, and events cost their price.
#include <gtest/gtest.h>

#include "core/ledger/book/ledger.hpp"
#include "core/timing/core_profile.hpp"
#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core::test {
namespace {

constexpr unsigned rounds = 10;
constexpr u32 vectors = SmallMachine::code + 0x1000;

/// As often as `rounds`: SVC, which returns at once, a read and a write of the device.
struct Calls : SmallMachine {
    explicit Calls(const std::string& rung) : SmallMachine(pricing_for(rung)) {
        write(vectors + 8, {0xe1b0f00e});  // MOVS pc, lr
        load({
            0xe3010000, 0xe3440000, 0xee0c0f10, 0xf57ff06f,  // MOVW, MOVT r0, vectors; MCR VBAR; ISB
            0xe3a07409, 0xe3a0200a,                          // MOV r7, device; MOV r2, rounds
            0xef000000, 0xe5971000, 0xe5871000,              // SVC; LDR, STR r1, [r7]
            0xe2522001, 0x1afffffa, 0xeafffffe,              // SUBS; BNE back; B .
        });
        RegionMap regions;
        regions.add(isa::Privilege::pl1, vectors, vectors + 0x20, handler);
        cpu.set_regions(std::move(regions));
        ledger.set_rows(&rows);
        ledger.set_host_exits(&exits);
        ledger.set_clock([this] { return cpu.counts(); });
        ledger.begin(cpu.state(), cpu.counts());
        cpu.set_observer(&ledger);
        cpu.set_instruction_limit(6 + 6 * rounds);
        EXPECT_EQ(cpu.run(never), StopReason::limit) << rung;
        ledger.close(cpu.counts());
        ledger.settle(exits);
    }
    u64 ticks(Stall stall) const {
        u64 sum = 0;
        for (const Account& a : ledger.accounts())
            if (a.stall == stall) sum += a.ticks;
        return sum;
    }

    static constexpr u16 handler = 3;
    Rows rows;
    HostExits exits;
    Ledger ledger;
};

const std::string rungs[] = {"functional", "weights", "cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15"};

TEST(ProcessorBooks, HaveWhatTheClockCounted) {
    for (const std::string& rung : rungs) {
        Calls m(rung);
        u64 insns = 0, ticks = 0;
        for (const Account& a : m.ledger.accounts()) {
            insns += a.insns;
            ticks += a.ticks;
        }
        EXPECT_EQ(insns, m.cpu.instructions()) << rung << ": instructions";
        EXPECT_EQ(ticks, m.cpu.now()) << rung << ": ticks";
        EXPECT_GE(insns, 6u + 6 * rounds) << rung << ": it ran to its end";
    }
}

TEST(ProcessorBooks, ACallIsItsHandlerEntryAndReturn) {
    for (const std::string& rung : rungs) {
        Calls m(rung);
        const Pricing pricing = pricing_for(rung);
        const u32 entry = pricing.core ? pricing.core->of_entry(false) : pricing.of(CostEvent::exception_entry),
                  leave = pricing.core ? pricing.core->of_return() : pricing.of(CostEvent::exception_return);
        u64 calls = 0;
        for (const EpisodeRow& row : m.ledger.episodes()) {
            EXPECT_EQ(row.kind.cause, Cause::syscall) << rung;
            EXPECT_TRUE(row.kind.finished) << rung;
            EXPECT_EQ(row.kind.phases[Calls::handler].insns, 1u) << rung << ": one instruction, in its phase";
            EXPECT_EQ(row.kind.insns(), 1u) << rung << ": and nothing else";
            EXPECT_EQ(row.kind.phases[phase_hardware_entry], (PhaseCost{0, entry, 0, entry})) << rung << ": entry";
            EXPECT_EQ(row.kind.phases[phase_hardware_exit], (PhaseCost{0, leave, 0, leave})) << rung << ": return";
            calls += row.count;
        }
        EXPECT_EQ(calls, rounds) << rung << ": calls";
        EXPECT_EQ(m.ticks(Stall::exception), rounds * (entry + leave)) << rung << ": the account of exceptions";
        EXPECT_EQ(m.ledger.crossings().mode_switches, 2 * rounds) << rung << ": in and out";
    }
}

TEST(ProcessorBooks, DevicesCostWhatTheTableSays) {
    for (const std::string rung : {"functional", "weights"}) {
        Calls m(rung);
        const Pricing pricing = pricing_for(rung);
        EXPECT_EQ(m.ticks(Stall::device),
                  rounds * (pricing.of(CostEvent::device_read) + pricing.of(CostEvent::device_write)))
            << rung << ": a read and a write each time round";
        EXPECT_EQ(m.ledger.crossings().device_reads, rounds) << rung << ": reads";
        EXPECT_EQ(m.ledger.crossings().device_writes, rounds) << rung << ": writes";
    }
    EXPECT_GT(Calls("cortex-a15").ticks(Stall::device), 0u) << "a core waits for its reads";
}

}  // namespace
}  // namespace vtoll::core::test

// SPDX-License-Identifier: Apache-2.0
// Ways in and out of exceptions that few programs take, and what the books make of them.
#include <map>
#include <vector>

#include "core/ledger/book/recording.hpp"
#include "core/ledger/store/exits.hpp"
#include "tests/unit/core/book_driver.hpp"

namespace vtoll::core {
namespace {

using isa::ExceptionKind;
using isa::Mode;

/// The books end, and have this of the row that was begun first.
RowParts first_row(BookDriver& d, const Rows& rows) {
    RunRecord run;
    run.cpus = {d.close()};
    run.rows = rows.names();
    return row_parts(run, 1, {});
}

// A handler may send the program elsewhere: it is over, and no context gave way.
TEST(LedgerReturns, EveryFaultMayEndElsewhereOnTheSameStack) {
    const struct {
        const char* what;
        ExceptionKind kind;
        bool fault;
    } cases[] = {{"undefined", ExceptionKind::undefined, true},
                 {"prefetch abort", ExceptionKind::prefetch_abort, true},
                 {"data abort", ExceptionKind::data_abort, true},
                 {"asynchronous abort", ExceptionKind::virtual_abort, true},
                 {"interrupt", ExceptionKind::irq, false}};
    for (const auto& c : cases) {
        BookDriver d;
        d.state.r[13] = 0x1000;
        d.take(c.kind, Mode::abt, 0, 0x5000);
        d.run(2, 2);
        d.leave(Mode::svc, {0x1000, 0x7777'0000});
        EXPECT_EQ(d.close().crossings.contexts.parked, c.fault ? 0u : 1u) << c.what;
    }
}

TEST(LedgerReturns, AFaultThatEndsOnAnotherStackAndElsewhereIsASwitch) {
    BookDriver d;
    d.state.r[13] = 0x1000;
    d.take(ExceptionKind::data_abort, Mode::abt, 0, 0x5000);
    d.leave(Mode::svc, {0x2000, 0x7777'0000});
    EXPECT_EQ(d.close().crossings.contexts.parked, 1u) << "another context of the level";
}

TEST(LedgerReturns, ItsOwnReturnMayBeOnAnotherStack) {
    BookDriver d;
    d.state.r[13] = 0x1000;
    d.take(ExceptionKind::irq, Mode::irq, 0, 0x5000);
    d.run(3, 3);
    d.leave(Mode::svc, {0x2000, 0x5000});  // a handler that moves the stack it came from
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(cpu.crossings.contexts, Contexts{}) << "no context gave way";
    ASSERT_EQ(cpu.episodes.size(), 1u) << "one interrupt";
    EXPECT_TRUE(cpu.episodes[0].kind.finished) << "left by its return";
}

TEST(LedgerReturns, AnEntryFromBelowIsLeftByNoReturnInside) {
    BookDriver d(Mode::usr);
    d.take(ExceptionKind::svc, Mode::svc, 0, 0x5000);
    d.run(3, 3);
    d.leave(Mode::sys, 0x5000);  // a kernel's own return, to where the program would go on
    d.run(4, 4);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(booked(cpu, World::kernel, Cause::syscall).insns, 3u) << "the call, which gave way";
    EXPECT_EQ(booked(cpu, World::kernel, Cause::none).insns, 4u) << "what another context does";
    EXPECT_EQ(cpu.crossings.contexts.parked, 1u) << "a program comes back by a return to its level";
}

TEST(LedgerReturns, ExceptionsThatAreOpenInsideEndWithTheOutermost) {
    BookDriver d;
    d.set_vm(1);
    d.hvc(5);
    d.run(1, 1);
    d.take(ExceptionKind::irq, Mode::hyp, 0, 0x9000);
    d.run(2, 2);
    d.take(ExceptionKind::data_abort, Mode::hyp, hsr(0x25), 0x9100);
    d.run(3, 3);
    d.leave(Mode::svc);  // past them all
    d.run(4, 4);
    d.hvc(6);
    d.run(5, 5);
    d.leave(Mode::svc);
    const ProcessorRecord cpu = d.close();
    std::vector<std::pair<Cause, u64>> ended;
    for (const EpisodeRow& row : cpu.episodes) {
        EXPECT_TRUE(row.kind.finished) << name_of(row.kind.cause) << ": its level was left";
        ended.emplace_back(row.kind.cause, row.kind.insns());
    }
    EXPECT_EQ(ended, (std::vector<std::pair<Cause, u64>>{
                         {Cause::hyp_other, 3}, {Cause::nested_irq, 2}, {Cause::hypercall, 1}, {Cause::hypercall, 5}}))
        << "innermost first, and nothing of them in the next";
    EXPECT_EQ(booked(cpu, World::kernel, Cause::none).insns, 4u) << "the guest between them";
}

TEST(LedgerReturns, SixteenMayBeOpen) {
    for (const u32 depth : {16u, 17u}) {
        BookDriver d;
        for (u32 i = 0; i < depth; ++i) d.take(ExceptionKind::irq, Mode::irq, 0, i * 0x1000);
        d.leave(Mode::irq, (depth - 1) * 0x1000);
        u64 returned = 0, given_up = 0;
        for (const EpisodeRow& row : d.close().episodes) (row.kind.finished ? returned : given_up) += row.count;
        EXPECT_EQ(returned, 1u) << depth << " open: the newest returned";
        EXPECT_EQ(given_up, depth - 1) << depth << " open";
    }
}

TEST(LedgerReturns, StageTwoIsPartOfTheAddressingContextWhileItIsOn) {
    BookDriver d;
    const auto user = [&] {
        d.leave(Mode::usr);
        d.take(ExceptionKind::svc, Mode::svc);
        return d.ledger.crossings().address_space_switches;
    };
    user();
    d.state.sys.vttbr = 0x8000'0000;
    EXPECT_EQ(user(), 0u) << "another table that nobody walks";
    d.state.sys.hcr = isa::hcr::VM;
    EXPECT_EQ(user(), 1u) << "it is walked";
    d.state.sys.vttbr = 0x9000'0000;
    EXPECT_EQ(user(), 2u) << "another one";
    d.state.sys.ttbr1 = 0x4000;
    EXPECT_EQ(user(), 3u) << "TTBR1";
    d.state.sys.dacr = 1;
    EXPECT_EQ(user(), 4u) << "DACR";
    d.state.sys.contextidr = 0x100;
    EXPECT_EQ(user(), 4u) << "the process of CONTEXTIDR is no ASID";
}

TEST(LedgerReturns, AnEpisodeThatOutgrowsItsCountersKeepsItsWaits) {
    BookDriver d(Mode::usr);
    d.take(ExceptionKind::svc, Mode::svc);
    for (int i = 0; i < 3; ++i) {
        d.wait(Stall::memory, 3'000'000'000u);
        d.run(1'000, 1'000'000'000);
        d.phase(0);
    }
    d.run(5'000'000'000, 5'000);
    d.take(ExceptionKind::irq, Mode::irq, 0, 0x100);
    d.wait(Stall::memory, 7);
    d.leave(Mode::svc, 0x100);
    d.leave(Mode::usr);
    const ProcessorRecord cpu = d.close();
    u64 call = 0, irq = 0;
    for (const Account& a : cpu.accounts)
        if (a.stall == Stall::memory) (a.cause == Cause::irq ? irq : call) += a.ticks;
    EXPECT_EQ(call, 9'000'000'000u) << "the call's";
    EXPECT_EQ(irq, 7u) << "the interrupt's";
    EXPECT_EQ(booked(cpu, World::kernel, Cause::syscall).insns, 5'000'003'000u) << "instructions";
    expect_conserved(cpu);
}

TEST(LedgerReturns, RowsHaveWhatExceptionsCostInThem) {
    Rows rows;
    BookDriver d(Mode::hyp);
    d.ledger.set_rows(&rows);
    d.set_vm(1);
    d.leave(Mode::usr);
    d.begin_row("call");
    d.take(ExceptionKind::svc, Mode::svc);
    d.run(10, 10);
    d.leave(Mode::usr);
    d.run(5, 5);
    d.mark(7);
    const RowParts call = first_row(d, rows);
    EXPECT_TRUE(call.residue.zero()) << "it adds up";
    EXPECT_EQ(call.counts.worlds[static_cast<std::size_t>(World::kernel)], (RowCounts::Part{10, 10 + 13 + 11}))
        << "the kernel's, entry and return with it";
    EXPECT_EQ(call.counts.worlds[static_cast<std::size_t>(World::user)], (RowCounts::Part{5, 5})) << "the program's";
}

TEST(LedgerReturns, RowsHaveTheKernelInHypModesEntries) {
    Rows rows;
    BookDriver d(Mode::hyp);
    d.ledger.set_rows(&rows);
    d.state.sys.hcr = isa::hcr::TGE;
    d.leave(Mode::usr);
    d.begin_row("call");
    d.run(5, 5);
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(0x11));
    d.run(10, 20);
    d.leave(Mode::usr);
    d.mark(7);
    const RowParts call = first_row(d, rows);
    EXPECT_TRUE(call.residue.zero()) << "it adds up";
    EXPECT_EQ(call.counts.worlds[static_cast<std::size_t>(World::host_kernel)], (RowCounts::Part{10, 20 + 13 + 11}))
        << "the host's kernel";
}

TEST(LedgerReturns, BooksMayOpenInsideARow) {
    Rows rows;
    isa::CpuState s;
    s.r[0] = 'a';
    rows.begin(s);
    HostExits exits;
    Ledger ledger;
    ledger.set_rows(&rows);
    ledger.set_host_exits(&exits);
    ledger.begin(s, {100, 200});
    ledger.close({107, 209});
    ASSERT_EQ(ledger.row_counts().size(), 2u) << "the row that was open";
    EXPECT_EQ(ledger.row_counts()[1].machine, (RowCounts::Part{7, 9})) << "what was done in it";
    EXPECT_EQ(ledger.row_counts()[0].machine, RowCounts::Part{}) << "nothing outside";
}

TEST(LedgerReturns, AHostIsNamedByItsVmidThoughNoMachineRuns) {
    for (const int vmid : {-1, 0, 7}) {
        HostExits exits;
        BookDriver d(Mode::svc, &exits, {.host_vmid = vmid});
        d.set_vm(static_cast<u8>(vmid < 0 ? 7 : vmid));
        d.leave(Mode::svc, 0x8000, 0);
        d.run(9, 9);
        EXPECT_EQ(booked(d.close(), vmid < 0 ? World::kernel : World::host_kernel, Cause::none).insns, 9u)
            << "[worlds] host_vmid " << vmid;
    }
}

TEST(LedgerReturns, BooksThatOpenInHypModeAreTheHypervisors) {
    BookDriver d(Mode::hyp);
    d.mark(3);
    d.run(10, 20);
    d.take(ExceptionKind::irq, Mode::hyp, 0, 0x100);
    d.run(3, 3);
    d.leave(Mode::hyp, 0x100);
    d.mark(4);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.samples.size(), 1u) << "one pair of markers";
    EXPECT_EQ(cpu.samples[0].hypervisor.insns, 13u) << "all of it";
    EXPECT_EQ(cpu.samples[0].hypervisor.ticks, 23u + 13 + 11) << "entry and return with it";
    EXPECT_EQ(cpu.crossings.hyp_entries, 0u) << "none from below";
}

TEST(LedgerReturns, SleepInAnExitIsNoPartOfItsRecord) {
    Recorder recorder({.functions = true, .intervals = 100});
    BookDriver d;
    d.ledger.set_sink(&recorder, nullptr);
    d.set_vm(2);
    d.leave(Mode::svc, 0x8000, 0);
    d.hvc(4);
    d.run(3, 3);
    d.idle(500);
    d.leave(Mode::svc);
    d.run(1, 1);
    d.close();
    u64 asleep = 0;
    for (const TimelineInterval& each : recorder.intervals())
        if (each.payer.world == World::idle) {
            asleep += each.end - each.begin;
            EXPECT_EQ(each.payer.episode, 0u) << "of no exit";
            EXPECT_EQ(each.payer.vm, 2) << "of the machine that waits";
        }
    EXPECT_EQ(asleep, 500u) << "recorded as sleep";
    for (const auto& [spender, cost] : recorder.costs()) {
        EXPECT_EQ(spender.vm, 2) << name_of(spender.world) << ": machine";
        EXPECT_EQ(spender.vm_after, 2) << name_of(spender.world) << ": machine that it went on as";
        EXPECT_TRUE(spender.cause != Cause::hypercall || spender.syndrome == hsr(ec_hvc)) << "what the exit was";
    }
    const TimelineEpisode& call = recorder.episodes().at(0);
    EXPECT_EQ(call.begin, recorder.intervals()[call.first].begin) << "it begins with its first interval";
    EXPECT_EQ(call.kind.phases, decltype(call.kind.phases){}) << "costs are in the intervals";
}

TEST(LedgerReturns, OfSeventeenTheOldestIsGivenUp) {
    for (const u32 depth : {16u, 17u}) {
        BookDriver d;
        for (u32 i = 0; i < depth; ++i) d.take(ExceptionKind::irq, Mode::irq, 0, i * 0x1000);
        for (u32 i = depth; i--;) d.leave(i ? Mode::irq : Mode::svc, i * 0x1000);
        u64 returned = 0;
        for (const EpisodeRow& row : d.close().episodes) returned += row.kind.finished ? row.count : 0;
        EXPECT_EQ(returned, 16u) << depth << " open";
    }
}

TEST(LedgerReturns, RowsHaveTheHypervisorsOwnWork) {
    Rows rows;
    BookDriver d(Mode::hyp);
    d.ledger.set_rows(&rows);
    d.begin_row("boot");
    d.run(10, 20);
    d.set_vm(1);
    d.leave(Mode::svc);
    d.run(3, 3);
    d.mark(7);
    const RowParts boot = first_row(d, rows);
    EXPECT_TRUE(boot.residue.zero()) << "it adds up";
    EXPECT_EQ(boot.counts.worlds[static_cast<std::size_t>(World::hypervisor)], (RowCounts::Part{10, 20 + 11}))
        << "in no exit, with the first return";
}

TEST(LedgerReturns, AnEpisodeIsOfTheMachineThatWasSetUpBeforeIt) {
    Recorder recorder({.functions = true, .intervals = 100});
    BookDriver d;
    d.ledger.set_sink(&recorder, nullptr);
    d.set_vm(1);
    d.leave(Mode::svc, 0x8000, 0);
    d.hvc(1);
    d.set_vm(2);
    d.take(ExceptionKind::irq, Mode::hyp, 0, 0x9000);
    d.idle(500);
    d.leave(Mode::hyp, 0x9000);
    d.leave(Mode::svc);
    d.close();
    u64 asleep = 0;
    for (const TimelineInterval& each : recorder.intervals())
        if (each.payer.world == World::idle) {
            asleep += each.end - each.begin;
            EXPECT_EQ(each.payer.vm, 2) << "the interrupt is the new machine's";
        }
    EXPECT_EQ(asleep, 500u) << "recorded as sleep";
}

TEST(LedgerReturns, AnAddressMayBeTranslatedOutsideExceptions) {
    BookDriver d(Mode::hyp);
    d.translate_address();
    d.run(1, 1);
    EXPECT_EQ(booked(d.close(), World::hypervisor, Cause::none).insns, 1u) << "at boot";
}

TEST(LedgerReturns, APlaceThatWaitedIsFreeOnce) {
    BookDriver d(Mode::usr);
    d.take(ExceptionKind::svc, Mode::svc);
    d.wait(Stall::memory, 3);
    d.leave(Mode::usr);
    d.take(ExceptionKind::svc, Mode::svc);  // waits for nothing
    d.leave(Mode::usr);
    d.take(ExceptionKind::svc, Mode::svc);
    d.wait(Stall::memory, 50);
    d.take(ExceptionKind::irq, Mode::irq, 0, 0x100);
    d.wait(Stall::memory, 700);
    d.leave(Mode::svc, 0x100);
    d.leave(Mode::usr);
    std::map<Cause, u64> waits;
    for (const Account& a : d.close().accounts)
        if (a.stall == Stall::memory) waits[a.cause] += a.ticks;
    EXPECT_EQ(waits, (std::map<Cause, u64>{{Cause::syscall, 53}, {Cause::irq, 700}})) << "each its own";
}

}  // namespace
}  // namespace vtoll::core

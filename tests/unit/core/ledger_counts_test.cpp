// SPDX-License-Identifier: Apache-2.0
// What the books count beside accounts: crossings, samples, turns, kinds of exits; and where they open.
#include <map>
#include <tuple>

#include "core/ledger/book/classify.hpp"
#include "core/ledger/book/recording.hpp"
#include "tests/unit/core/book_driver.hpp"

namespace vtoll::core {
namespace {

using isa::ExceptionKind;
using isa::Mode;

TEST(LedgerCounts, CrossingsByKind) {
    BookDriver d;
    d.set_vm(1);
    const ExceptionKind taken[] = {ExceptionKind::irq, ExceptionKind::fiq, ExceptionKind::fiq, ExceptionKind::hvc};
    for (const ExceptionKind kind : taken) {
        d.take(kind, Mode::hyp, hsr(ec_hvc));
        d.leave(Mode::svc);
    }
    d.take(ExceptionKind::svc, Mode::svc);  // PL1 to PL1
    d.leave(Mode::svc);
    d.device(5);
    d.device(5, true);
    d.device(5, true);
    const Crossings crossings = d.close().crossings;
    EXPECT_EQ(crossings.mode_switches, 10u) << "five exceptions and their returns";
    EXPECT_EQ(crossings.hyp_entries, 4u) << "into Hyp mode";
    EXPECT_EQ(crossings.hyp_entries_irq, 1u) << "by IRQ";
    EXPECT_EQ(crossings.hyp_entries_fiq, 2u) << "by FIQ";
    u64 by_class = 0;
    for (const u64 n : crossings.hyp_entries_by_ec) by_class += n;
    EXPECT_EQ(by_class, 1u) << "interrupts have no class";
    EXPECT_EQ(crossings.hyp_entries_by_ec[ec_hvc], 1u) << "HVC has";
    EXPECT_EQ(crossings.device_reads, 1u) << "reads";
    EXPECT_EQ(crossings.device_writes, 2u) << "writes";
}

TEST(LedgerCounts, ASampleIsWhatHappenedInIt) {
    BookDriver d;
    d.set_vm(1);
    const auto work = [&](u64 n) {
        d.run(n, 2 * n);
        d.idle(100 * n);
        d.ledger.out_of_step(n);
        d.hvc();
        d.run(3 * n, 4 * n);
        d.leave(Mode::svc);
        d.leave(Mode::usr);
        d.state.sys.ttbr0 += 0x1000;
        d.take(ExceptionKind::svc, Mode::svc);
        d.run(n, n);
        d.leave(Mode::usr);
        d.take(ExceptionKind::svc, Mode::svc);
    };
    work(7);
    d.mark(1);
    d.mark(3);
    work(10);
    d.mark(4);
    work(5);
    d.mark(2);
    d.mark(3);
    work(1);
    d.mark(4);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.samples.size(), 2u) << "two pairs of markers";
    for (const auto& [index, n] : {std::pair{0u, 10u}, std::pair{1u, 1u}}) {
        const Sample& sample = cpu.samples[index];
        EXPECT_EQ(sample.total.insns, 5 * n) << "instructions of sample " << index;
        EXPECT_EQ(sample.total.ticks, 107 * n + 3 * (13 + 11)) << "ticks of sample " << index;
        EXPECT_EQ(sample.hypervisor.insns, 3 * n) << "the hypervisor's in sample " << index;
        EXPECT_EQ(sample.hypervisor.ticks, 4 * n + 24) << "its time in sample " << index;
        EXPECT_EQ(sample.idle, 100 * n) << "sleep in sample " << index;
        EXPECT_EQ(sample.turns, n) << "ticks that sample " << index << " may be off by";
        EXPECT_EQ(sample.hyp_entries, 1u) << "entries in sample " << index;
        EXPECT_EQ(sample.mode_switches, 6u) << "mode switches in sample " << index;
        EXPECT_EQ(sample.address_space_switches, 1u) << "switches of address space in sample " << index;
        EXPECT_EQ(sample.measured, index == 0) << "sample " << index;
    }
    ASSERT_EQ(cpu.markers.size(), 6u) << "every marker";
    EXPECT_EQ(cpu.markers[1].option, 3u) << "its number";
    EXPECT_EQ(cpu.markers[2].at.insns - cpu.markers[1].at.insns, 50u) << "its moment";
}

TEST(LedgerCounts, TurnsAreOfTheEpisodeThatRunsAndOfTheExitThatIsServed) {
    HostExits shared;
    BookDriver d(Mode::svc, &shared);
    d.ledger.out_of_step(1000);  // of no episode
    d.hvc();
    d.set_vm(1);
    d.leave(Mode::svc);
    d.hvc(9);
    d.ledger.out_of_step(5);
    d.ledger.out_of_step(6);
    d.state.sys.hcr = 0;
    d.leave(Mode::svc);
    d.ledger.out_of_step(40);  // the host serves it
    d.take(ExceptionKind::irq, Mode::irq);
    d.ledger.out_of_step(300);
    d.leave(Mode::svc);
    d.hvc();
    d.set_vm(1);
    d.leave(Mode::svc);
    d.hvc();
    d.ledger.out_of_step(~u64{0} >> 1);  // more than it can hold
    d.leave(Mode::svc);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.host_exits.size(), 1u) << "one exit through the host";
    EXPECT_EQ(cpu.host_exits[0].kind.turns, 351u) << "all that passed while it was open";
    u32 most = 0;
    for (const EpisodeRow& row : cpu.episodes) {
        EXPECT_TRUE(row.kind.cause != Cause::irq || row.kind.turns == 300) << "the interrupt's own: " << row.kind.turns;
        most = std::max(most, row.kind.turns);
    }
    EXPECT_EQ(most, ~u32{0}) << "the last call's is bounded";
}

TEST(LedgerCounts, DetailsThatAGuestMakesUpAreBounded) {
    BookDriver d;
    d.set_vm(1);
    for (const u32 first : {1u, 1000u, 1u})
        for (u32 i = 0; i < 64; ++i) {
            d.hvc(first + i);
            d.leave(Mode::svc);
        }
    d.state.sys.hpfar = 0x4000 << 4;  // another cause has room of its own
    d.take(ExceptionKind::data_abort, Mode::hyp, hsr(ec_data_abort, iss_valid | 6), 0x8000);
    d.leave(Mode::svc, 0x8004);
    d.state.r[0] = 77;  // as has another immediate
    d.take(ExceptionKind::hvc, Mode::hyp, hsr(ec_hvc, 0x123));
    d.leave(Mode::svc);
    u64 named = 0, others = 0;
    for (const EpisodeRow& row : d.close().episodes) {
        if (row.kind.cause == Cause::device_syndrome) {
            EXPECT_EQ(row.kind.detail, 0x4000u) << "the device's page";
        } else if (row.kind.syndrome != hsr(ec_hvc)) {
            EXPECT_EQ(row.kind.detail, 77u) << "a call with another immediate";
        } else {
            (row.kind.detail == many_details ? others : named) += row.count;
        }
    }
    EXPECT_EQ(named, 128u) << "the first 64 numbers keep their names, whenever they come";
    EXPECT_EQ(others, 64u) << "the others share one";
}

TEST(LedgerCounts, BooksThatOpenInTheMiddleHaveNothingOfBefore) {
    HostExits exits;
    BookDriver before;
    before.set_vm(3);
    before.set_mode(Mode::usr);
    before.run(500, 900);
    before.wait(Stall::memory, 33);
    Rows rows;
    Ledger ledger;
    ledger.set_rows(&rows);
    ledger.set_host_exits(&exits);
    ledger.begin(before.state, before.at, true);
    const Counts opened{before.at.insns, before.at.ticks};
    before.run(20, 25);
    before.wait(Stall::memory, 4);
    ledger.close(before.at);
    ledger.settle(exits);
    EXPECT_TRUE(ledger.measuring()) << "as it was saved";
    EXPECT_EQ(ledger.started().insns, opened.insns) << "where they opened";
    EXPECT_EQ(ledger.started().ticks, opened.ticks) << "where they opened";
    EXPECT_EQ(ledger.row_counts().at(0).machine.insns, 20u) << "the row outside all rows";
    EXPECT_EQ(ledger.row_counts().at(0).machine.ticks, 29u) << "its ticks";
    u64 insns = 0, issue = 0, memory = 0;
    for (const Account& a : ledger.accounts()) {
        EXPECT_EQ(a.world, World::user) << "the world that ran";
        EXPECT_EQ(a.vm, 3) << "the machine that ran";
        insns += a.insns;
        (a.stall == Stall::memory ? memory : issue) += a.ticks;
        EXPECT_TRUE(!a.insns || a.stall == Stall::issue) << "instructions wait for nothing";
    }
    EXPECT_EQ(insns, 20u) << "instructions";
    u64 under_controls = 0;
    for (const ControlFact& f : facts_of(ledger.facts()).controls) under_controls += f.insns;
    EXPECT_EQ(under_controls, 20u) << "facts too";
    EXPECT_EQ(issue, 25u) << "ticks";
    EXPECT_EQ(memory, 4u) << "waits";
}

TEST(LedgerCounts, FunctionsAreToldWithTheirPhases) {
    const std::vector<RegionPart> parts{{0, 0}, {2, 1}, {2, 2}, {5, 1}};
    Recorder recorder({.functions = true, .intervals = 100});
    BookDriver d;
    d.ledger.set_sink(&recorder, &parts);
    d.set_vm(1);
    d.leave(Mode::svc, 0x8000, 0);
    d.phase(1);
    d.run(10, 11);
    d.phase(2);
    d.run(20, 22);
    d.hvc(4);
    d.phase(3);
    d.run(5, 6);
    d.leave(Mode::svc);
    d.phase(0);
    d.run(3, 3);
    const ProcessorRecord cpu = d.close();
    std::map<std::pair<u16, u16>, u64> insns;
    for (const auto& [spender, cost] : recorder.costs()) {
        insns[{spender.phase, spender.function}] += cost.insns;
        if (spender.phase == 5) {
            EXPECT_EQ(spender.cause, Cause::hypercall) << "of the exit";
            EXPECT_EQ(spender.detail, 4u) << "its number";
            EXPECT_EQ(spender.vm, 1) << "its machine";
        }
    }
    EXPECT_EQ((insns[{2, 1}]), 10u) << "a function";
    EXPECT_EQ((insns[{2, 2}]), 20u) << "another one of the phase";
    EXPECT_EQ((insns[{5, 1}]), 5u) << "the first one's part of another phase";
    EXPECT_EQ((insns[{0, 0}]), 3u) << "code of no symbol";
    u64 in_phase = 0;
    for (const Account& a : cpu.accounts)
        if (a.world == World::kernel && a.phase == 2) in_phase += a.insns;
    EXPECT_EQ(in_phase, 30u) << "accounts know phases";
}

TEST(LedgerCounts, DetailsOfEachKindHaveRoomOfTheirOwn) {
    BookDriver d;
    d.set_vm(1);
    for (u32 number = 0; number <= 64; ++number) {  // 0 is none
        d.hvc(number);
        d.leave(Mode::svc);
    }
    d.state.r[0] = 100;
    d.take(ExceptionKind::hvc, Mode::hyp, hsr(ec_hvc, 0x123));
    d.leave(Mode::svc);
    d.hvc(100);  // though it is the detail that was let through last
    d.leave(Mode::svc);
    d.hvc(500);
    d.set_vm(2);
    d.leave(Mode::svc);
    std::map<std::tuple<Cause, u32, u32>, u64> found;
    u64 named = 0;
    for (const EpisodeRow& row : d.close().episodes) {
        const EpisodeKind& kind = row.kind;
        if (kind.detail <= 64) named += row.count;
        else found[{kind.cause, kind.syndrome, kind.detail}] += row.count;
    }
    EXPECT_EQ(named, 65u) << "64 numbers and none";
    EXPECT_EQ(found, (std::map<std::tuple<Cause, u32, u32>, u64>{{{Cause::hypercall, hsr(ec_hvc, 0x123), 100}, 1},
                                                                 {{Cause::hypercall, hsr(ec_hvc), many_details}, 1},
                                                                 {{Cause::world_switch, hsr(ec_hvc), 500}, 1}}))
        << "another syndrome, another cause";
}

TEST(LedgerCounts, KindsDifferInEachOfTheirMembers) {
    const auto differs = [](auto change, const char* what) {
        const EpisodeKind one;
        EpisodeKind other;
        EXPECT_TRUE(one == other) << what << ", before";
        change(other);
        EXPECT_FALSE(one == other) << what;
    };
    differs([](EpisodeKind& k) { k.world = World::host_kernel; }, "world");
    differs([](EpisodeKind& k) { k.cause = Cause::wfi; }, "cause");
    differs([](EpisodeKind& k) { k.vm = 1; }, "machine");
    differs([](EpisodeKind& k) { k.vm_after = 1; }, "machine that it was left to");
    differs([](EpisodeKind& k) { k.role = EntryRole::way_in; }, "role");
    differs([](EpisodeKind& k) { k.syndrome = 1; }, "syndrome");
    differs([](EpisodeKind& k) { k.detail = 1; }, "detail");
    differs([](EpisodeKind& k) { k.measured = true; }, "measured");
    differs([](EpisodeKind& k) { k.finished = false; }, "finished");
    differs([](EpisodeKind& k) { k.row = 1; }, "row");
    differs([](EpisodeKind& k) { k.turns = 1; }, "turns");
    differs([](EpisodeKind& k) { k.waits[1] = 1; }, "waits");
    differs([](EpisodeKind& k) { k.phases[3].device = 1; }, "phases");
}

TEST(LedgerCounts, SamplesHaveWhatAKernelInHypModeDid) {
    Rows rows;
    HostExits exits;
    Ledger ledger;
    ledger.set_rows(&rows);
    ledger.set_host_exits(&exits);
    isa::CpuState s;
    s.switch_mode(Mode::hyp);
    s.sys.hcr = isa::hcr::TGE;
    ledger.begin(s, {100, 1000});
    ledger.marker(s, 3, {100, 1000});
    ledger.marker(s, 4, {110, 1020});
    ASSERT_EQ(ledger.samples().size(), 1u) << "books that open in Hyp mode";
    EXPECT_EQ(ledger.samples()[0].hypervisor.insns, 10u) << "books that open in Hyp mode";

    BookDriver d(Mode::hyp);
    d.state.sys.hcr = isa::hcr::TGE;
    d.leave(Mode::usr);
    d.mark(3);
    d.run(1, 1);
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(0x11));
    d.run(10, 20);
    d.leave(Mode::usr);
    d.mark(4);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.samples.size(), 1u) << "one pair of markers";
    EXPECT_EQ(cpu.samples[0].hypervisor.insns, 10u) << "it is what exits cost, whatever it is called";
    EXPECT_EQ(cpu.samples[0].hypervisor.ticks, 20u + 13 + 11) << "with entry and return";
}

TEST(LedgerCounts, NamesLeadBackToWhatTheyName) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Cause::count); ++i)
        EXPECT_EQ(cause_from_name(name_of(static_cast<Cause>(i))), static_cast<Cause>(i)) << "cause " << i;
    for (std::size_t i = 0; i < static_cast<std::size_t>(World::count); ++i)
        EXPECT_EQ(world_from_name(name_of(static_cast<World>(i))), static_cast<World>(i)) << "world " << i;
    EXPECT_EQ(cause_from_name("nobody"), std::nullopt) << "no cause";
    EXPECT_EQ(world_from_name("nobody"), std::nullopt) << "no world";
    EXPECT_EQ(stall_from_name("nobody"), std::nullopt) << "no stall";
    EXPECT_EQ(role_from_name("nobody"), std::nullopt) << "no role";
    EXPECT_EQ(exit_part_from_name("nobody"), std::nullopt) << "no part";
}

}  // namespace
}  // namespace vtoll::core

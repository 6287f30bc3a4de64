// SPDX-License-Identifier: Apache-2.0
// What becomes of an entry into Hyp mode when a host has a part in the exit: its ticks, waits, facts, calls, its role.
#include <algorithm>
#include <map>
#include <set>

#include "core/ledger/store/exits.hpp"
#include "tests/unit/core/host_driver.hpp"

namespace vtoll::core {
namespace {

using isa::ExceptionKind;
using isa::Mode;

constexpr u32 host_mpidr = 0x8000'0000;

const EpisodeKind* find(const ProcessorRecord& cpu, Cause cause, EntryRole role) {
    for (const EpisodeRow& row : cpu.episodes)
        if (row.kind.cause == cause && row.kind.role == role) return &row.kind;
    return nullptr;
}

u64 waited(const ProcessorRecord& cpu, Cause cause) {
    u64 ticks = 0;
    for (const Account& a : cpu.accounts)
        if (a.cause == cause && a.stall == Stall::memory) ticks += a.ticks;
    return ticks;
}

TEST(LedgerHosts, PartsHaveTheTicksOfTheirInstructions) {
    HostDriver d;
    d.enter(1);
    d.trap(hsr(ec_hvc));
    d.run(20, 200);
    d.leave(Mode::usr);
    d.run(30, 300);
    d.take(ExceptionKind::svc, Mode::svc);
    d.run(4, 40);
    d.enter(1);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.host_exits.size(), 1u) << "one exit";
    EXPECT_EQ(part(cpu.host_exits[0], ExitPart::host_kernel), (PartCost{24, 200 + 11 + 13 + 40}))
        << "with the return to the program and its call";
    EXPECT_EQ(part(cpu.host_exits[0], ExitPart::host_user), (PartCost{30, 300})) << "the program";
}

TEST(LedgerHosts, PartsOfAKernelInHypModeHaveTheirTicks) {
    ResidentDriver d;
    d.to_guest(3);
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_data_abort, device_load));
    d.run(6, 60);
    d.to_process(1);
    d.run(20, 200);
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_svc));
    d.run(3, 30);
    d.to_process(1);
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_svc));
    d.run(4, 40);
    d.to_guest(3, 0x8004);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.host_exits.size(), 1u) << "one exit";
    const HostExitRow& exit = cpu.host_exits[0];
    EXPECT_EQ(part(exit, ExitPart::way_in), (PartCost{6, 60 + 13 + 11})) << "the way in";
    EXPECT_EQ(part(exit, ExitPart::host_kernel), (PartCost{3, 30 + 13 + 11})) << "the call that the kernel served";
    EXPECT_EQ(part(exit, ExitPart::host_user), (PartCost{20, 200})) << "the process";
    EXPECT_EQ(part(exit, ExitPart::way_back), (PartCost{4, 40 + 13 + 11})) << "the way back";
}

TEST(LedgerHosts, WaitsAndFactsOfTheWayInStayWithIt) {
    HostDriver d;
    d.enter(1);
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_data_abort, device_load));
    d.wait(Stall::memory, 100);
    d.ledger.register_accessed({.number = 0}, 1);
    d.host();
    d.leave(Mode::svc, 0xc000);
    d.hvc(0x4020'0100);  // the exit is open
    d.wait(Stall::memory, 7);
    d.ledger.register_accessed({.number = 1}, 1);
    d.set_vm(1);
    d.leave(Mode::svc, 0x8004);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(waited(cpu, Cause::device_syndrome), 100u) << "the way in";
    EXPECT_EQ(waited(cpu, Cause::world_switch), 7u) << "the way back";
    std::map<Cause, u64> accesses;
    for (const AccessFact& f : cpu.facts.accesses) accesses[f.owner.cause] += f.counts.count;
    EXPECT_EQ(accesses, (std::map<Cause, u64>{{Cause::device_syndrome, 1}, {Cause::world_switch, 1}}))
        << "one register each";
    expect_conserved(cpu);
}

TEST(LedgerHosts, ExitsAreAlikeHoweverTheirWaysInAreDivided) {
    HostDriver d;
    d.enter(1);
    for (const u16 phase : {u16{0}, u16{2}}) {
        d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_hvc), 0x9000);
        d.phase(phase);
        d.run(7, 7);
        if (phase) d.wait(Stall::memory, 5);
        else d.run(0, 5);
        d.phase(0);
        d.host();
        d.state.sys.vmpidr = host_mpidr;
        d.leave(Mode::svc, 0xc000);
        d.enter(1, 0x9000);
    }
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.host_exits.size(), 1u) << "their parts are the same";
    const HostExitRow& exit = cpu.host_exits[0];
    EXPECT_EQ(exit.count, 2u) << "both";
    EXPECT_EQ(exit.kind.phases, decltype(exit.kind.phases){}) << "phases are the way in's";
    EXPECT_EQ(exit.kind.waits, decltype(exit.kind.waits){}) << "as are waits";
    EXPECT_EQ(exit.callers.counts, (std::vector<std::pair<u32, u64>>{{0x9000, 2}})) << "where they were taken";
    EXPECT_EQ(exit.kind.vm_after, 0) << "left to no machine, though it ran again";
    const EpisodeKind* way_in = find(cpu, Cause::hypercall, EntryRole::way_in);
    ASSERT_NE(way_in, nullptr) << "an episode of its own";
    EXPECT_TRUE(way_in->finished) << "the host was reached";
    EXPECT_EQ(way_in->vm_after, 0) << "it was left to the host";
    const EpisodeKind* way_back = find(cpu, Cause::world_switch, EntryRole::way_back);
    ASSERT_NE(way_back, nullptr) << "the last part of each";
    EXPECT_EQ(way_back->vm_after, 1) << "to the machine";
}

TEST(LedgerHosts, CallsThatAGuestMakesUpAreBounded) {
    HostDriver d;
    d.enter(1);
    for (u32 number = 0; number <= 70; ++number) {
        d.state.r[0] = number;
        d.trap(hsr(ec_hvc));
        d.enter(1);
    }
    std::set<u32> numbers;
    u64 further = 0;
    for (const HostExitRow& exit : d.close().host_exits) {
        EXPECT_EQ(exit.kind.syndrome, hsr(ec_hvc)) << "of number " << exit.kind.detail;
        if (exit.kind.detail == many_details) further += exit.count;
        else numbers.insert(exit.kind.detail);
    }
    EXPECT_EQ(numbers.size(), 65u) << "64 numbers, and those without one";
    EXPECT_EQ(*numbers.rbegin(), 64u) << "the first ones";
    EXPECT_EQ(further, 6u) << "the others share one";
}

// An episode's place is used again: by an entry of another role.
TEST(LedgerHosts, RolesAreOfTheEntry) {
    ResidentDriver d;
    d.to_process(1);
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_svc));
    d.run(3, 3);
    d.take(ExceptionKind::irq, Mode::hyp, 0, 0x9000);
    d.leave(Mode::hyp, 0x9000);
    d.to_process(1);
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_svc));
    d.to_guest(3);  // the machine's first run: no exit of it is open
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(0x01));
    d.to_guest(3, 0x8004);
    const ProcessorRecord cpu = d.close();
    EXPECT_NE(find(cpu, Cause::syscall, EntryRole::process), nullptr) << "a process's call";
    EXPECT_NE(find(cpu, Cause::nested_irq, EntryRole::whole), nullptr) << "an interrupt of the kernel itself";
    const EpisodeKind* first = find(cpu, Cause::world_switch, EntryRole::whole);
    ASSERT_NE(first, nullptr) << "to the machine";
    EXPECT_EQ(first->world, World::hypervisor) << "the kernel is a hypervisor in it";
    EXPECT_NE(find(cpu, Cause::wfi, EntryRole::whole), nullptr) << "an exit that no process took part in";
    std::vector<std::string> names;
    RunRecord run;
    run.cpus.push_back(cpu);
    for (const ExitRow& row : exit_rows(run, {}))
        if (!row.process) names.push_back(row.exit);
    std::ranges::sort(names);
    EXPECT_EQ(names, (std::vector<std::string>{"WFI", "world switch: system call 0"})) << "exits";
}

TEST(LedgerHosts, ACallOfTheHostIsNoPartOfAnExit) {
    HostDriver d;
    d.enter(1);
    d.trap(hsr(ec_hvc));
    d.hvc(5);
    d.run(2, 2);
    d.leave(Mode::svc, 0xc000);  // the lowvisor answers
    d.leave(Mode::usr);
    d.take(ExceptionKind::svc, Mode::svc);
    d.leave(Mode::usr);
    const ProcessorRecord cpu = d.close();
    const EpisodeKind* call = find(cpu, Cause::hypercall, EntryRole::whole);
    ASSERT_NE(call, nullptr) << "of the host";
    EXPECT_EQ(call->detail, 5u) << "its number";
    EXPECT_NE(find(cpu, Cause::syscall, EntryRole::whole), nullptr) << "nor is its program's";
}

TEST(LedgerHosts, AMachineIsEnteredByTheOutermostReturnAlone) {
    HostDriver d;
    d.enter(1);
    const auto interrupted = [&](u64 before, u64 inside, u64 after, const auto& change, u32 back) {
        d.run(before, before);
        d.take(ExceptionKind::irq, Mode::hyp, 0, 0x9000);
        d.run(inside, inside);
        change();
        d.leave(Mode::hyp, 0x9000);
        d.run(after, after);
        d.leave(Mode::svc, back);
    };
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_hvc));
    interrupted(
        2, 30, 4,
        [&] {
            d.host();
            d.state.sys.vmpidr = host_mpidr;
        },
        0xc000);
    d.hvc(0x4020'0100);
    interrupted(
        5, 60, 7,
        [&] {
            d.set_vm(1);
            d.state.sys.vmpidr = 0;
        },
        0x8000);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.host_exits.size(), 1u) << "one exit";
    const HostExitRow& exit = cpu.host_exits[0];
    EXPECT_EQ(exit.kind.cause, Cause::hypercall) << "not the interrupts of the lowvisor";
    EXPECT_TRUE(exit.kind.finished) << "the machine ran again";
    EXPECT_EQ(part(exit, ExitPart::way_in).insns, 6u) << "the way in";
    EXPECT_EQ(part(exit, ExitPart::way_back).insns, 12u) << "the way back";
    u64 nested = 0;
    for (const EpisodeRow& row : cpu.episodes) {
        if (row.kind.insns() != 30 && row.kind.insns() != 60) continue;
        ++nested;
        EXPECT_EQ(row.kind.role, EntryRole::whole) << "an interrupt of the lowvisor: " << row.kind.insns();
        EXPECT_EQ(row.kind.world, World::hypervisor) << "an interrupt of the lowvisor: " << row.kind.insns();
    }
    EXPECT_EQ(nested, 2u) << "interrupts of the lowvisor";
    expect_conserved(cpu);
}

TEST(LedgerHosts, OnlyAReturnFromHypModeEntersAMachine) {
    HostDriver d;
    d.enter(1);
    d.trap(hsr(ec_hvc));
    d.set_vm(1);  // behind the books' back
    d.state.sys.vmpidr = 0;
    d.set_mode(Mode::usr);
    d.take(ExceptionKind::svc, Mode::svc);
    d.leave(Mode::usr);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.host_exits.size(), 1u) << "one trap";
    EXPECT_FALSE(cpu.host_exits[0].kind.finished) << "a kernel's return says nothing of machines";
}

TEST(LedgerHosts, AnotherMachinesExitIsNoWayBack) {
    HostDriver d;
    d.enter(1);
    d.trap(hsr(0x01));
    d.enter(2);
    d.hvc(5);
    d.run(9, 9);
    d.set_vm(1);
    d.leave(Mode::svc);  // from machine 2 to machine 1, of which an exit is open
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.host_exits.size(), 1u) << "machine 1's";
    EXPECT_TRUE(cpu.host_exits[0].kind.finished) << "it runs again";
    EXPECT_EQ(part(cpu.host_exits[0], ExitPart::way_back), PartCost{}) << "no host entered it";
    for (const EpisodeRow& row : cpu.episodes)
        EXPECT_NE(row.kind.role, EntryRole::way_back) << "an exit of machine 2 that ends in machine 1";
}

TEST(LedgerHosts, TheHostWorksForNoExitThatIsOver) {
    HostExits shared;
    HostDriver a(&shared), b(&shared);
    a.enter(1);
    a.trap(hsr(ec_hvc));
    b.enter(1);  // over
    b.trap(hsr(0x01));
    a.run(500, 500);
    a.phase(0);  // booked
    b.run(10, 10);
    b.enter(1);
    const ProcessorRecord from = a.close(), to = b.close();
    ASSERT_EQ(to.host_exits.size(), 1u) << "the second exit";
    EXPECT_EQ(part(to.host_exits[0], ExitPart::host_kernel).insns, 10u) << "what its own processor did";
    expect_conserved(from);
}

TEST(LedgerHosts, TheHostGoesOnWithTheNewestExitWhenAnotherIsOver) {
    HostExits shared;
    HostDriver a(&shared), b(&shared);
    a.enter(1);
    a.trap(hsr(ec_hvc));
    a.enter(2);
    a.trap(hsr(0x01));
    b.enter(1);  // the first is over
    a.run(20, 20);
    a.enter(2);
    const ProcessorRecord cpu = a.close();
    b.close();
    ASSERT_EQ(cpu.host_exits.size(), 2u) << "both began there";
    EXPECT_EQ(cpu.host_exits[1].kind.vm, 2) << "the newest";
    EXPECT_EQ(part(cpu.host_exits[1], ExitPart::host_kernel).insns, 20u) << "the host went on with it";
}

TEST(LedgerHosts, AKernelInHypModeIsKnownByItsFirstProcess) {
    ResidentDriver d;
    d.run(40, 40);
    d.to_guest(3);
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_data_abort, device_load));
    d.to_process(1);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(booked(cpu, World::host_kernel, Cause::none).insns, 40u) << "its boot";
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::none).insns, 0u) << "there is no other hypervisor";
}

}  // namespace
}  // namespace vtoll::core

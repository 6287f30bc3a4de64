// SPDX-License-Identifier: Apache-2.0
// Exits that a host takes part in: a Type-II hypervisor's, and those of a kernel resident in Hyp mode.
#include "core/ledger/book/host_exits.hpp"

#include <random>

#include "core/ledger/store/exits.hpp"
#include "tests/unit/core/host_driver.hpp"

namespace vtoll::core {
namespace {

using isa::ExceptionKind;
using isa::Mode;

constexpr u32 page_fault = 1u << 6 | 6, ec_undefined = 0x00;

void expect_parts(const HostExitRow& row, u64 in, u64 kernel, u64 user, u64 back) {
    EXPECT_EQ(part(row, ExitPart::way_in).insns, in) << "the way in";
    EXPECT_EQ(part(row, ExitPart::host_kernel).insns, kernel) << "the host's kernel";
    EXPECT_EQ(part(row, ExitPart::host_user).insns, user) << "the host's program";
    EXPECT_EQ(part(row, ExitPart::way_back).insns, back) << "the way back";
}

TEST(HostExits, AnExitIsOpenFromItsTrapUntilTheMachineRunsAgain) {
    HostDriver d;
    d.run(50, 50);  // the host starts
    d.enter(1);
    d.run(100, 100);
    d.trap(hsr(ec_data_abort, device_load));
    d.run(20, 20);
    d.leave(Mode::usr);
    d.run(30, 30);
    d.take(ExceptionKind::svc, Mode::svc);
    d.run(4, 4);
    d.enter(1, 0x8004, 6, 0);
    d.run(8, 8);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.host_exits.size(), 1u) << "one trap";
    const HostExitRow& exit = cpu.host_exits[0];
    EXPECT_EQ(exit.kind.cause, Cause::device_syndrome) << "it goes on behind the load";
    EXPECT_EQ(exit.kind.vm, 1) << "of the machine";
    EXPECT_TRUE(exit.kind.finished) << "it ran again";
    expect_parts(exit, 7, 24, 30, 6);
    EXPECT_EQ(exit.ticks(), (7 + 13 + 11) + (20 + 11 + 13 + 4) + 30 + (6 + 13 + 11)) << "and what exceptions cost";

    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::device_syndrome).insns, 7u) << "the way in";
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::world_switch).insns, 5u + 6u) << "the ways to the machine";
    EXPECT_EQ(booked(cpu, World::host_kernel, Cause::none).insns, 50u + 20u) << "the host's kernel, its boot too";
    EXPECT_EQ(booked(cpu, World::host_kernel, Cause::syscall).insns, 4u) << "the host's system call";
    EXPECT_EQ(booked(cpu, World::host_user, Cause::none).insns, 30u) << "the host's program";
    EXPECT_EQ(booked(cpu, World::kernel, Cause::none).insns, 108u) << "the guest's kernel";
    for (const Account& a : cpu.accounts) {
        if (a.world == World::hypervisor && a.cause == Cause::world_switch) continue;
        const bool host = a.world == World::host_kernel || a.world == World::host_user;
        EXPECT_EQ(a.vm, host ? 0 : 1) << "machine of the world " << name_of(a.world);
    }
    expect_conserved(cpu);
}

TEST(HostExits, WhereTheMachineGoesOnSaysWhatTheExitWas) {
    HostDriver d;
    for (u32 pc : {0x8000u, 0x8004u}) {
        d.enter(1, 0x8000);
        d.trap(hsr(ec_data_abort, device_load));
        d.enter(1, pc);
        d.trap(hsr(ec_hvc));
    }
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.host_exits.size(), 4u) << "a fault, an emulated load, two calls of which nobody saw one's end";
    EXPECT_EQ(cpu.host_exits[0].kind.cause, Cause::stage2_fault) << "back at the load";
    EXPECT_EQ(cpu.host_exits[2].kind.cause, Cause::device_syndrome) << "behind it";
    EXPECT_FALSE(cpu.host_exits[3].kind.finished) << "the run ends in the host";
    expect_conserved(cpu);
}

TEST(HostExits, TheHostWorksForTheNewestExit) {
    HostDriver d;
    d.enter(1);
    d.trap(hsr(ec_hvc));
    d.run(10, 10);
    d.enter(2);
    d.trap(hsr(0x01));
    d.run(20, 20);
    d.enter(1);
    d.run(1, 1);
    d.trap(0x05u << 26);
    d.enter(2);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.host_exits.size(), 3u) << "three traps";
    EXPECT_EQ(cpu.host_exits[0].kind.vm, 1) << "which runs again first";
    expect_parts(cpu.host_exits[0], 7, 10, 0, 5);
    EXPECT_EQ(cpu.host_exits[1].kind.vm, 2) << "then the other";
    expect_parts(cpu.host_exits[1], 7, 20, 0, 5);
    EXPECT_FALSE(cpu.host_exits[2].kind.finished) << "machine 1 does not run again";
    expect_conserved(cpu);
}

TEST(HostExits, OnWhicheverProcessor) {
    HostExits shared;
    HostDriver a(&shared), b(&shared);
    a.enter(1);
    a.trap(hsr(ec_data_abort, page_fault));
    a.run(10, 10);
    b.run(1000, 1000);  // another processor of the host, which takes the machine over
    b.enter(1, 0x8000, 9);
    a.run(500, 500);  // nothing to do with it any more
    b.run(1, 1);
    const ProcessorRecord from = a.close(), to = b.close();
    ASSERT_EQ(from.host_exits.size(), 1u) << "booked where it began";
    expect_parts(from.host_exits[0], 7, 10, 0, 9);
    EXPECT_TRUE(from.host_exits[0].kind.finished) << "the machine ran again";
    EXPECT_TRUE(to.host_exits.empty()) << "nothing began there";
    EXPECT_EQ(booked(to, World::host_kernel, Cause::none).insns, 1000u) << "its own work, a host's too";
    expect_conserved(from);
    expect_conserved(to);
}

TEST(HostExits, ProcessorsOfAMachineAreToldApart) {
    HostDriver d;
    d.enter(1, 0x8000, 5, 0x8000'0000);
    d.trap(hsr(ec_hvc));
    d.enter(1, 0x8000, 5, 0x8000'0001);
    d.trap(hsr(ec_hvc));
    d.run(3, 3);
    d.enter(1, 0x8000, 5, 0x8000'0001);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.host_exits.size(), 2u) << "one each";
    EXPECT_TRUE(cpu.host_exits[0].kind.finished) << "processor 1 runs again";
    expect_parts(cpu.host_exits[0], 7, 3, 0, 5);
    EXPECT_FALSE(cpu.host_exits[1].kind.finished) << "processor 0 does not";
}

TEST(HostExits, AHostWithStage2OfItsOwn) {
    HostExits exits;
    BookDriver d(Mode::svc, &exits, {.host_vmid = 7});
    d.set_vm(7);
    d.hvc();
    d.set_vm(1);
    d.leave(Mode::svc);
    d.hvc(3);
    d.run(2, 2);
    d.set_vm(7);
    d.leave(Mode::svc);
    d.run(10, 10);
    d.hvc();
    d.set_vm(1);
    d.leave(Mode::svc);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.host_exits.size(), 1u) << "[worlds] host_vmid";
    expect_parts(cpu.host_exits[0], 2, 10, 0, 0);
    EXPECT_EQ(booked(cpu, World::host_kernel, Cause::none).insns, 10u) << "the host's kernel";
}

TEST(HostExits, ProcessesOfAKernelInHypMode) {
    ResidentDriver d;
    d.run(40, 40);
    d.to_process(1);
    d.run(10, 10);
    d.state.r[7] = 5;
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_svc));
    d.run(3, 3);
    d.to_process(2);
    d.run(20, 20);
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_undefined));
    d.run(4, 4);
    d.to_process(2, 0x8004);
    d.take(ExceptionKind::irq, Mode::hyp);
    d.run(5, 5);
    d.to_process(1);
    const ProcessorRecord cpu = d.close();
    EXPECT_TRUE(cpu.host_exits.empty()) << "processes with VMIDs are no machines";
    EXPECT_EQ(booked(cpu, World::host_kernel, Cause::syscall).insns, 3u) << "SVC, to another process";
    EXPECT_EQ(booked(cpu, World::host_kernel, Cause::undefined).insns, 4u) << "an undefined instruction";
    EXPECT_EQ(booked(cpu, World::host_kernel, Cause::hyp_irq).insns, 5u) << "an interrupt";
    EXPECT_EQ(booked(cpu, World::host_kernel, Cause::none).insns, 40u) << "the kernel's boot";
    EXPECT_EQ(booked(cpu, World::host_user, Cause::none).insns, 30u) << "the processes";
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::none).insns, 0u) << "there is no hypervisor";
    for (const Account& a : cpu.accounts) EXPECT_EQ(a.vm, 0) << "no machine runs";
    RunRecord run;
    run.cpus.push_back(cpu);
    std::vector<std::string> names;
    for (const ExitRow& row : exit_rows(run, {})) {
        names.push_back(row.exit);
        EXPECT_TRUE(row.process) << row.exit;
    }
    std::sort(names.begin(), names.end());
    EXPECT_EQ(names, (std::vector<std::string>{"process: interrupt", "process: system call 5",
                                               "process: undefined instruction"}))
        << "entries by what they were";
    expect_conserved(cpu);
}

TEST(HostExits, AGuestOfAProcess) {
    ResidentDriver d;
    d.to_guest(3);
    d.run(100, 100);
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_data_abort, device_load));
    d.run(6, 6);
    d.to_process(1);
    d.run(20, 20);
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_svc));  // a call that the kernel serves by itself
    d.run(3, 3);
    d.to_process(1);
    d.run(5, 5);
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_svc));  // the answer
    d.run(4, 4);
    d.to_guest(3, 0x8004);
    d.run(1, 1);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.host_exits.size(), 1u) << "one trap";
    EXPECT_EQ(cpu.host_exits[0].kind.cause, Cause::device_syndrome) << "emulated by the process";
    expect_parts(cpu.host_exits[0], 6, 3, 25, 4);
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::world_switch).insns, 4u) << "the answer is the way back";
    EXPECT_EQ(booked(cpu, World::host_kernel, Cause::syscall).insns, 3u) << "the other call is the process's own";
    expect_conserved(cpu);
}

TEST(HostExits, AlikeOnesShareARow) {
    HostDriver d;
    d.enter(1);
    const u64 first = d.at.ticks;
    u64 last = 0;
    for (int i = 0; i < 3; ++i) {
        last = d.at.ticks;
        d.trap(hsr(ec_hvc));
        d.run(10, 10);
        d.enter(1);
    }
    d.trap(hsr(ec_hvc));
    d.run(11, 10);  // one instruction more
    d.enter(1);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.host_exits.size(), 2u) << "three of a kind, and another";
    EXPECT_EQ(cpu.host_exits[0].count, 3u) << "counted";
    EXPECT_EQ(cpu.host_exits[0].first_tick, first) << "beginning of the first";
    EXPECT_EQ(cpu.host_exits[0].last_tick, last) << "beginning of the last";
    EXPECT_EQ(cpu.host_exits[1].count, 1u) << "the odd one";
    EXPECT_EQ(cpu.host_exits[1].insns(), 7u + 11 + 5) << "all its parts";
    EXPECT_EQ(cpu.host_exits[0].ticks(), (7u + 13 + 11) + 10 + (5 + 13 + 11)) << "and their ticks";
}

TEST(HostExits, OfOneThatNobodySawTheEndOfTheWayInIsKnown) {
    HostDriver d;
    d.enter(1);
    d.trap(hsr(ec_hvc), 7);
    d.run(1000, 1000);  // for whom, nobody can say
    d.leave(Mode::usr);
    d.run(1000, 1000);
    d.set_vm(1);  // the same processor of the machine traps again: it was entered behind the books' back
    d.state.sys.vmpidr = 0;
    d.set_mode(Mode::svc);
    d.trap(hsr(0x01), 9);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.host_exits.size(), 2u) << "two traps";
    for (const HostExitRow& exit : cpu.host_exits) {
        EXPECT_FALSE(exit.kind.finished) << "of neither";
        expect_parts(exit, exit.kind.cause == Cause::hypercall ? 7 : 9, 0, 0, 0);
    }
}

TEST(HostExits, NoMoreAreOpenThanCanBeKept) {
    HostDriver d;
    constexpr u32 most = 1024, more = 6;
    for (u32 i = 0; i < most + more; ++i) {
        d.set_vm(1);
        d.state.sys.vmpidr = i;
        d.trap(hsr(ec_hvc));
    }
    for (u32 i = 0; i < more; ++i) {
        d.enter(1, 0x8000, 5, i);
        d.host();
    }
    const auto count = [](const ProcessorRecord& cpu, bool finished) {
        u64 sum = 0;
        for (const HostExitRow& exit : cpu.host_exits) sum += exit.kind.finished == finished ? exit.count : 0;
        return sum;
    };
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(count(cpu, true), 0u) << "the oldest gave way: nobody sees their ends";
    EXPECT_EQ(count(cpu, false), most + more) << "every one is booked";
}

TEST(HostExits, RandomSequencesAddUp) {
    const u32 seed = 20'261'130;
    for (u32 round = 0; round < 200; ++round) {
        std::mt19937 random(seed + round);
        HostExits shared;
        HostDriver cpus[] = {HostDriver(&shared), HostDriver(&shared)};
        u8 running[] = {0, 0};  // 0: the host
        u64 entered = 0, trapped = 0;
        for (int step = 0; step < 300; ++step) {
            const std::size_t i = random() % 2;
            HostDriver& d = cpus[i];
            d.run(1 + random() % 20, 25);
            if (running[i]) {
                const u32 syndromes[] = {hsr(ec_hvc), hsr(ec_data_abort, device_load), hsr(0x01), hsr(0x20, 6)};
                d.trap(syndromes[random() % 4], random() % 9);
                running[i] = 0;
                ++trapped;
            } else {
                const u8 vm = static_cast<u8>(1 + random() % 3);
                if (running[1 - i] == vm) continue;  // it has one processor
                d.enter(vm, random() % 2 ? 0x8000 : 0x8004, random() % 9);
                running[i] = vm;
                ++entered;
            }
        }
        u64 exits = 0, in_parts = 0, in_episodes = 0, host = 0, host_parts = 0;
        ProcessorRecord records[2];
        for (int i = 0; i < 2; ++i) cpus[i].ledger.close(cpus[i].at);
        for (int i = 0; i < 2; ++i) {
            records[i] = cpus[i].close();
            expect_conserved(records[i], "with seed " + std::to_string(seed + round));
            host += booked(records[i], World::host_kernel, Cause::none).ticks;
            for (const HostExitRow& row : records[i].host_exits) {
                exits += row.count;
                in_parts += row.count * (part(row, ExitPart::way_in).ticks + part(row, ExitPart::way_back).ticks);
                host_parts += row.count * part(row, ExitPart::host_kernel).ticks;
            }
            for (const EpisodeRow& row : records[i].episodes)
                if (row.kind.role != EntryRole::whole) in_episodes += row.count * row.kind.ticks();
        }
        EXPECT_EQ(exits, trapped) << "each trap is one exit, with seed " << seed + round;
        EXPECT_EQ(in_parts, in_episodes) << "the ways are episodes too, with seed " << seed + round;
        EXPECT_LE(host_parts, host) << "the host's part is the host's, with seed " << seed + round;
        EXPECT_GT(entered, 0u) << "with seed " << seed + round;
    }
}

}  // namespace
}  // namespace vtoll::core

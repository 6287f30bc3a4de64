// SPDX-License-Identifier: Apache-2.0
// What an account is: world, cause, machine, phase and stall, each as it was when the time passed.
#include <optional>

#include "tests/unit/core/book_driver.hpp"

namespace vtoll::core {
namespace {

using isa::ExceptionKind;
using isa::Mode;

struct Where {
    World world;
    Cause cause = Cause::none;
    std::optional<u16> phase = std::nullopt;
    std::optional<u8> vm = std::nullopt;
};

Counts in(const ProcessorRecord& cpu, Where where, std::optional<Stall> stall = std::nullopt) {
    Counts sum;
    for (const Account& a : cpu.accounts)
        if (a.world == where.world && a.cause == where.cause && (!where.phase || a.phase == *where.phase) &&
            (!where.vm || a.vm == *where.vm) && (!stall || a.stall == *stall)) {
            sum.insns += a.insns;
            sum.ticks += a.ticks;
        }
    return sum;
}
u64 ticks(const ProcessorRecord& cpu, Where where, std::optional<Stall> stall = std::nullopt) {
    return in(cpu, where, stall).ticks;
}

u32 waited(const EpisodeKind& kind, Stall stall) {
    return kind.waits[static_cast<std::size_t>(stall) - first_core_stall];
}

TEST(Accounts, WaitsAreInThePhaseAndTheEpisodeThatWaited) {
    BookDriver d;
    d.set_vm(1);
    d.leave(Mode::svc, 0x8000, 0);
    d.phase(2);
    d.run(10, 10);
    d.wait(Stall::memory, 30);
    d.phase(1);
    d.wait(Stall::memory, 5);
    d.hvc(3);
    d.phase(4);
    d.run(4, 4);
    d.wait(Stall::data, 7);
    d.wait(Stall::walk_stage2, 9);
    d.phase(0);
    d.wait(Stall::data, 2);
    d.leave(Mode::svc);
    d.wait(Stall::fetch, 3);
    const ProcessorRecord cpu = d.close();
    const auto kernel = [](u16 phase) { return Where{World::kernel, Cause::none, phase, u8{1}}; };
    const auto exit = [](u16 phase) { return Where{World::hypervisor, Cause::hypercall, phase, u8{1}}; };
    EXPECT_EQ(ticks(cpu, kernel(2), Stall::memory), 30u) << "the kernel's wait";
    EXPECT_EQ(ticks(cpu, kernel(2), Stall::issue), 10u) << "what is left of its phase";
    EXPECT_EQ(ticks(cpu, kernel(1), Stall::memory), 5u) << "in its next phase";
    EXPECT_EQ(ticks(cpu, kernel(1), Stall::issue), 0u) << "which did nothing else";
    EXPECT_EQ(ticks(cpu, kernel(0), Stall::fetch), 3u) << "after the exit";
    EXPECT_EQ(ticks(cpu, exit(4), Stall::data), 7u) << "of the exit";
    EXPECT_EQ(ticks(cpu, exit(4), Stall::walk_stage2), 9u) << "its other wait";
    EXPECT_EQ(ticks(cpu, exit(4), Stall::issue), 4u) << "what is left";
    EXPECT_EQ(ticks(cpu, exit(0), Stall::data), 2u) << "in another phase";
    EXPECT_EQ(ticks(cpu, exit(phase_hardware_entry), Stall::exception), 13u) << "the entry";
    EXPECT_EQ(ticks(cpu, exit(phase_hardware_exit), Stall::exception), 11u) << "the return";
    ASSERT_EQ(cpu.episodes.size(), 1u) << "one exit";
    EXPECT_EQ(waited(cpu.episodes[0].kind, Stall::data), 9u) << "the exit's, of all phases";
    EXPECT_EQ(waited(cpu.episodes[0].kind, Stall::walk_stage2), 9u) << "its other wait";
    EXPECT_EQ(waited(cpu.episodes[0].kind, Stall::memory), 0u) << "the kernel's is not";
    expect_conserved(cpu);
}

TEST(Accounts, WaitsAreOfTheCauseThatTheReturnShows) {
    BookDriver d;
    d.set_vm(1);
    for (const u32 pc : {0x8004u, 0x8000u}) {
        d.take(ExceptionKind::data_abort, Mode::hyp, hsr(ec_data_abort, iss_valid | 6), 0x8000);
        d.wait(Stall::walk_stage1, pc == 0x8004 ? 40 : 50);
        d.leave(Mode::svc, pc);
    }
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(ticks(cpu, {World::hypervisor, Cause::device_syndrome}, Stall::walk_stage1), 40u) << "emulated";
    EXPECT_EQ(ticks(cpu, {World::hypervisor, Cause::stage2_fault}, Stall::walk_stage1), 50u) << "mapped";
    expect_conserved(cpu);
}

TEST(Accounts, EpisodesThatWaitAtOnceDoNotMix) {
    BookDriver d(Mode::usr);
    d.set_vm(1);
    for (int i = 0; i < 3; ++i) {
        d.take(ExceptionKind::svc, Mode::svc, 0, 0x100);
        d.wait(Stall::dependency, 100);
        d.take(ExceptionKind::irq, Mode::irq, 0, 0x200);
        d.wait(Stall::mispredict, 10);
        d.take(ExceptionKind::hvc, Mode::hyp, hsr(ec_hvc), 0x300);
        d.wait(Stall::system, 1);
        d.leave(Mode::irq, 0x300);
        d.wait(Stall::mispredict, 10);
        d.leave(Mode::svc, 0x200);
        d.wait(Stall::dependency, 100);
        d.leave(Mode::usr, 0x100);
    }
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(ticks(cpu, {World::kernel, Cause::syscall}, Stall::dependency), 600u) << "the calls";
    EXPECT_EQ(ticks(cpu, {World::kernel, Cause::irq}, Stall::mispredict), 60u) << "the interrupts in them";
    EXPECT_EQ(ticks(cpu, {World::hypervisor, Cause::hypercall}, Stall::system), 3u) << "the hypercalls in those";
    ASSERT_EQ(cpu.episodes.size(), 3u) << "three of each, alike";
    for (const EpisodeRow& row : cpu.episodes) {
        u32 kinds = 0;
        for (const u32 wait : row.kind.waits) kinds += wait != 0;
        EXPECT_EQ(kinds, 1u) << name_of(row.kind.cause) << " waited for one thing";
        EXPECT_EQ(row.count, 3u) << name_of(row.kind.cause);
    }
    expect_conserved(cpu);
}

/// Everything that a world may have, outside exceptions and in one.
void live(BookDriver& d) {
    d.phase(3);
    d.run(20, 25);
    d.wait(Stall::memory, 7);
    d.device(40);
    d.phase(0);
    d.run(2, 2);
}

// With stage 2 off it is a host if any machine ever runs, which shows later: then the kernel's books are told so.
TEST(Accounts, WithoutMachinesAHostIsAKernel) {
    for (const bool machine : {false, true}) {
        Rows rows;
        BookDriver d;
        d.ledger.set_rows(&rows);
        live(d);
        d.leave(Mode::usr);
        live(d);
        d.take(ExceptionKind::svc, Mode::svc);
        d.wait(Stall::data, 6);
        d.leave(Mode::usr);
        if (machine) {
            d.take(ExceptionKind::svc, Mode::svc);
            d.hvc();
            d.set_vm(1);
            d.leave(Mode::svc);
            d.hvc();
            d.state.sys.hcr = 0;
            d.leave(Mode::svc);
        }
        const ProcessorRecord cpu = d.close();
        const std::string why = machine ? "with a machine" : "without";
        const World kernel = machine ? World::host_kernel : World::kernel,
                    user = machine ? World::host_user : World::user;
        for (const World world : {kernel, user}) {
            EXPECT_EQ(in(cpu, {world, Cause::none, u16{3}}).insns, 20u) << why << ": its instructions";
            EXPECT_EQ(ticks(cpu, {world, Cause::none, u16{3}}, Stall::issue), 25u) << why << ": issue";
            EXPECT_EQ(ticks(cpu, {world, Cause::none, u16{3}}, Stall::memory), 7u) << why << ": a wait";
            EXPECT_EQ(ticks(cpu, {world, Cause::none, u16{3}}, Stall::device), 40u) << why << ": a device";
        }
        EXPECT_EQ(ticks(cpu, {kernel, Cause::none, phase_hardware_exit}, Stall::exception), 11u)
            << why << ": the return to the program";
        EXPECT_EQ(ticks(cpu, {kernel, Cause::syscall}, Stall::data), 6u) << why << ": a wait of its system call";
        for (const EpisodeRow& row : cpu.episodes)
            EXPECT_TRUE(row.kind.cause != Cause::syscall || row.kind.world == kernel) << why << ": the call";
        EXPECT_EQ(cpu.rows.at(0).worlds[static_cast<std::size_t>(user)].insns, 22u) << why << ": the row's program";
        EXPECT_EQ(cpu.rows.at(0).worlds[static_cast<std::size_t>(user)].ticks, 74u) << why << ": and its time";
        for (const World world : {World::kernel, World::user, World::host_kernel, World::host_user})
            EXPECT_EQ(cpu.rows.at(0).worlds[static_cast<std::size_t>(world)].insns != 0,
                      world == kernel || world == user)
                << why << ": the row of the world " << name_of(world);
        expect_conserved(cpu, why);
    }
}

TEST(Accounts, AKernelInHypModeIsNoHypervisorOutsideItsExits) {
    BookDriver d(Mode::hyp);
    live(d);  // before its first process shows what it is
    d.set_vm(1);
    d.state.sys.hcr |= isa::hcr::TGE;
    d.leave(Mode::usr);
    d.state.sys.hcr &= ~isa::hcr::TGE;
    d.state.sys.vttbr = u64{3} << 48;
    d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(0x01));
    d.wait(Stall::data, 4);
    d.leave(Mode::svc);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(ticks(cpu, {World::host_kernel, Cause::none, u16{3}}, Stall::memory), 7u) << "its boot's wait";
    EXPECT_EQ(ticks(cpu, {World::host_kernel, Cause::none, u16{3}}, Stall::device), 40u) << "its boot's device";
    EXPECT_EQ(ticks(cpu, {World::hypervisor}), 0u) << "outside exits it is no hypervisor";
    expect_conserved(cpu);
}

TEST(Accounts, EachMachineHasItsOwn) {
    BookDriver d;
    for (const u8 vm : {u8{1}, u8{2}}) {
        d.set_vm(vm);
        d.leave(Mode::svc, 0x8000, 0);
        d.run(vm, vm);
        d.wait(Stall::memory, 10u * vm);
        d.device(100u * vm);
        d.idle(1000u * vm);
        d.hvc(7);
        d.wait(Stall::data, vm);
        d.leave(Mode::svc);
    }
    const ProcessorRecord cpu = d.close();
    for (const u8 vm : {u8{1}, u8{2}}) {
        const Where kernel{World::kernel, Cause::none, std::nullopt, vm};
        EXPECT_EQ(in(cpu, kernel).insns, vm) << "instructions of machine " << int{vm};
        EXPECT_EQ(ticks(cpu, kernel, Stall::memory), 10u * vm) << "waits of machine " << int{vm};
        EXPECT_EQ(ticks(cpu, kernel, Stall::device), 100u * vm) << "devices of machine " << int{vm};
        EXPECT_EQ(ticks(cpu, {World::idle, Cause::none, std::nullopt, vm}, Stall::sleep), 1000u * vm) << "its sleep";
        EXPECT_EQ(ticks(cpu, {World::hypervisor, Cause::hypercall, std::nullopt, vm}, Stall::data), vm) << "its exit";
    }
    expect_conserved(cpu);
}

TEST(Accounts, AreSortedByWorldCauseMachinePhaseAndStall) {
    BookDriver d;
    for (const u8 vm : {u8{2}, u8{1}}) {
        d.set_vm(vm);
        d.leave(Mode::usr);
        live(d);
        d.take(ExceptionKind::irq, Mode::irq);
        d.hvc();
        live(d);
        d.leave(Mode::irq);
        d.leave(Mode::usr);
        d.take(ExceptionKind::svc, Mode::svc);
    }
    const ProcessorRecord cpu = d.close();
    const auto key = [](const Account& a) { return std::tuple(a.world, a.cause, a.vm, a.phase, a.stall); };
    for (std::size_t i = 1; i < cpu.accounts.size(); ++i)
        EXPECT_LT(key(cpu.accounts[i - 1]), key(cpu.accounts[i])) << "account " << i << ", each once";
    for (const Account& a : cpu.accounts) EXPECT_TRUE(a.insns || a.ticks) << "none is empty";
}

}  // namespace
}  // namespace vtoll::core

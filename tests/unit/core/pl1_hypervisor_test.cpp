// SPDX-License-Identifier: Apache-2.0
// Books of a hypervisor without the Virtualization Extensions: it runs at PL1, its guests' kernels and users at PL0.
#include <map>

#include "tests/unit/core/book_driver.hpp"

namespace vtoll::core {
namespace {

using isa::ExceptionKind;
using isa::Mode;

constexpr u32 kernel_open = 0b01'01'01, user_only = 0b00'01'01;  // domain 2 is the guest kernel's
constexpr u64 table_a = 0x4010'0000, table_b = 0x4020'0000;

class Microvisor : public BookDriver {
public:
    Microvisor() : BookDriver(Mode::svc) { ledger.set_policy({.pl1_is_hypervisor = true, .kernel_domain = 2}); }
    void enter_guest(u32 dacr, u64 table = table_a) {
        state.sys.dacr = dacr;
        state.sys.ttbr1 = table;
        leave(Mode::usr);
    }
};

const EpisodeKind* find(const ProcessorRecord& cpu, Cause cause) {
    for (const EpisodeRow& row : cpu.episodes)
        if (row.kind.cause == cause) return &row.kind;
    return nullptr;
}

TEST(Pl1Hypervisor, SystemCallOfAGuestUserIsTheHypervisors) {
    Microvisor d;
    d.enter_guest(user_only);
    d.run(4, 4);
    d.take(ExceptionKind::svc, Mode::svc);
    d.run(20, 30);
    d.enter_guest(kernel_open);
    d.run(7, 7);
    d.state.r[12] = 1;
    d.take(ExceptionKind::svc, Mode::svc);
    d.run(10, 12);
    d.enter_guest(user_only);
    const ProcessorRecord cpu = d.close();
    const EpisodeKind* call = find(cpu, Cause::syscall);
    ASSERT_NE(call, nullptr) << "SVC while DACR hides the guest kernel's domain";
    EXPECT_EQ(call->world, World::hypervisor) << "PL1 is the hypervisor's";
    EXPECT_EQ(call->insns(), 20u) << "what the microvisor executed for it";
    const EpisodeKind* back = find(cpu, Cause::hypercall);
    ASSERT_NE(back, nullptr) << "SVC while the guest kernel's domain is open";
    EXPECT_EQ(back->detail, 1u) << "number of the hypercall, r12";
    EXPECT_EQ(booked(cpu, World::kernel, Cause::none).insns, 7u) << "the guest kernel runs at PL0";
    EXPECT_EQ(booked(cpu, World::user, Cause::none).insns, 4u) << "the guest user";
    EXPECT_EQ(cpu.crossings.hyp_entries, 2u) << "entries into the hypervisor";
    expect_conserved(cpu);
}

TEST(Pl1Hypervisor, AnotherKernelTableIsAWorldSwitch) {
    Microvisor d;
    d.enter_guest(kernel_open, table_a);
    d.take(ExceptionKind::svc, Mode::svc);
    d.run(50, 70);
    d.enter_guest(kernel_open, table_b);
    d.take(ExceptionKind::svc, Mode::svc);
    d.run(5, 5);
    d.enter_guest(kernel_open, table_b);
    const ProcessorRecord cpu = d.close();
    const EpisodeKind* change = find(cpu, Cause::world_switch);
    ASSERT_NE(change, nullptr) << "TTBR1 differs between entry and return";
    EXPECT_EQ(change->insns(), 50u) << "the switch alone";
    EXPECT_NE(change->vm, change->vm_after) << "machines have numbers of their own";
    ASSERT_NE(find(cpu, Cause::hypercall), nullptr) << "the call that stays is none";
    expect_conserved(cpu);
}

TEST(Pl1Hypervisor, EveryExceptionHasItsCause) {
    const struct {
        const char* what;
        ExceptionKind kind;
        Mode to;
        Cause from_guest, inside;
    } cases[] = {
        {"undefined", ExceptionKind::undefined, Mode::und, Cause::undefined, Cause::hyp_other},
        {"prefetch abort", ExceptionKind::prefetch_abort, Mode::abt, Cause::stage1_fault, Cause::hyp_other},
        {"data abort", ExceptionKind::data_abort, Mode::abt, Cause::stage1_fault, Cause::hyp_other},
        {"IRQ", ExceptionKind::irq, Mode::irq, Cause::hyp_irq, Cause::nested_irq},
        {"FIQ", ExceptionKind::fiq, Mode::fiq, Cause::hyp_irq, Cause::nested_irq},
        {"asynchronous abort", ExceptionKind::virtual_abort, Mode::abt, Cause::hyp_other, Cause::hyp_other},
    };
    for (const auto& c : cases) {
        Microvisor d;
        d.enter_guest(user_only);
        d.take(c.kind, c.to, 0, 0x100);
        d.run(20, 20);
        d.take(c.kind, c.to, 0, 0x200);
        d.run(3, 3);
        d.leave(c.to, 0x200);
        d.leave(Mode::usr, 0x100);
        const ProcessorRecord cpu = d.close();
        ASSERT_EQ(cpu.episodes.size(), 2u) << c.what << ": one inside the other";
        EXPECT_EQ(cpu.episodes[0].kind.cause, c.inside) << c.what << " of the hypervisor";
        EXPECT_EQ(cpu.episodes[0].kind.insns(), 3u) << c.what << " of the hypervisor";
        EXPECT_EQ(cpu.episodes[1].kind.cause, c.from_guest) << c.what << " of a guest";
        EXPECT_EQ(cpu.episodes[1].kind.insns(), 20u) << c.what << " of a guest";
        EXPECT_EQ(cpu.crossings.hyp_entries, 1u) << c.what << ": the guest's";
        expect_conserved(cpu, c.what);
    }
}

TEST(Pl1Hypervisor, SamplesCountSwitches) {
    Microvisor d;
    d.enter_guest(user_only);
    d.mark(3);
    d.take(ExceptionKind::svc, Mode::svc);
    d.enter_guest(kernel_open);
    d.take(ExceptionKind::svc, Mode::svc);
    d.enter_guest(kernel_open);
    d.mark(4);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.samples.size(), 1u) << "one pair of markers";
    EXPECT_EQ(cpu.samples[0].mode_switches, 4u) << "into the hypervisor and out, twice";
    EXPECT_EQ(cpu.samples[0].address_space_switches, 1u) << "DACR opened the kernel's domain once";
}

TEST(Pl1Hypervisor, MayBeATaskOfAHost) {
    constexpr u32 task = 2, guest = 3;
    Microvisor d;
    d.ledger.set_policy(
        {.pl1_is_hypervisor = true, .kernel_domain = 2, .hypervisor_asid = task, .hypercall_register = 14});
    const auto enter = [&](u32 asid, u32 dacr) {
        d.state.sys.contextidr = asid;
        d.enter_guest(dacr);
    };
    enter(guest, user_only);
    d.run(4, 4);
    d.take(ExceptionKind::svc, Mode::svc);
    d.run(20, 20);
    enter(task, user_only);
    d.run(9, 9);
    d.take(ExceptionKind::svc, Mode::svc);
    d.run(30, 30);
    enter(guest, kernel_open);
    d.run(7, 7);
    d.state.r[12] = 1;
    d.state.r[14] = 5;
    d.take(ExceptionKind::svc, Mode::svc);
    enter(task, user_only);
    d.take(ExceptionKind::irq, Mode::irq);
    enter(task, user_only);
    const ProcessorRecord cpu = d.close();
    const EpisodeKind* call = find(cpu, Cause::syscall);
    ASSERT_NE(call, nullptr) << "of the guest's user";
    EXPECT_EQ(call->insns(), 20u) << "until the host gives it to its task";
    const EpisodeKind* host = find(cpu, Cause::host_call);
    ASSERT_NE(host, nullptr) << "the task's own call";
    EXPECT_EQ(host->insns(), 30u) << "until a guest runs";
    const EpisodeKind* hypercall = find(cpu, Cause::hypercall);
    ASSERT_NE(hypercall, nullptr) << "of the guest's kernel";
    EXPECT_EQ(hypercall->detail, 5u) << "its number is where the scenario says, lr";
    EXPECT_NE(find(cpu, Cause::hyp_irq), nullptr) << "an interrupt of the task is not of the host itself";
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::none).insns, 9u) << "the task is the hypervisor";
    EXPECT_EQ(booked(cpu, World::user, Cause::none).insns, 4u) << "and no user";
    EXPECT_EQ(booked(cpu, World::kernel, Cause::none).insns, 7u) << "the guest's kernel";
    expect_conserved(cpu);
}

TEST(Pl1Hypervisor, MachinesAreNumberedInTheOrderOfTheirTables) {
    Microvisor d;
    for (u32 i = 0; i < 300; ++i) {
        for (const u32 table : {i, i, 0u}) {  // the first one comes back again and again
            d.enter_guest(kernel_open, table_a + table * 0x4000);
            d.run(1, 1);
            d.take(ExceptionKind::svc, Mode::svc);
        }
    }
    std::map<u32, u64> insns;
    for (const Account& a : d.close().accounts)
        if (a.world == World::kernel) insns[a.vm] += a.insns;
    ASSERT_EQ(insns.size(), 256u) << "as many as can be told apart";
    EXPECT_EQ(insns[0], 300u + 2) << "the first";
    EXPECT_EQ(insns[1], 2u) << "the second";
    EXPECT_EQ(insns[254], 2u) << "the last that is alone";
    EXPECT_EQ(insns[255], 2u * 45) << "the others are one";
}

TEST(Pl1Hypervisor, TheKernelsDomainIsTheOneThatIsNamed) {
    const auto world = [](int domain, u32 dacr) {
        BookDriver d(Mode::svc, nullptr, {.pl1_is_hypervisor = true, .kernel_domain = domain});
        d.state.sys.dacr = dacr;
        d.leave(Mode::usr, 0x8000, 0);
        d.run(1, 1);
        return booked(d.close(), World::kernel, Cause::none).insns ? World::kernel : World::user;
    };
    for (const int domain : {0, 2, 3, 15}) {
        EXPECT_EQ(world(domain, 1u << 2 * domain), World::kernel) << "client of domain " << domain;
        EXPECT_EQ(world(domain, 3u << 2 * domain), World::kernel) << "manager of domain " << domain;
        EXPECT_EQ(world(domain, ~(3u << 2 * domain)), World::user) << "all but domain " << domain;
    }
    EXPECT_EQ(world(-1, ~u32{0}), World::user) << "no domain is a kernel's";
}

TEST(Pl1Hypervisor, ASampleHasItsTaskAndNotItsGuests) {
    constexpr u32 task = 2, guest = 3;
    Microvisor d;
    d.ledger.set_policy({.pl1_is_hypervisor = true, .kernel_domain = 2, .hypervisor_asid = task});
    d.state.sys.contextidr = guest;
    d.enter_guest(user_only);
    d.mark(3);
    d.run(4, 4);
    d.take(ExceptionKind::svc, Mode::svc);
    d.run(20, 30);
    d.state.sys.contextidr = task;
    d.enter_guest(user_only);
    d.run(9, 9);
    d.mark(4);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.samples.size(), 1u) << "one pair of markers";
    EXPECT_EQ(cpu.samples[0].hypervisor.insns, 20u + 9) << "the host kernel and the task";
    EXPECT_EQ(cpu.samples[0].hypervisor.ticks, 30u + 13 + 11 + 9) << "the host kernel and the task";
    EXPECT_EQ(cpu.samples[0].total.insns, 33u) << "with the guest";
}

TEST(Pl1Hypervisor, NumbersThatAGuestMakesUpAreBounded) {
    Microvisor d;
    d.enter_guest(kernel_open);
    for (u32 number = 1; number <= 100; ++number) {
        d.state.r[12] = number;
        d.take(ExceptionKind::svc, Mode::svc);
        d.enter_guest(kernel_open);
    }
    u64 named = 0, further = 0;
    for (const EpisodeRow& row : d.close().episodes) (row.kind.detail == many_details ? further : named) += row.count;
    EXPECT_EQ(named, 64u) << "the first keep their numbers";
    EXPECT_EQ(further, 36u) << "the others share one";
}

}  // namespace
}  // namespace vtoll::core

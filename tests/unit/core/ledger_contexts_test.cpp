// SPDX-License-Identifier: Apache-2.0
// Threads of a hypervisor or kernel: exceptions that are left by another one's return.
#include "tests/unit/core/book_driver.hpp"

namespace vtoll::core {
namespace {

using isa::ExceptionKind;
using isa::Mode;

void expect_contexts(const ProcessorRecord& cpu, Contexts wanted) {
    EXPECT_EQ(cpu.crossings.contexts.parked, wanted.parked) << "contexts that gave way";
    EXPECT_EQ(cpu.crossings.contexts.resumed, wanted.resumed) << "contexts that came back";
    EXPECT_EQ(cpu.crossings.contexts.abandoned, wanted.abandoned) << "contexts that never came back";
}

/// A thread's call of its own level's scheduler, and the scheduler's return to the context `to`.
void yield(BookDriver& d, u32 from_pc, Context to, ExceptionKind kind = ExceptionKind::hvc) {
    const Mode mode = d.state.mode();
    d.take(kind, mode, kind == ExceptionKind::hvc ? hsr(ec_hvc) : 0, from_pc);
    d.run(3, 3);
    d.leave(mode, to);
}

constexpr Context first{0x1000, 0x100}, second{0x2000, 0x200};

TEST(LedgerContexts, AHypervisorsOtherThreadIsOrdinaryExecution) {
    BookDriver d(Mode::hyp);
    d.state.r[13] = first.stack;
    yield(d, first.pc, second);
    d.run(1000, 1000);  // the second thread
    yield(d, second.pc, first);
    d.run(10, 10);  // the first again
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::hyp_other).insns, 6u) << "two calls of the scheduler";
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::none).insns, 1010u) << "both threads";
    expect_contexts(cpu, {.parked = 2, .resumed = 1, .abandoned = 1});
    expect_conserved(cpu);
}

TEST(LedgerContexts, ThreadsThatNeverComeBackOnOneStack) {
    BookDriver d(Mode::hyp);
    yield(d, 0x100, {0, 0x200});
    d.run(1000, 1000);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::none).insns, 1000u) << "a call that returns elsewhere is a switch";
    expect_contexts(cpu, {.parked = 1, .resumed = 0, .abandoned = 1});
}

TEST(LedgerContexts, AnExitWaitsWithItsThread) {
    BookDriver d(Mode::svc);
    d.set_vm(1);
    d.hvc(5);
    d.state.r[13] = first.stack;
    d.run(20, 20);
    yield(d, first.pc, second);
    d.run(500, 500);
    yield(d, second.pc, first);
    d.run(7, 7);
    d.leave(Mode::svc);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::hypercall).insns, 27u) << "what the exit's own thread did";
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::none).insns, 500u) << "what another thread did meanwhile";
    expect_contexts(cpu, {.parked = 2, .resumed = 1, .abandoned = 1});
    expect_conserved(cpu);
}

TEST(LedgerContexts, ThreadsAtOnePlaceAreToldApartByTheirStacks) {
    BookDriver d(Mode::svc);
    d.set_vm(1);
    d.hvc(5);
    d.state.r[13] = first.stack;
    yield(d, first.pc, second);
    d.run(30, 30);
    yield(d, first.pc, {second.stack + 0x1000, 0x300});  // the second at the same place as the first
    d.run(40, 40);
    yield(d, 0x300, first);
    d.run(5, 5);
    d.leave(Mode::svc);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::hypercall).insns, 5u) << "only the first thread has the exit";
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::none).insns, 70u) << "the second and the third thread";
    expect_contexts(cpu, {.parked = 3, .resumed = 1, .abandoned = 2});
}

TEST(LedgerContexts, AKernelEnteredByACallThatNeverReturns) {
    BookDriver d(Mode::svc);
    d.take(ExceptionKind::svc, Mode::svc, 0, 0x100);
    d.run(3, 3);
    d.leave(Mode::sys, second);  // the first task
    d.run(100, 100);
    for (int i = 0; i < 5; ++i) {  // ticks that change from task to task
        constexpr Context third{0x3000, 0x300};
        d.take(ExceptionKind::irq, Mode::irq, 0, (i % 2 ? third : second).pc);
        d.run(10, 10);
        d.leave(Mode::sys, i % 2 ? second : third);
        d.run(100, 100);
    }
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(booked(cpu, World::kernel, Cause::syscall).insns, 3u) << "the call that began it";
    EXPECT_EQ(booked(cpu, World::kernel, Cause::irq).insns, 50u) << "the interrupts";
    EXPECT_EQ(booked(cpu, World::kernel, Cause::none).insns, 600u) << "the tasks";
    expect_conserved(cpu);
}

TEST(LedgerContexts, AReturnPastAnInnerExceptionGivesItUp) {
    BookDriver d(Mode::hyp);
    d.state.r[13] = first.stack;
    d.take(ExceptionKind::hvc, Mode::hyp, hsr(ec_hvc), first.pc);
    d.run(4, 4);
    d.state.r[13] = second.stack;
    d.take(ExceptionKind::irq, Mode::hyp, 0, second.pc);
    d.run(5, 5);
    d.leave(Mode::hyp, first);
    d.run(6, 6);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::nested_irq).insns, 5u) << "the interrupt";
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::hyp_other).insns, 4u) << "the call that both returns end";
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::none).insns, 6u) << "after it";
    expect_contexts(cpu, {});
}

TEST(LedgerContexts, ManyThreadsAreBounded) {
    BookDriver d(Mode::hyp);
    for (u32 i = 0; i < 1000; ++i) yield(d, 0x100 + 16 * i, {0x10000 * (i + 1), 0x108 + 16 * i});
    EXPECT_EQ(d.ledger.crossings().contexts.abandoned, 1000u - 64) << "of those that wait the oldest gave up its place";
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(cpu.crossings.contexts.parked, 1000u) << "each gave way";
    EXPECT_EQ(cpu.crossings.contexts.abandoned, 1000u) << "none came back";
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::hyp_other).insns, 3000u) << "all are booked";
    expect_conserved(cpu);
}

TEST(LedgerContexts, EachMachineHasItsOwn) {
    BookDriver d(Mode::svc);
    d.set_vm(1);
    d.state.r[13] = first.stack;
    d.take(ExceptionKind::irq, Mode::irq, 0, first.pc);
    d.leave(Mode::svc, second);  // machine 1 changes threads
    d.set_vm(2);
    d.take(ExceptionKind::irq, Mode::irq, 0, 0x900);
    d.run(8, 8);
    d.leave(Mode::svc, first);  // in machine 2 nothing waits there
    const ProcessorRecord cpu = d.close();
    expect_contexts(cpu, {.parked = 2, .resumed = 0, .abandoned = 2});
}

TEST(LedgerContexts, TheStackTellsTwoExceptionsOfOneThreadApart) {
    BookDriver d(Mode::hyp);
    d.state.r[13] = first.stack;
    d.take(ExceptionKind::hvc, Mode::hyp, hsr(ec_hvc), first.pc);
    d.state.r[13] = second.stack;
    d.take(ExceptionKind::irq, Mode::hyp, 0, first.pc);
    d.leave(Mode::hyp, first);  // out of the outer one
    d.run(6, 6);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::none).insns, 6u) << "both are over";
    expect_contexts(cpu, {});
}

TEST(LedgerContexts, TheOneThatWaitsOnTheStackIsResumedRatherThanALeftException) {
    BookDriver d(Mode::hyp);
    d.state.r[13] = first.stack;
    yield(d, first.pc, second);
    d.take(ExceptionKind::irq, Mode::hyp, 0, first.pc);  // the second at the same place
    d.leave(Mode::hyp, first);
    expect_contexts(d.close(), {.parked = 2, .resumed = 1, .abandoned = 1});
}

}  // namespace
}  // namespace vtoll::core

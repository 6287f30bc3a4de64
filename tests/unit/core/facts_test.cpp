// SPDX-License-Identifier: Apache-2.0
// What the books note beside costs: whose it is, and whether it told or changed anything.
#include <algorithm>
#include <map>
#include <tuple>

#include "isa/sysregs/sys_reg.hpp"
#include "tests/unit/core/book_driver.hpp"

namespace vtoll::core {
namespace {

using isa::Mode;
using Effect = isa::RegisterAccess::Effect;

constexpr u64 gich_lr0 = 0x0803'0100;

u16 number_of(std::string_view name) {
    for (u16 n = 0; n < isa::booked_registers(); ++n)
        if (isa::booked_register(n).name == name) return n;
    ADD_FAILURE() << name << ": no such register";
    return 0;
}

const AccessFact* find(const Facts& facts, std::string_view name, bool write, Cause cause) {
    const auto found = std::ranges::find_if(facts.accesses, [&](const AccessFact& f) {
        return f.name == name && f.write == write && f.owner.cause == cause;
    });
    return found == facts.accesses.end() ? nullptr : &*found;
}

/// A guest's exits, in each of which `inside` happens.
template <class Inside>
Facts facts_of_exits(u32 ec_of_exit, u32 return_to, unsigned exits, Inside inside) {
    BookDriver d(Mode::hyp);
    d.set_vm(1);
    d.leave(Mode::svc);
    for (unsigned i = 0; i < exits; ++i) {
        d.run(10, 10);
        d.take(isa::ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_of_exit, iss_valid));
        inside(d, i);
        d.run(20, 30);
        d.leave(Mode::svc, return_to);
    }
    return d.close().facts;
}

TEST(Facts, AreOfTheCauseThatTheExitTurnsOutToHave) {
    const u16 sctlr = number_of("SCTLR");
    const auto reads = [&](BookDriver& d, unsigned) {
        d.ledger.register_accessed({sctlr, false, Effect::unknown, 7}, 3);
    };
    EXPECT_NE(find(facts_of_exits(ec_data_abort, 0x8004, 1, reads), "SCTLR", false, Cause::device_syndrome), nullptr)
        << "the guest went on behind the access: a device";
    EXPECT_NE(find(facts_of_exits(ec_data_abort, 0x8000, 1, reads), "SCTLR", false, Cause::stage2_fault), nullptr)
        << "it repeats the access: a fault";
}

TEST(Facts, TellWhetherARegisterWasNew) {
    const u16 vbar = number_of("VBAR");
    const Facts facts = facts_of_exits(ec_hvc, 0x8000, 10, [&](BookDriver& d, unsigned i) {
        d.ledger.register_accessed({vbar, false, Effect::unknown, i < 4 ? u64{i} : 100}, 3);
        d.ledger.register_accessed({vbar, true, i == 9 ? Effect::changed : Effect::none, 100}, 5);
    });
    const AccessFact* read = find(facts, "VBAR", false, Cause::hypercall);
    const AccessFact* write = find(facts, "VBAR", true, Cause::hypercall);
    ASSERT_TRUE(read && write) << "both are noted";
    EXPECT_EQ(read->counts, (AccessCounts{10, 6, 30, 18}))
        << "a read of what was written, or read, before tells nothing";
    EXPECT_EQ(write->counts, (AccessCounts{10, 9, 50, 45})) << "all writes but one changed nothing";
    EXPECT_FALSE(read->device) << "it is the processor's";
    EXPECT_EQ(read->owner, (FactOwner{World::hypervisor, Cause::hypercall, 1})) << "in an exit of machine 1";
}

TEST(Facts, TellWhetherADevicesRegisterWasNew) {
    const Facts facts = facts_of_exits(ec_hvc, 0x8000, 5, [](BookDriver& d, unsigned) {
        d.ledger.device_accessed({.pa = gich_lr0, .write = false, .value = 1, .ticks = 20}, d.at);
        d.ledger.device_accessed({.pa = gich_lr0, .write = true, .value = 1, .ticks = 10}, d.at);
    });
    const AccessFact* read = find(facts, "GICH_LR0", false, Cause::hypercall);
    const AccessFact* write = find(facts, "GICH_LR0", true, Cause::hypercall);
    ASSERT_TRUE(read && write) << "by the register's name";
    EXPECT_EQ(read->counts, (AccessCounts{5, 4, 100, 80})) << "the first read is news";
    EXPECT_EQ(write->counts, (AccessCounts{5, 5, 50, 50})) << "what was read is written back";
    EXPECT_EQ(read->address, gich_lr0) << "and where it is";
}

TEST(Facts, NoteWithoutEndInAnExitWithoutEnd) {
    const u16 vbar = number_of("VBAR");
    const Facts facts = facts_of_exits(ec_hvc, 0x8000, 1, [&](BookDriver& d, unsigned) {
        for (int i = 0; i < 100'000; ++i) d.ledger.register_accessed({vbar, true, Effect::none, 0}, 1);
    });
    const AccessFact* write = find(facts, "VBAR", true, Cause::hypercall);
    ASSERT_NE(write, nullptr) << "noted";
    EXPECT_EQ(write->counts.count, 100'000u) << "none is lost";
}

TEST(Facts, TooManyPlacesAreOne) {
    const Facts facts = facts_of_exits(ec_hvc, 0x8000, 1, [](BookDriver& d, unsigned) {
        for (u32 i = 0; i < 3000; ++i) d.ledger.device_accessed({.pa = 0x4000'0000 + 4 * i, .ticks = 1}, d.at);
    });
    u64 count = 0;
    for (const AccessFact& f : facts.accesses) count += f.counts.count;
    EXPECT_EQ(count, 3000u) << "none is lost";
    const AccessFact* rest = find(facts, "further devices", false, Cause::hypercall);
    ASSERT_NE(rest, nullptr) << "those that there was no room for";
    EXPECT_EQ(rest->counts.same, 0u) << "nothing is known of what share a place";
}

TEST(Facts, ControlsAreThoseOfTheLevelThatRuns) {
    BookDriver d(Mode::hyp);
    d.run(100, 100);
    d.state.sys.hsctlr = isa::sctlr::M | isa::sctlr::C;
    d.ledger.controls_changed(d.state, d.at);
    d.run(10, 10);
    d.set_vm(1);
    d.leave(Mode::svc, 0x8000, 0);
    d.run(1000, 1000);
    const Facts facts = d.close().facts;
    const auto insns = [&](World world, bool mmu, bool stage2) {
        u64 sum = 0;
        for (const ControlFact& f : facts.controls)
            if (f.world == world && f.controls.mmu == mmu && f.controls.stage2 == stage2) sum += f.insns;
        return sum;
    };
    EXPECT_EQ(insns(World::hypervisor, false, false), 100u) << "before HSCTLR.M is set";
    EXPECT_EQ(insns(World::hypervisor, true, false), 10u) << "behind it";
    EXPECT_EQ(insns(World::kernel, false, true), 1000u) << "the guest's SCTLR.M is clear, stage 2 is on";
}

TEST(Facts, EventsGoToWhoeverPays) {
    MemoryEvents events;
    BookDriver d(Mode::hyp);
    d.at.events = &events;
    d.set_vm(1);
    d.leave(Mode::svc);
    events.add(MemoryEvent::misaligned, 3);
    d.hvc(5);
    events.add(MemoryEvent::uncached, 2);
    events.add(MemoryEvent::uncached_ticks, 200);
    d.run(10, 220);
    d.leave(Mode::svc);
    const Facts facts = d.close().facts;
    const auto amount = [&](World world, Cause cause, MemoryEvent event) {
        u64 sum = 0;
        for (const EventFact& f : facts.events)
            if (f.owner.world == world && f.owner.cause == cause && f.event == event) sum += f.amount;
        return sum;
    };
    EXPECT_EQ(amount(World::kernel, Cause::none, MemoryEvent::misaligned), 3u) << "the guest's";
    EXPECT_EQ(amount(World::hypervisor, Cause::hypercall, MemoryEvent::uncached), 2u) << "the hypercall's";
    u64 ticks = 0;
    for (const ControlFact& f : facts.controls)
        if (f.in_exception && !f.controls.mmu) ticks += f.uncached_ticks;
    EXPECT_EQ(ticks, 200u) << "with Hyp mode's MMU off";
}

TEST(Facts, ControlsHaveAllThatWasDone) {
    BookDriver d;
    d.set_vm(1);
    d.leave(Mode::svc);
    d.run(10, 30);
    d.hvc();
    d.idle(500);
    d.run(3, 7);
    d.state.sys.hsctlr = isa::sctlr::M;
    d.ledger.controls_changed(d.state, d.at);
    d.run(5, 90);
    d.leave(Mode::svc);
    d.run(1, 2);
    const ProcessorRecord cpu = d.close();
    u64 insns = 0, ticks = 0;
    std::map<std::tuple<World, bool, bool>, std::pair<u64, u64>> by;
    for (const ControlFact& f : cpu.facts.controls) {
        insns += f.insns;
        ticks += f.ticks;
        auto& [its_insns, its_ticks] = by[{f.world, f.in_exception, f.controls.mmu}];
        its_insns += f.insns;
        its_ticks += f.ticks;
    }
    EXPECT_EQ(insns, cpu.machine.insns) << "each instruction is under some controls";
    EXPECT_EQ(ticks, cpu.machine.ticks - 500) << "each tick but those of sleep";
    EXPECT_EQ((by[{World::kernel, false, false}]), (std::pair<u64, u64>{11, 30 + 2 + 11})) << "the guest's kernel";
    EXPECT_EQ((by[{World::hypervisor, true, false}]), (std::pair<u64, u64>{3, 13 + 7})) << "its exit, HSCTLR.M clear";
    EXPECT_EQ((by[{World::hypervisor, true, true}]), (std::pair<u64, u64>{5, 90 + 11})) << "its exit, HSCTLR.M set";
}

}  // namespace
}  // namespace vtoll::core

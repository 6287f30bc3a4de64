// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ledger/store/exits.hpp"
#include "tests/unit/core/book_driver.hpp"

namespace vtoll::core {
namespace {

using isa::ExceptionKind;
using isa::Mode;

constexpr u32 pc_back = 0x8000;

TEST(Ledger, TimeOutsideExceptionsBelongsToTheWorld) {
    BookDriver d(Mode::svc);
    d.run(10, 25);
    const ProcessorRecord cpu = d.close();
    EXPECT_TRUE(cpu.episodes.empty()) << "no exception was taken";
    EXPECT_EQ(booked(cpu, World::kernel, Cause::none).insns, 10u) << "instructions of the kernel itself";
    EXPECT_EQ(booked(cpu, World::kernel, Cause::none).ticks, 25u) << "ticks of the kernel itself";
    expect_conserved(cpu);
}

TEST(Ledger, HypercallIsOneEpisodeWithItsHardwarePhases) {
    BookDriver d(Mode::svc);
    d.set_vm(1);
    d.run(5, 5);
    d.hvc(7);
    d.run(30, 60);
    d.leave(Mode::svc, pc_back);
    d.run(3, 3);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.episodes.size(), 1u) << "one hypercall";
    const EpisodeKind& k = cpu.episodes[0].kind;
    EXPECT_EQ(k.cause, Cause::hypercall) << "HVC";
    EXPECT_EQ(k.detail, 7u) << "number of the hypercall";
    EXPECT_EQ(k.vm, 1u) << "the VMID it came from";
    EXPECT_EQ(k.insns(), 30u) << "instructions between entry and return";
    EXPECT_EQ(k.ticks(), 60u + 13 + 11) << "ticks with hardware entry and exit";
    EXPECT_EQ(k.phases[phase_hardware_entry].exception, 13u) << "price of the entry";
    EXPECT_EQ(k.phases[phase_hardware_exit].exception, 11u) << "price of the return";
    EXPECT_EQ(booked(cpu, World::kernel, Cause::none).insns, 8u) << "the guest's own instructions around it";
    EXPECT_EQ(cpu.crossings.hyp_entries, 1u) << "entries to Hyp mode";
    EXPECT_EQ(cpu.crossings.hyp_entries_by_ec[ec_hvc], 1u) << "by exception class";
    expect_conserved(cpu);
}

TEST(Ledger, KeepsWhereExitsWereTaken) {
    BookDriver d(Mode::svc);
    const auto exit = [&](u32 address) {
        d.take(isa::ExceptionKind::hvc, Mode::hyp, hsr(ec_hvc), address);
        d.run(20, 40);
        d.leave(Mode::svc, address);
    };
    for (const u32 address : {0x9000u, 0x8000u, 0x9000u}) exit(address);
    for (u32 i = 0; i < 2 * Callers::most; ++i) exit(0x10'0000 + 4 * i);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.episodes.size(), 1u) << "they are alike in all that an episode is";
    const EpisodeRow& row = cpu.episodes[0];
    ASSERT_EQ(row.callers.counts.size(), Callers::most) << "a guest may not make ever more";
    EXPECT_EQ(row.callers.counts[0], (std::pair{0x8000u, u64{1}})) << "sorted by address";
    EXPECT_EQ(row.callers.counts[1], (std::pair{0x9000u, u64{2}})) << "with how often";
    EXPECT_EQ(row.count, 3 + 2 * Callers::most) << "the row counts all of them";
}

TEST(Ledger, CallsWithANameAreKeptApartHoweverManyNumbersThereAre) {
    BookDriver d(Mode::svc);
    d.ledger.set_known_details([](const EpisodeKind& kind) { return kind.detail == 0x8400'0008; });
    for (u32 number = 1; number <= 200; ++number) {
        d.hvc(number);
        d.leave(Mode::svc);
    }
    d.hvc(0x8400'0008);
    d.leave(Mode::svc);
    u64 many = 0, named = 0;
    for (const EpisodeRow& row : d.close().episodes) {
        many += row.kind.detail == many_details ? row.count : 0;
        named += row.kind.detail == 0x8400'0008 ? row.count : 0;
    }
    EXPECT_EQ(many, 136u) << "of 200 numbers 64 are kept apart";
    EXPECT_EQ(named, 1u) << "and what somebody has a name for";
}

TEST(Ledger, AlikeEpisodesShareARowAndOthersDoNot) {
    BookDriver d(Mode::svc);
    for (int i = 0; i < 5; ++i) {
        d.hvc();
        d.run(i == 3 ? 21 : 20, 40);
        d.leave(Mode::svc);
    }
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.episodes.size(), 2u) << "four of one kind, one with an instruction more";
    EXPECT_EQ(cpu.episodes[0].count, 4u) << "in order of first occurrence";
    EXPECT_EQ(cpu.episodes[1].count, 1u) << "the odd one";
    EXPECT_EQ(cpu.episodes[0].first_tick, 0u) << "beginning of the first";
    EXPECT_EQ(cpu.episodes[0].last_tick, 4u * (40 + 13 + 11)) << "beginning of the last";
}

TEST(Ledger, GuestExceptionInterruptedByAnExitPaysOnlyItsOwn) {
    BookDriver d(Mode::usr);
    d.set_vm(1);
    d.run(2, 2);
    d.take(ExceptionKind::svc, Mode::svc);
    d.run(10, 10);
    d.take(ExceptionKind::irq, Mode::hyp, 0, 0x4000);
    d.run(100, 300);
    d.leave(Mode::svc, 0x4000);
    d.run(7, 7);
    d.leave(Mode::usr);
    d.run(1, 1);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(booked(cpu, World::kernel, Cause::syscall).insns, 17u) << "both halves of the system call";
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::hyp_irq).insns, 100u) << "the exit in the middle";
    EXPECT_EQ(booked(cpu, World::user, Cause::none).insns, 3u) << "the program";
    EXPECT_EQ(cpu.crossings.hyp_entries_irq, 1u) << "one interrupt to Hyp mode";
    expect_conserved(cpu);
}

TEST(Ledger, InterruptTakenInHypModeIsItsOwnEpisode) {
    BookDriver d(Mode::svc);
    d.set_vm(1);
    d.hvc();
    d.run(10, 10);
    d.take(ExceptionKind::irq, Mode::hyp, 0, 0x9000);
    d.run(50, 50);
    d.leave(Mode::hyp, 0x9000);
    d.run(5, 5);
    d.leave(Mode::svc);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::hypercall).insns, 15u) << "the hypercall without the interrupt";
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::nested_irq).insns, 50u) << "the interrupt";
    EXPECT_EQ(cpu.crossings.hyp_entries, 1u) << "from Hyp to Hyp mode is no entry from below";
    expect_conserved(cpu);
}

TEST(Ledger, LeavingToAnotherMachineIsAWorldSwitch) {
    BookDriver d(Mode::svc);
    d.set_vm(1);
    d.hvc(1);
    d.run(20, 20);
    d.set_vm(2);
    d.run(20, 20);
    d.leave(Mode::svc, 0x1234);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.episodes.size(), 1u) << "one episode across the switch";
    EXPECT_EQ(cpu.episodes[0].kind.cause, Cause::world_switch) << "the return decides";
    EXPECT_EQ(cpu.episodes[0].kind.vm, 1u) << "entered from";
    EXPECT_EQ(cpu.episodes[0].kind.vm_after, 2u) << "left to";
    expect_conserved(cpu);
}

TEST(Ledger, EachMachineKeepsItsOpenExceptions) {
    BookDriver d(Mode::usr);
    d.set_vm(1);
    d.take(ExceptionKind::svc, Mode::svc);
    d.run(4, 4);
    d.hvc();  // machine 1 gives up the processor inside its system call
    d.set_vm(2);
    d.leave(Mode::usr, 0x100);
    d.run(1000, 1000);
    d.hvc();
    d.set_vm(1);
    d.leave(Mode::svc, pc_back);
    d.run(6, 6);
    d.leave(Mode::usr);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(booked(cpu, World::kernel, Cause::syscall).insns, 10u) << "only machine 1's system call";
    EXPECT_EQ(booked(cpu, World::user, Cause::none).insns, 1000u) << "machine 2's program";
    expect_conserved(cpu);
}

// A hypervisor without a valid syndrome asks the MMU for the guest's instruction.
TEST(Ledger, AnAddressTranslatedForAnAccessMeansItWasDecoded) {
    BookDriver d(Mode::usr);
    d.set_vm(1);
    const auto access = [&](void (*inside)(BookDriver&)) {
        d.take(ExceptionKind::data_abort, Mode::hyp, hsr(ec_data_abort, iss_valid | 6), pc_back);
        inside(d);
        d.leave(Mode::svc, pc_back + 4);
    };
    d.take(ExceptionKind::svc, Mode::svc);
    d.translate_address();  // the guest's own
    access([](BookDriver&) {});
    access([](BookDriver& b) { b.translate_address(); });
    access([](BookDriver&) {});  // in the same place
    d.leave(Mode::usr);
    std::vector<Cause> causes;
    for (const EpisodeRow& row : d.close().episodes) causes.insert(causes.end(), row.count, row.kind.cause);
    EXPECT_EQ(causes,
              (std::vector{Cause::device_syndrome, Cause::device_syndrome, Cause::device_decode, Cause::syscall}))
        << "only the access that it was translated for";
}

TEST(Ledger, AFaultMayEndElsewhereOnTheSameStack) {
    BookDriver d(Mode::usr);
    d.take(ExceptionKind::svc, Mode::svc);
    d.run(1, 1);
    d.take(ExceptionKind::data_abort, Mode::abt, 0, 0x5000);
    d.run(2, 2);
    d.leave(Mode::svc, 0x7777'0000);  // where the kernel goes on after a fault it expected
    d.run(4, 4);
    d.leave(Mode::usr);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(booked(cpu, World::kernel, Cause::stage1_fault).insns, 2u) << "ends with its return";
    EXPECT_EQ(booked(cpu, World::kernel, Cause::syscall).insns, 5u) << "before the abort and after it";
    EXPECT_EQ(cpu.crossings.contexts, Contexts{}) << "no context gave way";
    expect_conserved(cpu);
}

// --- an episode's place is used again: nothing of the one before it may stay

struct UnlikeEntry {
    const char* name;
    void (*happens)(BookDriver&);  ///< from the exception to the return
};

void round_trip(BookDriver& d, isa::ExceptionKind kind, u32 syndrome, u32 to = 0x8000) {
    const isa::Mode from = d.state.mode();
    d.take(kind, isa::Mode::hyp, syndrome);
    d.run(20, 40);
    d.leave(from, to);
}

const UnlikeEntry unlike_entries[] = {
    {"hypercall",
     [](BookDriver& d) {
         d.state.r[0] = 7;
         round_trip(d, isa::ExceptionKind::hvc, hsr(ec_hvc));
     }},
    {"page fault",
     [](BookDriver& d) {
         d.state.sys.hpfar = 0x1234 << 4;
         round_trip(d, isa::ExceptionKind::data_abort, hsr(ec_data_abort, iss_valid | 0x6));
     }},
    {"device",
     [](BookDriver& d) {
         d.state.sys.hpfar = 0x9000 << 4;
         round_trip(d, isa::ExceptionKind::data_abort, hsr(ec_data_abort, iss_valid | 0x47), 0x8004);
     }},
    {"prefetch abort", [](BookDriver& d) { round_trip(d, isa::ExceptionKind::prefetch_abort, hsr(0x20, 0x6)); }},
    {"CP15 access", [](BookDriver& d) { round_trip(d, isa::ExceptionKind::hyp_trap, hsr(0x03, 0x1234)); }},
    {"WFI", [](BookDriver& d) { round_trip(d, isa::ExceptionKind::hyp_trap, hsr(0x01)); }},
    {"SMC",
     [](BookDriver& d) {
         d.state.r[0] = 9;
         round_trip(d, isa::ExceptionKind::hyp_trap, hsr(0x13));
     }},
    {"IRQ", [](BookDriver& d) { round_trip(d, isa::ExceptionKind::irq, 0); }},
    {"FIQ", [](BookDriver& d) { round_trip(d, isa::ExceptionKind::fiq, 0); }},
    {"IRQ that ends in another machine",
     [](BookDriver& d) {
         d.take(isa::ExceptionKind::irq, isa::Mode::hyp);
         d.run(50, 90);
         d.set_vm(2);
         d.leave(isa::Mode::svc);
         d.set_vm(1);
     }},
    {"interrupt in Hyp mode",
     [](BookDriver& d) {
         d.take(isa::ExceptionKind::hvc, isa::Mode::hyp, hsr(ec_hvc));
         d.take(isa::ExceptionKind::irq, isa::Mode::hyp, 0, 0x100);
         d.run(5, 6);
         d.leave(isa::Mode::hyp, 0x100);
         d.leave(isa::Mode::svc);
     }},
};

/// What the last episode of these entries, one after the other, was taken for.
EpisodeKind last_kind(std::initializer_list<const UnlikeEntry*> entries) {
    BookDriver d;
    d.set_vm(1);
    for (const UnlikeEntry* entry : entries) {
        d.state.r[0] = 0;
        d.state.sys.hpfar = 0;
        entry->happens(d);
    }
    const ProcessorRecord books = d.close();
    const auto last = std::max_element(books.episodes.begin(), books.episodes.end(),
                                       [](const auto& a, const auto& b) { return a.last_tick < b.last_tick; });
    return last->kind;
}

TEST(Ledger, AnEpisodeIsWhatItIsWhicheverCameBefore) {
    for (const UnlikeEntry& entry : unlike_entries) {
        const EpisodeKind alone = last_kind({&entry});
        for (const UnlikeEntry& before : unlike_entries) {
            const EpisodeKind after = last_kind({&before, &entry});
            const std::string pair = std::string(entry.name) + " after " + before.name;
            EXPECT_EQ(after.cause, alone.cause) << pair << ": cause";
            EXPECT_EQ(after.syndrome, alone.syndrome) << pair << ": syndrome";
            EXPECT_EQ(after.detail, alone.detail) << pair << ": detail";
            EXPECT_TRUE(after == alone) << pair << ": machine, row, waits or costs";
        }
    }
}

TEST(Ledger, EndlessNestingIsBounded) {
    BookDriver d(Mode::svc);
    for (int i = 0; i < 1000; ++i) {
        d.take(ExceptionKind::irq, Mode::irq, 0, static_cast<u32>(i) * 0x1000);
        d.run(1, 1);
    }
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(booked(cpu, World::kernel, Cause::irq).insns, 1000u) << "every one is booked";
    expect_conserved(cpu);
}

TEST(Ledger, PhasesDivideAnEpisode) {
    BookDriver d(Mode::svc);
    d.hvc();
    d.phase(1);
    d.run(8, 16);
    d.phase(2);
    d.run(20, 20);
    d.phase(0);
    d.run(2, 2);
    d.leave(Mode::svc);
    const ProcessorRecord cpu = d.close();
    const auto& phases = cpu.episodes.at(0).kind.phases;
    EXPECT_EQ(phases[1], (PhaseCost{8, 16, 0, 0})) << "first region";
    EXPECT_EQ(phases[2], (PhaseCost{20, 20, 0, 0})) << "second region";
    EXPECT_EQ(phases[0], (PhaseCost{2, 2, 0, 0})) << "code without a phase";
}

TEST(Ledger, DeviceTimeIsAPartOfThePhaseAndAStall) {
    BookDriver d(Mode::svc);
    d.hvc();
    d.phase(3);
    d.run(4, 4);
    d.device(150);
    d.run(1, 1);
    d.leave(Mode::svc);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(cpu.episodes.at(0).kind.phases[3], (PhaseCost{5, 155, 150, 0})) << "150 of 155 ticks are the device's";
    u64 device = 0;
    for (const Account& a : cpu.accounts)
        if (a.stall == Stall::device) device += a.ticks;
    EXPECT_EQ(device, 150u) << "account of the stall";
    EXPECT_EQ(cpu.crossings.device_reads, 1u) << "one read";
    expect_conserved(cpu);
}

TEST(Ledger, SleepIsIdleAndNobodysEpisode) {
    BookDriver d(Mode::svc);
    d.hvc();
    d.run(3, 3);
    d.idle(5000);
    d.run(2, 2);
    d.leave(Mode::svc);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(cpu.episodes.at(0).kind.ticks(), 5u + 13 + 11) << "the sleep is not the hypercall's";
    EXPECT_EQ(booked(cpu, World::idle, Cause::none).ticks, 5000u) << "idle";
    expect_conserved(cpu);
}

TEST(Ledger, MarkersSeparateWarmUpAndCutSamples) {
    BookDriver d(Mode::svc);
    const auto sample = [&] {
        d.mark(3);
        d.run(2, 2);
        d.hvc();
        d.run(40, 50);
        d.leave(Mode::svc);
        d.mark(4);
        d.run(100, 100);
    };
    sample();
    d.mark(1);
    sample();
    d.mark(2);
    d.mark(4);  // an end without a beginning
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.samples.size(), 2u) << "the unmatched end is no sample";
    EXPECT_FALSE(cpu.samples[0].measured) << "before DBG #1";
    EXPECT_TRUE(cpu.samples[1].measured) << "after DBG #1";
    EXPECT_EQ(cpu.samples[1].total.insns, 42u) << "all of it";
    EXPECT_EQ(cpu.samples[1].hypervisor.insns, 40u) << "the hypervisor's part";
    EXPECT_EQ(cpu.samples[1].hypervisor.ticks, 50u + 13 + 11) << "with the hardware's part";
    EXPECT_EQ(cpu.samples[1].hyp_entries, 1u) << "entries within";
    ASSERT_EQ(cpu.episodes.size(), 2u) << "measured and not measured are kept apart";
    EXPECT_TRUE(cpu.episodes[1].kind.measured) << "the second";
    EXPECT_EQ(cpu.markers.size(), 7u) << "every marker is kept";
}

TEST(Ledger, RowsAddUpAndAnExitIsInTheOneItBeganIn) {
    Rows rows;
    BookDriver first(Mode::usr), second(Mode::svc);
    for (BookDriver* d : {&first, &second}) d->ledger.set_rows(&rows);
    const auto exit = [](BookDriver& d, u64 insns) {
        d.hvc();
        d.run(insns, 2 * insns);
        d.leave(Mode::svc);
    };
    first.run(5, 5);
    second.run(3, 3);
    second.hvc();
    second.run(7, 7);
    first.begin_row("null");
    first.run(100, 200);
    exit(first, 30);
    second.run(1, 1);  // of the exit that began before the row
    second.leave(Mode::svc);
    exit(second, 40);
    first.mark(7);
    first.run(9, 9);
    second.idle(500);
    first.begin_row("stat");
    exit(first, 50);
    first.mark(7);
    first.begin_row("null");
    first.run(1000, 1000);

    RunRecord run;
    run.cpus = {first.close(), second.close()};
    run.rows = rows.names();
    EXPECT_EQ(run.rows, (std::vector<std::string>{"", "null", "stat"})) << "a name that comes again goes on";
    std::vector<std::pair<u8, u64>> exits;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const EpisodeRow& episode : cpu.episodes) exits.emplace_back(episode.kind.row, episode.kind.insns());
    EXPECT_EQ(exits, (std::vector<std::pair<u8, u64>>{{1, 30}, {2, 50}, {0, 8}, {1, 40}})) << "row and instructions";
    const RowParts null = row_parts(run, 1, {}), outside = row_parts(run, 0, {});
    EXPECT_EQ(null.counts.machine.insns, 100u + 30 + 40 + 1000) << "what both processors did in the row";
    EXPECT_EQ(null.counts.worlds[static_cast<std::size_t>(World::user)].insns, 100u) << "the program's part";
    EXPECT_EQ(outside.counts.worlds[static_cast<std::size_t>(World::idle)].ticks, 500u) << "sleep between rows";
    u64 insns = 0, ticks = 0;
    for (u8 row = 0; row < run.rows.size(); ++row) {
        const RowParts parts = row_parts(run, row, {});
        EXPECT_TRUE(parts.residue.zero()) << "row " << int{row} << " adds up";
        insns += parts.counts.machine.insns;
        ticks += parts.counts.machine.ticks;
    }
    EXPECT_EQ(insns, first.at.insns + second.at.insns) << "all rows are all instructions";
    EXPECT_EQ(ticks, first.at.ticks + second.at.ticks) << "and all ticks";
    for (const ProcessorRecord& cpu : run.cpus) expect_conserved(cpu);
}

TEST(Rows, NamesAreWhatCanBePrintedOfFourRegisters) {
    Rows rows;
    isa::CpuState s;
    const auto name = [&](u32 a, u32 b, u32 c, u32 d) {
        s.r[0] = a, s.r[1] = b, s.r[2] = c, s.r[3] = d;
        rows.begin(s);
        return rows.names()[rows.current()];
    };
    EXPECT_EQ(name(0x6c6c756e, 0, 0x41414141, 0), "null") << "up to the first zero";
    s.r[4] = 0x45454545;
    EXPECT_EQ(name(0x41414141, 0x42424242, 0x43434343, 0x44444444), "AAAABBBBCCCCDDDD") << "all sixteen bytes";
    EXPECT_EQ(name(0x2141207e, 0, 0, 0), "~") << "up to a blank";
    EXPECT_EQ(name(0x417f4121, 0, 0, 0), "!A") << "up to DEL";
    EXPECT_EQ(name(0x10000001, 0, 0, 0), "unnamed") << "registers that hold no name";
    for (u32 i = 0; i < 300; ++i) name(0x30303030 + (i % 10) + (i / 10 % 10 << 8) + (i / 100 << 16), 0, 0, 0);
    EXPECT_EQ(rows.names().size(), 256u) << "no more than can be told apart";
    EXPECT_EQ(rows.names()[rows.current()], "further rows") << "those beyond share one";
}

TEST(Rows, GoOnAfterARestoreAndInBooksThatOpenAgain) {
    Rows rows;
    isa::CpuState s;
    const auto begin = [&](u32 name) {
        s.r[0] = name, s.r[1] = s.r[2] = s.r[3] = 0;
        rows.begin(s);
    };
    const auto restored = [](Rows saved) {
        Archive ar;
        ar(saved);
        const std::string bytes = ar.take();
        isa::CpuState other;
        other.r[0] = 'o';
        Rows rows;
        rows.begin(other);  // of before: forgotten
        Archive from(bytes, "rows");
        from(rows);
        return rows;
    };
    begin('a');
    begin('b');
    Rows again = restored(rows);
    rows.restart();
    for (const Rows* each : {&rows, &again}) {
        EXPECT_EQ(each->names(), (std::vector<std::string>{"", "b"})) << "the one that is open, and no other";
        EXPECT_EQ(each->current(), 1) << "it goes on";
    }
    rows.end();
    again = restored(rows);
    rows.restart();
    for (const Rows* each : {&rows, &again}) {
        EXPECT_EQ(each->names(), std::vector<std::string>{""}) << "none was open";
        EXPECT_EQ(each->current(), Rows::none) << "none is";
    }
}

TEST(Ledger, OpenEpisodesAreBookedWhenTheBooksClose) {
    BookDriver d(Mode::svc);
    d.hvc();
    d.run(12, 12);
    const ProcessorRecord cpu = d.close();
    ASSERT_EQ(cpu.episodes.size(), 1u) << "it never returned";
    EXPECT_EQ(booked(cpu, World::hypervisor, Cause::hypercall).insns, 12u) << "booked as it is";
    expect_conserved(cpu);
}

TEST(Ledger, AddressSpaceSwitchesCountChangesOnly) {
    BookDriver d(Mode::svc);
    const auto go_to_user = [&] {
        d.leave(Mode::usr);
        d.take(ExceptionKind::svc, Mode::svc);
    };
    d.state.sys.ttbr0 = 0x4000'0000;
    go_to_user();
    go_to_user();
    EXPECT_EQ(d.ledger.crossings().address_space_switches, 0u) << "the same context, or the first there is";
    d.state.sys.contextidr = 3;
    d.state.sys.ttbr0 = 0x4010'0000;
    go_to_user();
    d.hvc();
    d.leave(Mode::svc);
    EXPECT_EQ(d.close().crossings.address_space_switches, 1u) << "one context after another, however many registers";
}

// A kernel that never goes back to where a process was interrupted (its idle loop, a kernel thread) stays in that
// process's last exception for seconds.
TEST(Ledger, AnEpisodeOutgrowsItsCounters) {
    BookDriver d(Mode::usr);
    d.take(ExceptionKind::svc, Mode::svc);
    constexpr u64 step = 1'500'000'000;
    for (int i = 0; i < 7; ++i) {
        d.run(step, 2 * step);
        d.phase(1);
        d.device(1000);
        d.phase(0);
    }
    d.run(9'000'000'000, 9'000'000'000);
    d.leave(Mode::usr);
    const ProcessorRecord cpu = d.close();
    EXPECT_EQ(booked(cpu, World::kernel, Cause::syscall).insns, 7 * step + 9'000'000'000) << "no instruction is lost";
    expect_conserved(cpu, "after ten seconds in one episode");
}

}  // namespace
}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// The performance monitors, ARM DDI 0406C chapter C12: counting, filters, HDCR.HPMN, overflows.
#include <gtest/gtest.h>

#include "isa/sysregs/performance.hpp"
#include "tests/unit/isa/system_case.hpp"

namespace vtoll::isa::test {
namespace {

constexpr SysRegKey k_pmcr = cp15(9, 0, 12, 0), k_enset = cp15(9, 0, 12, 1), k_ovsr = cp15(9, 0, 12, 3),
                    k_selr = cp15(9, 0, 12, 5), k_ccntr = cp15(9, 0, 13, 0), k_evtyper = cp15(9, 0, 13, 1),
                    k_evcntr = cp15(9, 0, 13, 2), k_intenset = cp15(9, 0, 14, 1), k_hdcr = cp15(1, 4, 1, 1);
constexpr u32 P = 1u << 31, U = 1u << 30, NSK = 1u << 29, NSU = 1u << 28, NSH = 1u << 27;
constexpr u32 insns = 0x08;

u32 read32(Cpu& cpu, const SysRegKey& k) {
    cpu.a32(mrc(k));
    return cpu.s.r[0];
}
void write32(Cpu& cpu, const SysRegKey& k, u32 value) {
    cpu.s.r[0] = value;
    cpu.a32(mcr(k));
}
void choose(Cpu& cpu, u32 n, u32 event) {
    write32(cpu, k_selr, n);
    write32(cpu, k_evtyper, event);
}
u32 counter(Cpu& cpu, u32 n) {
    write32(cpu, k_selr, n);
    return read32(cpu, k_evcntr);
}

TEST(Performance, CycleCounter) {
    Cpu cpu;
    cpu.env.cycles = 1000;
    write32(cpu, cp15(9, 0, 12, 1), 1u << 31);
    write32(cpu, cp15(9, 0, 12, 0), pmcr::E | pmcr::C);
    EXPECT_EQ(read32(cpu, cp15(9, 0, 13, 0)), 0u) << "PMCR.C resets it";
    cpu.env.cycles = 1640;
    EXPECT_EQ(read32(cpu, cp15(9, 0, 13, 0)), 640u) << "it counts";
    write32(cpu, cp15(9, 0, 12, 2), 1u << 31);
    cpu.env.cycles = 5000;
    EXPECT_EQ(read32(cpu, cp15(9, 0, 13, 0)), 640u) << "disabled it stands";
    write32(cpu, cp15(9, 0, 12, 1), 1u << 31);
    cpu.env.cycles = 5064;
    EXPECT_EQ(read32(cpu, cp15(9, 0, 13, 0)), 704u) << "and goes on from there";
    write32(cpu, cp15(9, 0, 12, 0), pmcr::E | pmcr::D);
    EXPECT_EQ(read32(cpu, cp15(9, 0, 13, 0)), 704u) << "the divider does not disturb it";
    cpu.env.cycles += 640;
    EXPECT_EQ(read32(cpu, cp15(9, 0, 13, 0)), 714u) << "one in 64";
    EXPECT_EQ(read32(cpu, cp15(9, 0, 12, 0)), 0x4112'2009u) << "PMCR reads its identity, D and E";
    Cpu user(Mode::usr);
    user.a32(mrc(cp15(9, 0, 13, 0)));
    EXPECT_EQ(user.s.mode(), Mode::und) << "PL0 needs PMUSERENR.EN";
}

TEST(Performance, EventCounters) {
    Cpu cpu;
    const auto select = [&](u32 n, u32 event) {
        write32(cpu, cp15(9, 0, 12, 5), n);
        write32(cpu, cp15(9, 0, 13, 1), event);
    };
    const auto value = [&](u32 n) {
        write32(cpu, cp15(9, 0, 12, 5), n);
        return read32(cpu, cp15(9, 0, 13, 2));
    };
    EXPECT_EQ(read32(cpu, cp15(9, 0, 12, 6)), 1u << 0 | 1u << 3 | 1u << 8) << "PMCEID0 names what the machine counts";
    cpu.env.retired = 100;
    cpu.env.refills = 7;
    select(0, 0x08);
    select(2, 0x03);
    select(3, 0x10);
    write32(cpu, cp15(9, 0, 12, 1), 0b1101);
    EXPECT_EQ(value(0), 0u) << "PMCR.E is clear: nothing counts";
    write32(cpu, cp15(9, 0, 12, 0), pmcr::E);
    cpu.env.retired = 150;
    cpu.env.refills = 9;
    EXPECT_EQ(value(0), 50u) << "instructions since it was enabled";
    EXPECT_EQ(value(2), 2u) << "refills since it was enabled";
    EXPECT_EQ(value(3), 0u) << "an event that the machine does not count";
    write32(cpu, cp15(9, 0, 12, 2), 1);
    cpu.env.retired = 1000;
    EXPECT_EQ(value(0), 50u) << "a disabled counter stands";
    select(2, 0x08);
    cpu.env.retired = 1001;
    EXPECT_EQ(value(2), 3u) << "another event goes on from the value there is";
    write32(cpu, cp15(9, 0, 13, 2), 0xffff'ffff);
    cpu.env.retired = 1003;
    EXPECT_EQ(value(2), 1u) << "a written value counts on, and wraps";
    write32(cpu, cp15(9, 0, 12, 0), pmcr::E | pmcr::P);
    EXPECT_EQ(value(2), 0u) << "PMCR.P resets the event counters";
}

TEST(Performance, SoftwareIncrement) {
    Cpu cpu;
    write32(cpu, cp15(9, 0, 12, 0), pmcr::E);
    write32(cpu, cp15(9, 0, 12, 1), 3);
    write32(cpu, cp15(9, 0, 12, 5), 1);
    write32(cpu, cp15(9, 0, 13, 1), 0);
    write32(cpu, cp15(9, 0, 13, 2), 0xffff'ffff);
    write32(cpu, cp15(9, 0, 12, 4), 2);
    EXPECT_EQ(read32(cpu, cp15(9, 0, 13, 2)), 0u) << "wraps";
    EXPECT_EQ(read32(cpu, cp15(9, 0, 12, 3)), 2u) << "and says so in PMOVSR";
    write32(cpu, cp15(9, 0, 12, 3), 2);
    EXPECT_EQ(read32(cpu, cp15(9, 0, 12, 3)), 0u) << "writing one clears";
}

// Each filter with each privilege level: what a counter and the cycle counter saw of 100 events and cycles there.
TEST(Performance, Filters) {
    struct Case {
        u32 filter;
        bool pl0, pl1, pl2;
    };
    constexpr Case cases[] = {
        {0, true, true, false},   {P, true, false, false},       {U, false, true, false},
        {NSH, true, true, true},  {P | U, false, false, false},  {P | U | NSH, false, false, true},
        {NSK, true, true, false}, {P | NSK, true, false, false},  // without the Security Extensions NSK, NSU do nothing
        {NSU, true, true, false}, {U | NSU, false, true, false},
    };
    constexpr Mode modes[] = {Mode::usr, Mode::svc, Mode::hyp};
    for (const Case& c : cases)
        for (unsigned pl = 0; pl < 3; ++pl) {
            Cpu cpu(Mode::hyp);
            choose(cpu, 0, c.filter | insns);
            choose(cpu, 31, c.filter);
            write32(cpu, k_enset, 1u << 31 | 1);
            write32(cpu, k_pmcr, pmcr::E);
            const u32 insns_before = counter(cpu, 0), cycles_before = read32(cpu, k_ccntr);
            cpu.s.switch_mode(modes[pl]);
            cpu.env.retired += 100;
            cpu.env.cycles += 300;
            cpu.s.switch_mode(Mode::hyp);
            const bool expected = pl == 0 ? c.pl0 : pl == 1 ? c.pl1 : c.pl2;
            EXPECT_EQ(counter(cpu, 0) - insns_before, expected ? 100u : 0u)
                << "filter " << std::hex << c.filter << ", events at PL" << pl;
            EXPECT_EQ(read32(cpu, k_ccntr) - cycles_before, expected ? 300u : 0u)
                << "filter " << std::hex << c.filter << ", cycles at PL" << pl;
        }
}

TEST(Performance, VersionOneHasNoFilters) {
    Cpu cpu(Mode::hyp);
    cpu.s.sys.id.id_dfr0 = 0x0001'0400;
    choose(cpu, 0, P | U | insns);
    write32(cpu, k_enset, 1);
    write32(cpu, k_pmcr, pmcr::E);
    cpu.env.retired += 100;
    EXPECT_EQ(counter(cpu, 0), 100u) << "Hyp mode counts, P and U are ignored";
}

// HDCR.HPMN keeps the upper counters for the hypervisor: §B1.14.10.
TEST(Performance, CountersOfTheHypervisor) {
    Cpu cpu(Mode::hyp);
    for (const u32 n : {1u, 2u}) choose(cpu, n, NSH | insns);
    write32(cpu, k_enset, 0b110);
    write32(cpu, k_hdcr, 2 | hdcr::HPME);
    EXPECT_EQ(read32(cpu, k_pmcr) >> 11 & 0x1f, 4u) << "PMCR.N in Hyp mode";
    cpu.env.retired = 50;
    EXPECT_EQ(counter(cpu, 1), 0u) << "a guest's counter: PMCR.E is clear";
    EXPECT_EQ(counter(cpu, 2), 50u) << "a hypervisor's counter: HDCR.HPME is set";
    cpu.s.switch_mode(Mode::svc);
    EXPECT_EQ(read32(cpu, k_pmcr) >> 11 & 0x1f, 2u) << "PMCR.N in a guest is HPMN";
    EXPECT_EQ(read32(cpu, k_enset), 0b010u) << "a guest sees its own counters only";
    write32(cpu, cp15(9, 0, 12, 2), ~0u);
    write32(cpu, k_pmcr, pmcr::P);
    EXPECT_EQ(counter(cpu, 2), 0u) << "the hypervisor's counter reads as zero in a guest";
    cpu.s.switch_mode(Mode::hyp);
    EXPECT_EQ(read32(cpu, k_enset), 0b100u) << "and is still enabled";
    EXPECT_EQ(counter(cpu, 2), 50u) << "and was not reset";
    write32(cpu, k_hdcr, 2);
    cpu.env.retired = 90;
    EXPECT_EQ(counter(cpu, 2), 50u) << "HDCR.HPME stops it";
}

TEST(Performance, Overflows) {
    Cpu cpu;
    choose(cpu, 3, insns);
    write32(cpu, k_selr, 3);
    write32(cpu, k_evcntr, 0xffff'fff0);
    write32(cpu, k_ccntr, 0xffff'ff00);
    write32(cpu, k_enset, 1u << 31 | 1 << 3);
    write32(cpu, k_intenset, 1u << 31);
    write32(cpu, k_pmcr, pmcr::E);
    EXPECT_EQ(ticks_to_overflow(cpu.s), 0x100u) << "the cycle counter's distance; the other raises no interrupt";
    cpu.env.cycles = 0xff;
    cpu.env.retired = 0xf;
    EXPECT_FALSE(counters_interrupt(cpu.s)) << "a tick before the overflow";
    EXPECT_EQ(read32(cpu, k_ovsr), 0u) << "a tick before the overflow";
    cpu.env.cycles = 0x105;
    cpu.env.retired = 0x12;
    EXPECT_TRUE(counters_interrupt(cpu.s)) << "the cycle counter is enabled to interrupt";
    EXPECT_EQ(read32(cpu, k_ovsr), 1u << 31 | 1u << 3) << "both overflowed";
    EXPECT_EQ(read32(cpu, k_ccntr), 5u) << "it goes on from zero";
    EXPECT_EQ(counter(cpu, 3), 2u) << "it goes on from zero";
    write32(cpu, k_ovsr, 1u << 31);
    EXPECT_FALSE(counters_interrupt(cpu.s)) << "the flag is cleared";
    EXPECT_EQ(read32(cpu, k_ovsr), 1u << 3) << "the other's stays";
    write32(cpu, k_intenset, 1u << 3);
    EXPECT_TRUE(counters_interrupt(cpu.s)) << "enabled afterwards";
    write32(cpu, k_pmcr, 0);
    EXPECT_FALSE(counters_interrupt(cpu.s)) << "PMCR.E is clear";
}

TEST(Performance, OverflowAsSoonAsItMatters) {
    Cpu cpu;
    EXPECT_EQ(ticks_to_overflow(cpu.s), ~u64{0}) << "nothing counts";
    write32(cpu, k_ccntr, 0xffff'ffff);
    write32(cpu, k_enset, 1u << 31);
    write32(cpu, k_intenset, 1u << 31);
    const unsigned told = cpu.env.counter_changes;
    write32(cpu, k_pmcr, pmcr::E | pmcr::D);
    EXPECT_GT(cpu.env.counter_changes, told) << "the engine hears of it";
    for (u64 ticks = ticks_to_overflow(cpu.s), n = 0; ticks; ticks = ticks_to_overflow(cpu.s), ++n) {
        ASSERT_LT(n, 100u) << "the distances lead there";
        EXPECT_FALSE(counters_interrupt(cpu.s)) << "not before";
        cpu.env.cycles += ticks;
    }
    EXPECT_TRUE(counters_interrupt(cpu.s)) << "one count in 64 ticks";
}

}  // namespace
}  // namespace vtoll::isa::test

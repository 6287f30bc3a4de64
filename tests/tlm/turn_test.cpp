// SPDX-License-Identifier: Apache-2.0
// Turns of several processors: what one does to another that is behind comes at the same tick, to one that is ahead as
// late as is said, and ends the turn.
#include <gtest/gtest.h>

#include "core/platform/psci.hpp"
#include "core/platform/turns.hpp"
#include "tests/tlm/fake_cpu.hpp"

namespace vtoll::core::test {
namespace {

constexpr u64 gicd = 0x0800'0000, gicc = 0x0801'0000;

/// Both processors run to the end of each turn and write down where that was; processor 0 does things on the way.
TEST(Turn, InterruptsComeWhereTheyWereSent) {
    FakeMachine fake(MachineKeys{.cpus = 2, .turn = 4'000});
    FakeCpu &first = *fake.cpus[0], &second = *fake.cpus[1];
    u64 sent_at = 0, seen_at = 0, longest = 0;
    unsigned sent = 0;
    const auto run_on = [&](FakeCpu& self, u64 until) {
        longest = std::max(longest, until - self.tick);
        self.tick = std::max(self.tick, until);
        return StopReason::quantum;
    };
    first.program = [&](FakeCpu& self, u64 until) {
        if (self.tick == 0) {
            self.write(gicd, 1);
            self.tick = 300;
            EXPECT_EQ(self.smc(psci::cpu_on, 1, 0x4001'0000, 0), psci::success) << "CPU_ON";
            EXPECT_LE(self.run_until, 300u) << "the turn of who starts another processor is over";
            return StopReason::quantum;
        }
        if (self.tick < 1'000'000 || sent == 4) {
            if (sent == 4) return self.smc(0x8400'0008), StopReason::halted;  // SYSTEM_OFF
            return run_on(self, until);
        }
        if (sent_at == 0 && second.tick <= self.tick + 500) {
            self.tick += 1'000;
            sent_at = self.tick;
            ++sent;
            self.write(gicd + 0xf00, 1u << 17 | 5);  // SGI 5 to processor 1
            EXPECT_LE(self.run_until, sent_at) << "the turn of who interrupts another processor is over";
            EXPECT_FALSE(second.lines.irq) << "it is behind: it has not come so far";
            return StopReason::quantum;
        }
        EXPECT_LE(until - self.tick, (self.tick - sent_at) / Turns::part + Turns::shortest)
            << "turns are short behind an interrupt";
        return run_on(self, until);
    };
    second.program = [&](FakeCpu& self, u64 until) {
        if (self.starts && self.tick < 400) {
            self.write(gicd + 0x100, 0xffff);
            self.write(gicc + 0x004, 0xff);
            self.write(gicc + 0x000, 1);
        }
        if (self.lines.irq) {
            seen_at = self.tick;
            EXPECT_EQ(seen_at, sent_at) << "neither before it was sent nor later";
            EXPECT_EQ(self.read(gicc + 0xc), 5u) << "SGI 5 from processor 0";
            self.write(gicc + 0x10, 5);
            sent_at = 0;
        }
        return run_on(self, until);
    };
    fake.machine.start({});
    EXPECT_EQ(fake.machine.run({.ticks = 30'000'000}).kind, Outcome::Kind::power_off) << "all were sent";
    EXPECT_EQ(longest, 4'000u) << "the scenario's turn, where nothing passes between them";
    EXPECT_TRUE(first.late.empty() && second.late.empty()) << "nothing came late";
}

}  // namespace
}  // namespace vtoll::core::test

// SPDX-License-Identifier: Apache-2.0
// Sleep and timers: a processor in WFI wakes at the exact tick at which its timer's interrupt line rises.
#include <gtest/gtest.h>

#include "tests/tlm/fake_cpu.hpp"

namespace vtoll::core::test {
namespace {

constexpr u64 gicd = 0x0800'0000, gicc = 0x0801'0000;
constexpr unsigned virtual_timer = 27;

TEST(Timer, WfiSleepsUntilTheCompareValueIsReached) {
    FakeMachine fake(MachineKeys{.clock_mhz = 1000});  // 16 ticks a count
    FakeCpu& cpu = *fake.cpus[0];
    int turn = 0;
    cpu.program = [&](FakeCpu& self, u64 until) {
        switch (turn++) {
        case 0:
            self.write(gicd + 0x000, 1);                    // distributor on
            self.write(gicd + 0x100, 1u << virtual_timer);  // enable the timer's interrupt
            self.write(gicc + 0x004, 0xff);                 // priority mask open
            self.write(gicc + 0x000, 1);                    // CPU interface on
            self.tick += 100;
            self.machine.timer_write(0, isa::Timer::virt, isa::TimerReg::cval, 1000, self.tick);
            self.machine.timer_write(0, isa::Timer::virt, isa::TimerReg::ctl, 1, self.tick);
            EXPECT_LT(until, never) << "there is a quantum";
            EXPECT_EQ(self.run_until, 16'000u) << "the run must end at the deadline of the timer just set";
            EXPECT_FALSE(self.lines.irq) << "nothing pending yet";
            return StopReason::waiting;
        case 1:
            EXPECT_EQ(self.tick, 16'000u) << "woken at count 1000, 16 ticks each";
            EXPECT_TRUE(self.lines.irq) << "by the timer's interrupt";
            EXPECT_EQ(self.machine.timer_read(0, isa::Timer::virt, isa::TimerReg::ctl, self.tick), 5u)
                << "ISTATUS is set";
            EXPECT_EQ(self.read(gicc + 0xc), virtual_timer) << "acknowledge tells which";
            EXPECT_EQ(self.machine.counter(self.tick), 1000u) << "CNTPCT";
            self.machine.timer_write(0, isa::Timer::virt, isa::TimerReg::ctl, 0, self.tick);
            EXPECT_FALSE(self.lines.irq) << "the line falls with the timer off";
            return StopReason::waiting;
        default: ADD_FAILURE() << "nothing should wake the processor again"; return StopReason::fault;
        }
    };
    fake.machine.start({});
    EXPECT_EQ(cpu.started.mode, isa::Mode::hyp) << "with the extensions, the start is in Hyp mode";
    const Outcome outcome = fake.machine.run({});
    EXPECT_EQ(outcome.kind, Outcome::Kind::idle_forever) << "asleep with no timer: the run ends by itself";
    EXPECT_EQ(turn, 2) << "two turns";
    EXPECT_EQ(fake.machine.instructions(), 100u) << "sleeping executes nothing";
}

}  // namespace
}  // namespace vtoll::core::test

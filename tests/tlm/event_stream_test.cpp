// SPDX-License-Identifier: Apache-2.0
// WFE sleeps until the timers' event stream has an event, ARM DDI 0406C §B8.1.4.
#include <gtest/gtest.h>

#include "tests/tlm/fake_cpu.hpp"

namespace vtoll::core::test {
namespace {

TEST(EventStream, EndsWfeAtTheTransitionOfItsBit) {
    FakeMachine fake(MachineKeys{.clock_mhz = 1000});  // 16 ticks a count
    FakeCpu& cpu = *fake.cpus[0];
    int turn = 0;
    cpu.program = [&](FakeCpu& self, u64) {
        isa::SysRegs& sys = self.state().sys;
        self.event = false;
        switch (turn++) {
        case 0:
            sys.cntkctl = 1u << 2 | 12u << 4;  // EVNTEN, bit 12 of the virtual counter
            self.tick += 100;
            return StopReason::waiting_event;
        case 1:
            EXPECT_EQ(self.tick, 4096u * 16) << "bit 12 rises at count 4096";
            self.machine.set_counter_virtual_offset(0, 1000, self.tick);
            return StopReason::waiting_event;
        case 2:
            EXPECT_EQ(self.tick, 5096u * 16) << "the virtual counter is 1000 counts behind";
            sys.cnthctl |= 1u << 2 | 1u << 3 | 9u << 4;  // and bit 9 of the physical one, falling
            return StopReason::waiting_event;
        case 3:
            EXPECT_EQ(self.tick, 5120u * 16) << "the first of the two streams";
            sys.cntkctl = sys.cnthctl = 0;
            return StopReason::waiting_event;
        case 4:
            EXPECT_GT(self.tick, 5120u * 16) << "without a stream it is a bounded sleep";
            return StopReason::waiting;
        default: ADD_FAILURE() << "nothing should wake the processor again"; return StopReason::fault;
        }
    };
    fake.machine.start({});
    EXPECT_EQ(fake.machine.run({}).kind, Outcome::Kind::idle_forever) << "asleep for good at the end";
    EXPECT_EQ(turn, 5) << "five turns";
}

}  // namespace
}  // namespace vtoll::core::test

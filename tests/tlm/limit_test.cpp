// SPDX-License-Identifier: Apache-2.0
// A guest that never ends is stopped by the limits of the run.
#include <gtest/gtest.h>

#include "tests/tlm/fake_cpu.hpp"

namespace vtoll::core::test {
namespace {

TEST(Limit, TimeLimitIsExactAndInstructionLimitIsPassedOn) {
    FakeMachine fake(MachineKeys{});
    FakeCpu& cpu = *fake.cpus[0];
    u64 longest = 0;
    cpu.program = [&](FakeCpu& self, u64 until) {
        longest = std::max(longest, until - self.tick);
        EXPECT_EQ(self.instruction_limit, 9'000'000u) << "one processor: the machine's limit is its own";
        self.tick = until;
        return StopReason::quantum;
    };
    fake.machine.start({});
    const Outcome outcome = fake.machine.run({.instructions = 9'000'000, .ticks = 2'500'000});
    EXPECT_EQ(outcome.kind, Outcome::Kind::time_limit) << "time ran out first";
    EXPECT_EQ(fake.machine.ticks(), 2'500'000u) << "a run ends at the limit, not at the end of a quantum";
    EXPECT_LE(longest, 1'000'000u) << "progress is reported once a quantum";
}

}  // namespace
}  // namespace vtoll::core::test

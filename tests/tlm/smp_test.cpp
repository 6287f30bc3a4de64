// SPDX-License-Identifier: Apache-2.0
// Several processors: PSCI CPU_ON, a software-generated interrupt that wakes a sleeper, SEV, CPU_OFF, SYSTEM_OFF.
#include <gtest/gtest.h>

#include "core/platform/psci.hpp"
#include "tests/tlm/fake_cpu.hpp"

namespace vtoll::core::test {
namespace {

constexpr u64 gicd = 0x0800'0000, gicc = 0x0801'0000;

TEST(Smp, SecondaryIsTurnedOnInterruptedAndTurnedOff) {
    FakeMachine fake(MachineKeys{.cpus = 2});
    FakeCpu &first = *fake.cpus[0], &second = *fake.cpus[1];
    int a = 0, b = 0;
    u64 sgi_sent_at = 0;
    first.program = [&](FakeCpu& self, u64) {
        switch (a++) {
        case 0:
            self.tick += 500;
            EXPECT_EQ(self.smc(0x8400'0004, 1), 1u) << "AFFINITY_INFO: processor 1 is off";
            EXPECT_EQ(self.smc(psci::cpu_on, 7, 0, 0), psci::invalid_parameters) << "there is no processor 7";
            EXPECT_EQ(self.smc(psci::cpu_on, 1, 0x4001'0000, 0xabc), psci::success) << "CPU_ON";
            EXPECT_EQ(self.smc(psci::cpu_on, 1, 0x4001'0000, 0xabc), psci::already_on) << "a second time";
            self.tick += 1000;
            return StopReason::quantum;
        case 1:
            EXPECT_EQ(b, 1) << "processor 1 has had its first turn and sleeps";
            self.machine.send_event(0);
            self.machine.broadcast_tlb(0, isa::TlbOp::all, isa::TlbSide::unified, 42, 7);
            self.machine.broadcast_cache(0, isa::cache_op::ICIMVAU, 0xc000'0040, 0x4000'0040);
            self.tick += 1000;
            return StopReason::quantum;
        case 2:
            EXPECT_EQ(b, 2) << "processor 1 has looked at the event and sleeps again";
            self.write(gicd, 1);
            self.tick += 77;
            sgi_sent_at = self.tick;
            self.write(gicd + 0xf00, 1u << 17 | 5);  // SGI 5 to processor 1
            self.tick += 1000;
            return StopReason::quantum;
        case 3:
            EXPECT_EQ(b, 3) << "processor 1 has been interrupted and has gone";
            EXPECT_EQ(self.smc(0x8400'0004, 1), 1u) << "AFFINITY_INFO: off again";
            self.smc(0x8400'0008);  // SYSTEM_OFF
            EXPECT_TRUE(self.machine.stop_requested(0)) << "the machine wants its processors to come back";
            return StopReason::halted;
        default: ADD_FAILURE() << "the machine is off"; return StopReason::halted;
        }
    };
    second.program = [&](FakeCpu& self, u64) {
        switch (b++) {
        case 0:
            EXPECT_EQ(self.started.pc, 0x4001'0000u) << "entry point of CPU_ON";
            EXPECT_EQ(self.started.args[0], 0xabcu) << "context of CPU_ON in r0";
            EXPECT_EQ(self.started.mode, isa::Mode::hyp) << "in the mode of the boot processor";
            EXPECT_GE(self.tick, 500u) << "not before it was turned on";
            self.write(gicd + 0x100, 0xffff);
            self.write(gicc + 0x004, 0xff);
            self.write(gicc + 0x000, 1);
            self.tick += 10;
            return StopReason::waiting_event;
        case 1:
            EXPECT_TRUE(self.event) << "SEV of the other processor arrived";
            EXPECT_EQ(self.tlb_operands, (std::vector<std::pair<u32, u8>>{{42, 7}})) << "and its TLB maintenance";
            EXPECT_EQ(self.cache_operations,
                      (std::vector<std::pair<isa::CacheOp, u64>>{{isa::cache_op::ICIMVAU, 0x4000'0040}}))
                << "and its cache maintenance, where that is in memory";
            EXPECT_TRUE(fake.cpus[0]->cache_operations.empty()) << "its own is done where it is asked for";
            EXPECT_FALSE(self.lines.irq) << "no interrupt yet";
            return StopReason::waiting;
        case 2:
            EXPECT_TRUE(self.lines.irq) << "the SGI is signalled";
            EXPECT_GE(self.tick, sgi_sent_at) << "not before it was sent";
            EXPECT_EQ(self.read(gicc + 0xc), 5u) << "SGI 5 from processor 0";
            self.smc(psci::cpu_off);
            EXPECT_TRUE(self.machine.stop_requested(1)) << "CPU_OFF ends the run";
            return StopReason::halted;
        default: ADD_FAILURE() << "processor 1 is off"; return StopReason::halted;
        }
    };
    fake.machine.start({});
    EXPECT_EQ(fake.machine.run({}).kind, Outcome::Kind::power_off) << "SYSTEM_OFF ends the run";
    EXPECT_EQ(second.starts, 1u) << "processor 1 was started once";
}

}  // namespace
}  // namespace vtoll::core::test

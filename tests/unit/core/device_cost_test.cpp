// SPDX-License-Identifier: Apache-2.0
// What accesses to devices cost: each path its own, writes posted, reads behind the writes before them.
#include <gtest/gtest.h>

#include "core/platform/device_entry.hpp"
#include "core/timing/core_model.hpp"
#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core {
namespace {

using Access = CoreModel::DeviceAccess;
using enum DevicePath;

CoreProfile two_posted() {
    CoreProfile p;
    p.device_writes = 2;
    p.devices[static_cast<std::size_t>(cpu_interface)] = {100, 80, 0};
    p.devices[static_cast<std::size_t>(peripheral)] = {10, 10, 160};
    return p;
}

struct Model {
    StallTotals stalls{};
    CoreModel core;
    u64 ticks = 0;

    explicit Model(const CoreProfile& p = two_posted(), u64 clock_hz = 1'000'000'000) : core(p, clock_hz, stalls) {}
    u32 access(DevicePath path, Access what) {
        const u32 cost = core.device(path, what, {ticks, 0});
        ticks += cost;
        return cost;
    }
};

TEST(DeviceCost, EveryPathHasItsOwn) {
    Model m;
    EXPECT_EQ(m.access(cpu_interface, Access::read), 100u) << "in the core's clock domain";
    EXPECT_EQ(m.access(peripheral, Access::read), 170u) << "and beyond it, 160 ns at 1 GHz";
    Model slow(two_posted(), 500'000'000);
    EXPECT_EQ(slow.access(cpu_interface, Access::read), 100u) << "cycles are cycles at any clock";
    EXPECT_EQ(slow.access(peripheral, Access::read), 90u) << "160 ns are half as many cycles at 500 MHz";
    EXPECT_EQ(m.stalls[static_cast<std::size_t>(Stall::device)], 270u) << "all of it is the devices'";
}

TEST(DeviceCost, WritesArePostedUntilTooManyAreUnderWay) {
    Model m;
    EXPECT_EQ(m.access(cpu_interface, Access::posted_write), 0u) << "left to the buffer";
    EXPECT_EQ(m.access(cpu_interface, Access::posted_write), 0u) << "two may be under way";
    EXPECT_EQ(m.access(cpu_interface, Access::posted_write), 80u) << "the third waits for the first";
}

TEST(DeviceCost, PostedWritesTakeTheirPlacesInTurn) {
    CoreProfile p = two_posted();
    p.device_writes = 3;
    Model m(p);
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(m.access(cpu_interface, Access::posted_write), 0u) << "three may be under way, round " << round;
        m.ticks += 1'000;
    }
}

TEST(DeviceCost, AReadWaitsForTheWritesBeforeItOnItsPath) {
    Model m;
    m.access(cpu_interface, Access::posted_write);
    EXPECT_EQ(m.access(peripheral, Access::read), 170u) << "another path";
    m.access(cpu_interface, Access::posted_write);
    m.ticks += 30;
    EXPECT_EQ(m.access(cpu_interface, Access::read), 50u + 100) << "80 cycles of write, 30 of them gone by";
    EXPECT_EQ(m.access(cpu_interface, Access::read), 100u) << "nothing is before it now";
}

TEST(DeviceCost, AWriteToStronglyOrderedMemoryWaitsForItsAnswer) {
    Model m;
    EXPECT_EQ(m.access(cpu_interface, Access::write), 80u) << "not posted";
    EXPECT_EQ(m.access(cpu_interface, Access::read), 100u) << "and done with when it has been waited for";
}

TEST(DeviceCost, DevicesSayTheirPath) {
    EXPECT_EQ(device_path(0x0800'0000), distributor) << "GICD";
    EXPECT_EQ(device_path(0x0801'000c), cpu_interface) << "GICC_IAR";
    EXPECT_EQ(device_path(0x0803'0100), list_registers) << "GICH_LR0";
    EXPECT_EQ(device_path(0x0804'000c), cpu_interface) << "GICV_IAR: a guest's GICC";
    EXPECT_EQ(device_path(0x0900'0000), peripheral) << "the UART";
    EXPECT_EQ(device_path(0x0a00'0200), peripheral) << "a virtio slot";
    EXPECT_EQ(device_path(0x3000'0000), peripheral) << "nothing";
}

/// The whole way: Device memory behind the MMU is posted, with the MMU off it is Strongly-ordered.
TEST(DeviceCost, PostedOrNotIsTheMappings) {
    using test::SmallMachine;
    const auto ticks_of_store = [](bool mmu) {
        SmallMachine m(pricing_for("cortex-a15"));
        if (mmu) {
            m.load(SmallMachine::mmu_on);
            m.write(SmallMachine::behind_mmu_on, {0xe5870000, 0xeafffffe});  // STR r0, [r7]; B .
        } else {
            m.load({0xe3a07409, 0xe5870000, 0xeafffffe});  // MOV r7, device; STR r0, [r7]; B .
        }
        u64 price = 0;
        m.on_device = [&](u64, bool) { price = m.cpu.parts().clock.stalls()[static_cast<std::size_t>(Stall::device)]; };
        m.cpu.run(2000);
        return price;
    };
    EXPECT_EQ(ticks_of_store(true), 0u) << "Device memory";
    EXPECT_GT(ticks_of_store(false), 100u) << "Strongly-ordered memory";
}

}  // namespace
}  // namespace vtoll::core

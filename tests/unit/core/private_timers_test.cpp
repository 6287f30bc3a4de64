// SPDX-License-Identifier: Apache-2.0
// Private peripherals of a cluster of Cortex-A9s, by their registers. Expectations: ARM DDI 0407 (Cortex-A9 MPCore
// TRM), chapters 1, 2 and 4. PERIPHCLK is 100 MHz: ten nanoseconds a count.
#include <gtest/gtest.h>

#include "core/platform/console.hpp"
#include "core/platform/device_entry.hpp"

namespace vtoll::core {
namespace {

struct Mpcore : ::testing::Test {
    static MachineKeys machine(bool timers = true) {
        MachineKeys keys;
        keys.cpus = 2;
        keys.scu = true;
        keys.private_timers = timers;
        return keys;
    }
    std::unique_ptr<TimedDevice> make(Board& on) {
        return std::unique_ptr<TimedDevice>(
            dynamic_cast<TimedDevice*>(mpcore_device.make(mpcore_device, on).release()));
    }

    u32 read(u32 offset, unsigned cpu = 0, bool debug = false) {
        u32 value = 0;
        EXPECT_EQ(device->read({offset, 4, cpu, debug}, value), BusResult::ok) << "offset " << offset;
        return value;
    }
    void write(u32 offset, u32 value, unsigned cpu = 0) {
        EXPECT_EQ(device->write({offset, 4, cpu, false}, value), BusResult::ok) << "offset " << offset;
    }
    /// `cpu` comes to `count` of PERIPHCLK.
    void come_to(u64 count, unsigned cpu = 0) {
        nanoseconds = 10 * count;
        device->update(cpu, nanoseconds);
    }
    bool interrupts(unsigned cpu, unsigned id) {
        return gic.read(gic::Frame::gicd, 0x200, 4, cpu, true) >> id & 1;  // GICD_ISPENDR0
    }

    MachineKeys keys = machine();
    u64 nanoseconds = 0;
    unsigned resets = 0, woken = 0, moved = 0;
    gic::Gic gic{gic::Config{.cpus = 2}};
    Console console;
    Ram ram{memory_map::ram_base, 0x1000};
    Dma dma{ram, [](u64, u64) {}};
    Board board{keys,
                gic,
                console,
                dma,
                [this] { return nanoseconds; },
                [this] { ++moved; },
                [this] { ++woken; },
                [this] { ++resets; }};
    std::unique_ptr<TimedDevice> device = make(board);
};

constexpr u32 load = 0x600, counter = 0x604, control = 0x608, status = 0x60c;

TEST_F(Mpcore, PrivateTimerCountsDownAndInterruptsOnce) {
    write(load, 100);
    EXPECT_EQ(read(counter), 100u) << "the counter is loaded with it";
    write(control, 5);
    EXPECT_EQ(device->alarm(0), 1000u) << "a hundred counts on";
    come_to(40);
    EXPECT_EQ(read(counter), 60u) << "forty counts later";
    EXPECT_FALSE(interrupts(0, 29)) << "not yet";
    come_to(99);
    EXPECT_FALSE(interrupts(0, 29)) << "not a count early";
    come_to(100);
    EXPECT_TRUE(interrupts(0, 29)) << "at zero";
    EXPECT_FALSE(interrupts(1, 29)) << "each processor has its own";
    EXPECT_EQ(read(status), 1u) << "the event flag";
    come_to(200);
    EXPECT_EQ(read(counter), 0u) << "without auto-reload it stays there";
    write(status, 1);
    EXPECT_EQ(read(status), 0u) << "written with one it is cleared";
    EXPECT_EQ(device->alarm(0), TimedDevice::no_alarm) << "and does not come again";
}

TEST_F(Mpcore, PeriodIsThatOfTheManual) {
    write(load, 9);
    write(control, 7 | 3 << 8);  // prescaler 3: (3 + 1) * (9 + 1) counts
    u64 first = device->alarm(0) / 10;
    EXPECT_EQ(first, 36u) << "nine steps to the first zero";
    for (u64 turn = 0; turn < 5; ++turn) {
        come_to(first + 40 * turn);
        EXPECT_EQ(read(status), 1u) << "zero, turn " << turn;
        write(status, 1);
        EXPECT_EQ(device->alarm(0), 10 * (first + 40 * (turn + 1))) << "(prescaler + 1) * (load + 1) counts on";
    }
    come_to(first + 40 * 1000 + 4);
    EXPECT_EQ(read(counter), 9u) << "one step behind zero it has been loaded again";
    EXPECT_EQ(read(status), 1u) << "however many periods nobody looked";
}

TEST_F(Mpcore, TimersAreReadByADebuggerWithoutAChange) {
    write(load, 10);
    write(control, 5);
    nanoseconds = 1000;
    EXPECT_EQ(read(counter, 0, true), 0u) << "what a processor would read";
    EXPECT_EQ(read(status, 0, true), 1u) << "the event too";
    EXPECT_FALSE(interrupts(0, 29)) << "but nothing is raised by a look";
    EXPECT_EQ(read(status), 1u) << "a processor's read finds it";
    EXPECT_TRUE(interrupts(0, 29)) << "and then it interrupts";
}

TEST_F(Mpcore, WatchdogIsATimerUntilItIsToldOtherwise) {
    write(0x620, 50);
    write(0x628, 5);
    come_to(50);
    EXPECT_TRUE(interrupts(0, 30)) << "as a timer it interrupts";
    EXPECT_EQ(resets, 0u) << "and resets nothing";
    write(0x620, 50);
    write(0x628, 9);
    EXPECT_EQ(resets, 0u) << "what it did as a timer does not count";
    write(0x624, 1000);
    EXPECT_EQ(read(0x624), 50u) << "as a watchdog its counter can't be written";
    write(0x628, 1);
    EXPECT_EQ(read(0x628) & 8, 8u) << "nor the mode be left by the control register";
    come_to(90);
    write(0x620, 50);
    come_to(139);
    EXPECT_EQ(resets, 0u) << "loaded again in time";
    come_to(140);
    EXPECT_EQ(resets, 1u) << "and then not";
    EXPECT_EQ(read(0x630), 1u) << "Watchdog Reset Status";
    write(0x634, 0x1234'5678);
    write(0x634, 0x8765'4321);
    EXPECT_EQ(read(0x628) & 8, 0u) << "the two words make it a timer again";
    write(0x628, 9);
    write(0x634, 0x8765'4321);
    write(0x634, 0x1234'5678);
    EXPECT_EQ(read(0x628) & 8, 8u) << "in that order only";
}

TEST_F(Mpcore, GlobalTimerIsSharedItsComparatorsAreNot) {
    write(0x200, 0xffff'fff0);
    write(0x204, 1);
    write(0x210, 0x10, 1);
    write(0x214, 2, 1);
    write(0x208, 6, 1);  // processor 1: compare and interrupt
    EXPECT_EQ(read(0x208, 0), 0u) << "which is banked";
    EXPECT_EQ(device->alarm(1), TimedDevice::no_alarm) << "the timer stands";
    const unsigned before = woken;
    write(0x208, 1, 0);
    EXPECT_GT(woken, before) << "the other may sleep, and has an alarm now";
    EXPECT_EQ(read(0x208, 1), 7u) << "the enable bit is everybody's";
    EXPECT_EQ(device->alarm(1), 320u) << "0x1fffffff0 to 0x200000010";
    come_to(32, 0);
    EXPECT_EQ(read(0x200, 0), 0x10u) << "the low half has gone round";
    EXPECT_EQ(read(0x204, 0), 2u) << "the high half counts it";
    EXPECT_FALSE(interrupts(0, 27)) << "processor 0 compares nothing";
    come_to(32, 1);
    EXPECT_TRUE(interrupts(1, 27)) << "equal or beyond";
    write(0x20c, 1, 1);
    EXPECT_EQ(read(0x20c, 1), 1u) << "still beyond: the flag comes back";
    write(0x208, 4, 1);
    write(0x20c, 1, 1);
    EXPECT_EQ(read(0x20c, 1), 0u) << "without the comparator it does not";
}

TEST_F(Mpcore, ComparatorMovesOnByItself) {
    write(0x210, 100);
    write(0x218, 100);
    write(0x208, 0xf);
    come_to(350);
    EXPECT_EQ(read(0x20c), 1u) << "an event";
    EXPECT_EQ(read(0x210), 400u) << "the next one is the first that lies ahead";
    write(0x20c, 1);
    EXPECT_EQ(device->alarm(0), 4000u) << "and interrupts again";
}

TEST_F(Mpcore, HasTheInterruptControllerOnceMore) {
    write(0x1100, 0xffff'0000);
    EXPECT_EQ(read(0x1100), gic.read(gic::Frame::gicd, 0x100, 4, 0, true)) << "ICDISER0 is GICD_ISENABLER0";
    write(0x104, 0xf0);
    EXPECT_EQ(gic.read(gic::Frame::gicc, 0x4, 4, 0, true), 0xf0u) << "ICCPMR is GICC_PMR";
    write(0x1f00, 1u << 16 | 3, 1);
    EXPECT_TRUE(interrupts(0, 3)) << "processor 1 interrupts processor 0 by ICDSGIR";
}

TEST_F(Mpcore, SnoopControlUnitKnowsTheProcessors) {
    EXPECT_EQ(read(0x4) & 0xf3, 0x31u) << "two, both in coherency";
    EXPECT_EQ(read(0x50), 0xfu) << "SCU Access Control at reset";
    write(0x40, 0x1234'5678);
    EXPECT_EQ(read(0x40), 0x1230'0000u) << "megabytes";
}

TEST_F(Mpcore, WithoutTheKeyThereAreNoTimers) {
    const MachineKeys without = machine(false);
    Board other{without, gic, console, dma, [this] { return nanoseconds; }, [] {}, [] {}, [] {}};
    device = make(other);
    write(load, 100);
    write(control, 7);
    EXPECT_EQ(read(load) | read(control) | read(0x208), 0u) << "reads as zero";
    EXPECT_EQ(device->alarm(0), TimedDevice::no_alarm) << "nothing will happen";
    EXPECT_EQ(read(0x4) & 3, 1u) << "the snoop control unit is there";
}

TEST_F(Mpcore, StateIsSavedAndRestored) {
    write(load, 100);
    write(control, 7);
    write(0x210, 300);
    write(0x208, 7, 1);
    come_to(30);
    Archive save;
    device->serialize(save);
    const std::string bytes = save.take();
    auto again = make(board);
    Archive restore(bytes, "mpcore");
    again->serialize(restore);
    restore.finish();
    EXPECT_EQ(again->alarm(0), device->alarm(0)) << "the private timer";
    device = std::move(again);
    EXPECT_EQ(read(counter), 70u) << "where it stood";
    EXPECT_EQ(read(0x200), 30u) << "the global timer";
}

}  // namespace
}  // namespace vtoll::core

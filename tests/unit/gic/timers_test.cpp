// SPDX-License-Identifier: Apache-2.0
#include "gic/timers.hpp"

#include "core/state/archive.hpp"
#include "tests/unit/gic/board.hpp"

#include <random>

namespace vtoll::gic::test {
namespace {

constexpr u32 on = timer_control::enable;
constexpr u32 masked = timer_control::enable | timer_control::imask;

class TimersTest : public Board2 {
protected:
    TimersTest() {
        open(0);
        open(1);
    }
    bool line(unsigned id, unsigned cpu = 0) { return in(gicd::ispendr, id, cpu); }
    Timers timers{gic};
};

TEST_F(TimersTest, each_timer_drives_its_own_interrupt) {
    const std::pair<TimerId, unsigned> wiring[] = {{TimerId::physical, 30}, {TimerId::virt, 27}, {TimerId::hyp, 26}};
    for (const auto& [id, intid] : wiring) {
        timers.set_cval(0, id, 1000, 0);
        timers.set_ctl(0, id, on, 0);
        EXPECT_EQ(dist(gicd::ispendr), 0u) << "nothing before the compare value, INTID " << intid;
        timers.update(1000);
        EXPECT_EQ(dist(gicd::ispendr), 1u << intid) << "at the compare value its own line only";
        EXPECT_EQ(dist(gicd::ispendr, 1), 0u) << "and not the other processor's";
        timers.set_ctl(0, id, 0, 1000);
        EXPECT_EQ(dist(gicd::ispendr), 0u) << "disabling lowers it, INTID " << intid;
    }
    EXPECT_FALSE(line(intid::secure_physical_timer)) << "the Secure timer's input is never driven";
}

TEST_F(TimersTest, control_reads_enable_mask_and_status) {
    timers.set_cval(0, TimerId::physical, 100, 0);
    timers.set_ctl(0, TimerId::physical, 0xFFFF'FFFF, 0);
    EXPECT_EQ(timers.ctl(0, TimerId::physical, 99), masked) << "ISTATUS isn't writable and not met yet";
    EXPECT_EQ(timers.ctl(0, TimerId::physical, 100), masked | timer_control::istatus) << "met";
    timers.set_ctl(0, TimerId::physical, timer_control::imask, 100);
    EXPECT_EQ(timers.ctl(0, TimerId::physical, 100), timer_control::imask) << "a disabled timer shows no status";
}

TEST_F(TimersTest, the_mask_holds_the_line_down_but_not_the_status) {
    timers.set_cval(0, TimerId::virt, 100, 0);
    timers.set_ctl(0, TimerId::virt, masked, 200);
    EXPECT_FALSE(line(27)) << "masked";
    EXPECT_TRUE(timers.ctl(0, TimerId::virt, 200) & timer_control::istatus) << "status shows through";
    timers.set_ctl(0, TimerId::virt, on, 200);
    EXPECT_TRUE(line(27)) << "unmasked";
}

TEST_F(TimersTest, a_later_compare_value_lowers_the_line) {
    timers.set_ctl(0, TimerId::hyp, on, 500);
    EXPECT_TRUE(line(26)) << "compare value 0 is met at once";
    timers.set_cval(0, TimerId::hyp, 600, 500);
    EXPECT_FALSE(line(26)) << "rearmed";
}

TEST_F(TimersTest, timer_value_is_a_signed_distance) {
    timers.set_tval(0, TimerId::physical, 250, 1000);
    EXPECT_EQ(timers.cval(0, TimerId::physical), 1250u) << "forward";
    EXPECT_EQ(timers.tval(0, TimerId::physical, 1100), 150u) << "counts down";
    EXPECT_EQ(timers.tval(0, TimerId::physical, 1300), static_cast<u32>(-50)) << "and goes negative";
    timers.set_tval(0, TimerId::physical, static_cast<u32>(-100), 1000);
    EXPECT_EQ(timers.cval(0, TimerId::physical), 900u) << "a negative distance is in the past";
    timers.set_ctl(0, TimerId::physical, on, 1000);
    EXPECT_TRUE(line(30)) << "so it fires at once";
    timers.set_tval(0, TimerId::physical, 0x8000'0000, 0x1'0000'0000);
    EXPECT_EQ(timers.cval(0, TimerId::physical), 0x8000'0000u) << "the most negative distance";
    timers.set_tval(0, TimerId::physical, 0x7FFF'FFFF, 0xFFFF'FFFF);
    EXPECT_EQ(timers.cval(0, TimerId::physical), 0x1'7FFF'FFFEu) << "64-bit sum";
}

TEST_F(TimersTest, the_virtual_timer_counts_from_its_offset) {
    timers.set_cntvoff(0, 10'000, 10'000);
    EXPECT_EQ(timers.virtual_count(0, 10'500), 500u) << "virtual count";
    EXPECT_EQ(timers.virtual_count(1, 10'500), 10'500u) << "the offset is per processor";
    timers.set_tval(0, TimerId::virt, 100, 10'500);
    EXPECT_EQ(timers.cval(0, TimerId::virt), 600u) << "in virtual time";
    timers.set_ctl(0, TimerId::virt, on, 10'500);
    EXPECT_EQ(timers.next_deadline(10'500), 10'600u) << "deadlines are physical";
    timers.update(10'599);
    EXPECT_FALSE(line(27)) << "one tick early";
    timers.update(10'600);
    EXPECT_TRUE(line(27)) << "on time";
    timers.set_cntvoff(0, 20'000, 10'600);
    EXPECT_TRUE(line(27)) << "a virtual count below zero is a huge one: the comparison is unsigned";
    timers.set_cntvoff(0, 10'001, 10'600);
    EXPECT_FALSE(line(27)) << "virtual 599 is before the compare value";
}

TEST_F(TimersTest, offset_does_not_move_the_physical_timers) {
    timers.set_cntvoff(0, 1'000'000, 0);
    timers.set_cval(0, TimerId::physical, 50, 0);
    timers.set_cval(0, TimerId::hyp, 60, 0);
    timers.set_ctl(0, TimerId::physical, on, 0);
    timers.set_ctl(0, TimerId::hyp, on, 0);
    timers.update(50);
    EXPECT_TRUE(line(30)) << "physical at 50";
    EXPECT_FALSE(line(26)) << "Hyp not yet";
    EXPECT_EQ(timers.next_deadline(50), 60u) << "Hyp next";
}

TEST_F(TimersTest, deadlines_are_those_of_lines_that_can_move) {
    EXPECT_EQ(timers.next_deadline(0), never) << "all off";
    timers.set_cval(0, TimerId::physical, 500, 0);
    timers.set_ctl(0, TimerId::physical, masked, 0);
    EXPECT_EQ(timers.next_deadline(0), never) << "a masked timer moves no line";
    timers.set_ctl(0, TimerId::physical, on, 0);
    timers.set_cval(1, TimerId::virt, 300, 0);
    timers.set_ctl(1, TimerId::virt, on, 0);
    EXPECT_EQ(timers.next_deadline(0), 300u) << "the earliest of all processors";
    EXPECT_EQ(timers.next_deadline(0, 0), 500u) << "or of one";
    EXPECT_EQ(timers.next_deadline(300), 500u) << "one that fired has no more";
    EXPECT_EQ(timers.next_deadline(500), never) << "all fired";
    timers.set_cval(0, TimerId::physical, never, 0);
    timers.set_cval(1, TimerId::virt, never, 0);
    EXPECT_EQ(timers.next_deadline(0), never) << "the last count there is";
}

TEST_F(TimersTest, an_offset_ahead_of_the_count_gives_a_falling_deadline) {
    timers.set_cval(0, TimerId::virt, 100, 0);
    timers.set_cntvoff(0, 5000, 1000);
    timers.set_ctl(0, TimerId::virt, on, 1000);
    EXPECT_TRUE(line(27)) << "virtual -4000 is past 100 as an unsigned number";
    EXPECT_EQ(timers.next_deadline(1000), 5000u) << "the line falls when the virtual count wraps to 0";
    timers.update(5000);
    EXPECT_FALSE(line(27)) << "fallen";
    EXPECT_EQ(timers.next_deadline(5000), 5100u) << "and rises at the compare value";
}

TEST_F(TimersTest, outputs_change_at_deadlines_and_nowhere_else) {
    const unsigned seed = 20'260'117;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto outputs = [&](u64 count) {
        u32 all = 0;
        for (unsigned cpu = 0; cpu < 2; ++cpu) {
            for (unsigned id = 0; id < timer_count; ++id) {
                all = all << 1 | timers.output(cpu, static_cast<TimerId>(id), count);
            }
        }
        return all;
    };
    for (unsigned round = 0; round < 2000; ++round) {
        const u64 count = random() % 64;
        for (unsigned cpu = 0; cpu < 2; ++cpu) {
            timers.set_cntvoff(cpu, random() % 64, count);
            for (unsigned id = 0; id < timer_count; ++id) {
                timers.set_cval(cpu, static_cast<TimerId>(id), random() % 64, count);
                timers.set_ctl(cpu, static_cast<TimerId>(id), random() % 4, count);
            }
        }
        const u64 deadline = timers.next_deadline(count);
        u64 expected = count + 1;
        while (expected < 256 && outputs(expected) == outputs(count)) ++expected;
        ASSERT_EQ(deadline, expected < 256 ? expected : never) << "round " << round << " from count " << count;
    }
}

TEST_F(TimersTest, state_survives_a_save_and_restore) {
    timers.set_cntvoff(0, 77, 0);
    timers.set_cval(0, TimerId::virt, 100, 0);
    timers.set_ctl(0, TimerId::virt, on, 0);
    core::Archive save;
    save(timers);
    const std::string bytes = save.take();
    Gic other({.cpus = 2});
    Timers copy(other);
    core::Archive restore(bytes, "timers");
    restore(copy);
    restore.finish();
    copy.update(177);
    EXPECT_EQ(copy.cntvoff(0), 77u) << "offset";
    EXPECT_TRUE(copy.output(0, TimerId::virt, 177)) << "fired at 177";
    EXPECT_EQ(other.read(Frame::gicd, gicd::ispendr, 4, 0), 1u << 27) << "and the line was driven";
}

TEST(EventStreamTest, decodes_the_control_bits) {
    const EventStream stream = EventStream::decode(1u << 2 | 1u << 3 | 9u << 4);
    EXPECT_TRUE(stream.enabled) << "EVNTEN";
    EXPECT_TRUE(stream.falling) << "EVNTDIR";
    EXPECT_EQ(stream.bit, 9u) << "EVNTI";
    EXPECT_FALSE(EventStream::decode(0xFFFF'FFFB).enabled) << "EVNTEN clear";
}

TEST(EventStreamTest, events_fall_on_the_transitions_of_its_bit) {
    const EventStream rising{.enabled = true, .falling = false, .bit = 3};
    EXPECT_EQ(rising.next(0), 8u) << "bit 3 rises at 8";
    EXPECT_EQ(rising.next(7), 8u) << "just before";
    EXPECT_EQ(rising.next(8), 24u) << "strictly after";
    const EventStream falling{.enabled = true, .falling = true, .bit = 3};
    EXPECT_EQ(falling.next(0), 16u) << "bit 3 falls at 16";
    EXPECT_EQ(falling.next(15), 16u) << "just before";
    EXPECT_EQ((EventStream{.enabled = true, .falling = false, .bit = 0}).next(4), 5u) << "bit 0 rises at odd counts";
    EXPECT_EQ((EventStream{}).next(0), never) << "off";
}

}  // namespace
}  // namespace vtoll::gic::test

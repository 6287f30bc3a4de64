// SPDX-License-Identifier: Apache-2.0
// Random accesses and line changes: nothing breaks, and the fast choice of the highest pending interrupt always
// agrees with a slow one made from the registers alone.
#include "tests/unit/gic/board.hpp"

#include <random>
#include <vector>

namespace vtoll::gic::test {
namespace {

/// The highest pending interrupt, worked out from what software can read.
u32 slow_highest(Gic& gic, unsigned cpu) {
    const auto read = [&](u32 offset, unsigned size = 4) { return gic.read(Frame::gicd, offset, size, cpu, true); };
    const u32 ctlr = read(gicd::ctlr);
    u32 best = spurious;
    u32 best_priority = 0x100;
    for (unsigned id = 0; id < gic.config().interrupts(); ++id) {
        const auto bit = [&](u32 array) { return read(array + id / 32 * 4) >> id % 32 & 1; };
        const bool targeted = gic.config().cpus == 1 || (read(gicd::itargetsr + id, 1) >> cpu & 1);
        if (!targeted || !bit(gicd::ispendr) || !bit(gicd::isenabler) || bit(gicd::isactiver)) continue;
        if (!(ctlr >> bit(gicd::igroupr) & 1)) continue;
        const u32 priority = read(gicd::ipriorityr + id, 1);
        if (priority >= best_priority) continue;
        best = id;
        best_priority = priority;
    }
    return best;
}

void hammer(const Config& config, unsigned seed, unsigned accesses) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", processors " + std::to_string(config.cpus));
    ::testing::Test::RecordProperty("seed", static_cast<int>(seed));
    std::mt19937 random(seed);
    Gic gic(config);
    unsigned callbacks = 0;
    gic.on_lines_changed([&](unsigned cpu, Lines lines) {
        ++callbacks;
        EXPECT_LT(cpu, config.cpus) << "of a processor that exists";
        EXPECT_EQ(lines, gic.lines(cpu)) << "the callback and the cache agree";
    });
    const u32 words = config.interrupts() / 32;
    const auto offset_in = [&](Frame frame) -> u32 {
        // Mostly where registers are, now and then anywhere, unaligned and beyond the end included.
        if (random() % 16 == 0) return random();
        if (frame == Frame::gich) return (random() % 0x44) * 4;
        if (frame != Frame::gicd) return random() % 32 == 0 ? gicc::dir : (random() % 0x40) * 4;
        constexpr u32 bit_arrays[] = {gicd::igroupr, gicd::isenabler, gicd::icenabler, gicd::ispendr,
                                      gicd::icpendr, gicd::isactiver, gicd::icactiver};
        const u32 pick = random();
        const u32 within = random();
        switch (pick % 4) {
        case 0: return (pick & 4 ? gicd::ipriorityr : gicd::itargetsr) + within % config.interrupts();
        case 1: return pick & 4 ? gicd::icfgr + within % (words * 8) : gicd::sgir + within % 0x30;
        default: return bit_arrays[pick / 4 % std::size(bit_arrays)] + within % (words * 4);
        }
    };
    for (unsigned i = 0; i < accesses; ++i) {
        // One draw per statement: the order in which arguments are evaluated is the compiler's.
        const auto frame = static_cast<Frame>(random() % 4);
        const Frame interface = random() & 1 ? Frame::gicc : Frame::gicv;
        const unsigned size = 1u << random() % 3;
        const unsigned cpu = random() % (config.cpus + 1);
        const u32 offset = offset_in(frame);
        const u32 dense = random();
        const u32 sparse = dense & random();
        switch (random() % 8) {
        case 0: gic.set_spi(sparse % (config.spis + 2), dense >> 31); break;
        case 1: gic.set_ppi(cpu, sparse % 18, dense >> 31); break;
        case 2: gic.read(frame, offset, size, cpu, dense & 1); break;
        case 3: gic.read(interface, gicc::iar, 4, cpu); break;
        case 4: gic.write(interface, gicc::eoir, dense % 300, 4, cpu); break;
        case 5: gic.write(Frame::gicd, gicd::ctlr, dense, 1, cpu); break;
        default: gic.write(frame, offset, sparse, size, cpu); break;
        }
        if (i % 64 != 0) continue;
        for (unsigned each = 0; each < config.cpus; ++each) {
            gic.write(Frame::gicc, gicc::ctlr, 0x207, 4, each);  // both groups on, AckCtl shows both
            const u32 fast = gic.read(Frame::gicc, gicc::hppir, 4, each, true) & 0x3FF;
            ASSERT_EQ(fast, slow_highest(gic, each)) << "processor " << each << " after access " << i;
        }
        if (random() % 4 == 0) {
            // End everything now and then, or a run soon gets stuck behind active interrupts.
            for (unsigned each = 0; each < config.cpus; ++each) {
                for (u32 word = 0; word < 4; ++word) {
                    gic.write(Frame::gicc, gicc::apr + word * 4, 0, 4, each);
                    gic.write(Frame::gicc, gicc::nsapr + word * 4, 0, 4, each);
                }
                for (u32 word = 0; word < 9; ++word) gic.write(Frame::gicd, gicd::icactiver + word * 4, ~0u, 4, each);
                gic.write(Frame::gicc, gicc::pmr, 0xFF, 4, each);
                gic.write(Frame::gich, gich::apr, 0, 4, each);
            }
        }
        Gic copy(config);
        copy.restore(gic.state());
        for (unsigned each = 0; each < config.cpus; ++each) {
            ASSERT_EQ(copy.lines(each), gic.lines(each)) << "outputs kept up to date equal outputs worked out afresh, "
                                                         << "processor " << each << " after access " << i;
        }
    }
    EXPECT_GT(callbacks, accesses / 100) << "the run reached the outputs";
}

TEST(Robustness, random_accesses_on_one_processor) { hammer({.cpus = 1, .spis = 256}, 0xC0FFEE, 40'000); }
TEST(Robustness, random_accesses_on_eight_processors) { hammer({.cpus = 8, .spis = 64}, 0xF00D, 40'000); }
TEST(Robustness, random_accesses_on_four_processors) { hammer({.cpus = 4, .spis = 64}, 0xBEEF, 40'000); }
TEST(Robustness, random_accesses_with_five_priority_bits) {
    hammer({.cpus = 2, .spis = 32, .priority_bits = 5}, 4711, 40'000);
}

TEST(Robustness, debug_reads_change_nothing) {
    const unsigned seed = 99;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Gic gic({.cpus = 2, .spis = 64});
    for (unsigned i = 0; i < 4000; ++i) {
        const auto frame = static_cast<Frame>(random() % 4);
        const u32 offset = random() % 0x1000 & ~3u;
        const u32 value = random();
        gic.write(frame, offset, value, 4, random() % 2);
    }
    const auto registers = [&] {
        std::vector<u32> values;
        for (unsigned cpu = 0; cpu < 2; ++cpu) {
            for (unsigned frame = 0; frame < 4; ++frame) {
                for (u32 offset = 0; offset < 0x1004; offset += 4) {
                    values.push_back(gic.read(static_cast<Frame>(frame), offset, 4, cpu, true));
                }
            }
        }
        return values;
    };
    const std::vector<u32> first = registers();
    EXPECT_EQ(registers(), first) << "looking twice shows the same";
}

}  // namespace
}  // namespace vtoll::gic::test

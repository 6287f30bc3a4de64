// SPDX-License-Identifier: Apache-2.0
// Two cores of a cluster: what a line costs that the other one holds, and that the other one loses what is written.
#include "core/timing/cluster.hpp"

#include "tests/unit/core/filter_of_core.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/timing/core_model.hpp"
#include "tests/unit/core/small_core.hpp"

namespace vtoll::core {
namespace {

constexpr u64 line = 0x4000'1000;

CoreProfile profile() {
    CoreProfile p = test::small_core();
    p.l2_transfer = 33;
    p.store_buffer = p.outstanding = p.store_fills = 2;
    p.micro_tlb_d = p.micro_tlb_i = 4;
    return p;
}

/// What a latency adds to the price of a hit in L1.
u32 beyond_l1(u32 latency) { return latency - profile().l1d_latency; }

/// A core far behind its last access each time: nothing overlaps.
struct Core {
    explicit Core(Cluster* cluster) : model(profile(), 1'000'000'000, stalls, Placement(), cluster), filter(model) {}
    u32 load(u64 pa) { return pass(model.load(pa, pa, nullptr, {now += 10'000, now}), pa); }
    u32 store(u64 pa) { return pass(model.store(pa, pa, nullptr, {now += 10'000, now}), pa); }
    u32 pass(u32 cost, u64 pa) {
        filter.keep(pa);
        return cost;
    }
    /// What the filter in front had to forget since it was asked last.
    std::vector<u64> lost() {
        std::vector<u64> addresses = filter.lost();
        for (u64& each : addresses) each *= 64;
        return addresses;
    }

    StallTotals stalls{};
    CoreModel model;
    test::FilterOfCore filter;
    u64 now = 0;
};

struct ClusterTest : testing::Test {
    Cluster cluster{profile().l2};
    Core a{&cluster}, b{&cluster};
};

TEST_F(ClusterTest, L2IsShared) {
    const u32 from_memory = a.load(line);
    EXPECT_GE(from_memory, 100u) << "nobody has it";
    EXPECT_EQ(b.load(line), beyond_l1(profile().l2_latency)) << "the other core's load has brought it into L2";
    EXPECT_EQ(b.model.statistics().l2_misses, 0u) << "b missed nothing there";
    Core alone{nullptr}, another{nullptr};
    alone.load(line);
    EXPECT_EQ(another.load(line), from_memory) << "cores without a cluster have an L2 each";
}

TEST_F(ClusterTest, ALineThatTheOtherCoreWroteIsWrittenBackInTheEnd) {
    a.store(line);
    b.load(line);
    const auto written_back = [&] { return a.model.statistics().write_backs + b.model.statistics().write_backs; };
    EXPECT_EQ(written_back(), 0u) << "L2 has it, and agrees with no memory";
    for (u64 other = line + 0x1'0000; other < line + 0x2'0000; other += 2048) a.load(other);  // of its set in L2
    EXPECT_EQ(written_back(), 1u) << "what it had is written when it leaves L2";
    Core c{&cluster};
    c.load(line + 0x40);
    for (u64 other = line + 0x1'0040; other < line + 0x2'0040; other += 2048) c.load(other);
    EXPECT_EQ(c.model.statistics().write_backs, 0u) << "a line that was only read is not";
}

TEST_F(ClusterTest, ADirtyLineComesFromTheOtherCore) {
    a.store(line);
    EXPECT_EQ(b.load(line), beyond_l1(profile().l2_transfer)) << "the line is in a's L1 only, and dirty";
    EXPECT_EQ(a.lost(), std::vector<u64>{line}) << "a's filter: the next store must be seen";
    EXPECT_EQ(b.load(line), 0u) << "b has it";
    EXPECT_EQ(a.load(line), 0u) << "a has it still";
    EXPECT_EQ(a.model.statistics().l1d_misses, 1u) << "its store missed, nothing else";
}

TEST_F(ClusterTest, AStoreTakesTheLineFromTheOthers) {
    a.load(line);
    b.load(line);
    a.store(line);
    EXPECT_EQ(b.lost(), std::vector<u64>{line}) << "b's L1 and filter have lost it";
    a.store(line);
    EXPECT_TRUE(b.lost().empty()) << "it is a's alone";
    EXPECT_EQ(b.load(line), beyond_l1(profile().l2_transfer)) << "b must fetch it anew, from a";
    b.store(line);
    EXPECT_EQ(a.load(line), beyond_l1(profile().l2_transfer)) << "and the other way round";
}

TEST_F(ClusterTest, OtherLinesAreLeftAlone) {
    a.store(line);
    b.store(line + 64);
    EXPECT_TRUE(a.lost().empty() && b.lost().empty()) << "neither has lost anything";
    EXPECT_EQ(a.load(line), 0u) << "a hit";
    EXPECT_EQ(b.load(line + 64), 0u) << "a hit";
}

TEST_F(ClusterTest, ACoreThatIsAloneInItPaysNothing) {
    Cluster one(profile().l2);
    Core in_cluster(&one), alone(nullptr);
    for (u64 i = 0; i < 300; ++i) {
        const u64 pa = line + (i * 7919 % 97) * 64;
        const bool store = i % 3 == 0;
        EXPECT_EQ(store ? in_cluster.store(pa) : in_cluster.load(pa), store ? alone.store(pa) : alone.load(pa))
            << "access " << i;
    }
}

}  // namespace
}  // namespace vtoll::core

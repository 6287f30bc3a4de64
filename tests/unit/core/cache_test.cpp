// SPDX-License-Identifier: Apache-2.0
// Which lines a cache holds.
#include "core/timing/cache.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace vtoll::core {
namespace {

TEST(Cache, HoldsWhatFitsAndNoMore) {
    Cache cache({1024, 2, 64, Replacement::round_robin});
    for (u64 pa = 0; pa < 1024; pa += 64) EXPECT_EQ(cache.fill(pa, false).line, Cache::none) << "room at " << pa;
    for (u64 pa = 0; pa < 1024; ++pa) EXPECT_TRUE(cache.lookup(pa, false)) << pa;
    EXPECT_EQ(cache.fill(1024, false).line, 0u) << "the oldest line of the set makes room";
    EXPECT_FALSE(cache.contains(0)) << "it is gone";
    EXPECT_TRUE(cache.contains(512)) << "the other way stays";
}

TEST(Cache, HitsChangeNothingThatReplacementLooksAt) {
    Cache asked({1024, 4, 64, Replacement::random}), silent({1024, 4, 64, Replacement::random});
    const u32 seed = 11;
    std::mt19937 random(seed);
    for (int i = 0; i < 10'000; ++i) {
        const u64 pa = random() % 8192 & ~u64{63};
        for (u64 hit = 0; hit < 8192; hit += 512) (void)asked.lookup(hit, false);
        ASSERT_EQ(asked.contains(pa), silent.contains(pa)) << "seed " << seed << ", access " << i;
        if (silent.contains(pa)) continue;
        ASSERT_EQ(asked.fill(pa, false).line, silent.fill(pa, false).line) << "seed " << seed;
    }
}

TEST(Cache, RandomReplacementKeepsPartOfARingThatDoesNotFit) {
    Cache random({32768, 4, 64, Replacement::random}), round({32768, 4, 64, Replacement::round_robin});
    unsigned hits = 0, round_hits = 0;
    for (int pass = 0; pass < 20; ++pass)
        for (u64 pa = 0; pa < 65536; pa += 64) {
            if (random.lookup(pa, false)) hits += pass >= 10;
            else random.fill(pa, false);
            if (round.lookup(pa, false)) ++round_hits;
            else round.fill(pa, false);
        }
    EXPECT_EQ(round_hits, 0u) << "a ring of twice the size defeats round robin";
    EXPECT_NEAR(hits / 10240.0, 0.20, 0.04) << "and leaves random replacement a fifth";
}

TEST(Cache, DirtyLinesAreToldWhenTheyGo) {
    Cache cache({128, 1, 64, Replacement::round_robin});
    cache.fill(0, true);
    EXPECT_TRUE(cache.fill(128, false).dirty) << "written when it came";
    EXPECT_TRUE(cache.lookup(128, true)) << "now written";
    EXPECT_TRUE(cache.drop(128)) << "dirty when dropped";
    EXPECT_FALSE(cache.drop(128)) << "no longer there";
}

TEST(Cache, DropAll) {
    Cache cache({1024, 2, 64, Replacement::round_robin});
    cache.fill(64, true);
    cache.drop_all();
    EXPECT_FALSE(cache.contains(64)) << "everything is gone";
}

}  // namespace
}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace vtoll::core {
namespace {

TEST(Statistics, NothingIsNothing) {
    EXPECT_EQ(distribution({}), Distribution{}) << "no values";
    EXPECT_EQ(distribution({{5, 0}}), Distribution{}) << "a value that never occurred";
    EXPECT_EQ(distribution({}).mean(), 0.0) << "no division by zero";
}

TEST(Statistics, OneValue) {
    const Distribution d = distribution({{7, 1}});
    EXPECT_EQ(d, (Distribution{1, 7, 7, 7, 7, 7})) << "every quantile of one value is the value";
}

TEST(Statistics, MedianIsAnObservedValue) {
    EXPECT_EQ(distribution({{1, 1}, {9, 1}}).median, 1u) << "of two: the lower";
    EXPECT_EQ(distribution({{1, 1}, {2, 1}, {9, 1}}).median, 2u) << "of three: the middle one";
    EXPECT_EQ(distribution({{9, 1}, {1, 3}}).median, 1u) << "counts weigh";
    EXPECT_EQ(distribution({{9, 4}, {1, 3}}).median, 9u) << "counts weigh, either way";
}

TEST(Statistics, MeanAndExtremes) {
    const Distribution d = distribution({{10, 2}, {40, 1}, {10, 1}});
    EXPECT_EQ(d.n, 4u) << "equal values may come apart";
    EXPECT_EQ(d.min, 10u) << "min";
    EXPECT_EQ(d.max, 40u) << "max";
    EXPECT_EQ(d.sum, 70u) << "sum";
    EXPECT_DOUBLE_EQ(d.mean(), 17.5) << "mean";
}

TEST(Statistics, QuantilesAgreeWithASortedList) {
    const u32 seed = 4711;
    std::mt19937 random(seed);
    for (int round = 0; round < 200; ++round) {
        std::vector<Counted> counted;
        std::vector<u64> list;
        for (u32 i = 0, n = 1 + random() % 20; i < n; ++i) {
            const Counted v{random() % 50, 1 + random() % 9};
            counted.push_back(v);
            list.insert(list.end(), v.count, v.value);
        }
        std::sort(list.begin(), list.end());
        const Distribution d = distribution(counted);
        const auto at = [&](u64 hundredths) { return list[(hundredths * list.size() + 99) / 100 - 1]; };
        EXPECT_EQ(d.median, at(50)) << "round " << round << " of seed " << seed;
        EXPECT_EQ(d.p95, at(95)) << "round " << round << " of seed " << seed;
    }
}

TEST(Statistics, ErrorOfTheMeanByHand) {
    // 2, 4, 6: mean 4, variance (4 + 0 + 4) / 2 = 4, error sqrt(4 / 3).
    EXPECT_DOUBLE_EQ(relative_error({{2, 1}, {4, 1}, {6, 1}}).value(), 100.0 * std::sqrt(4.0 / 3) / 4)
        << "three values";
    EXPECT_EQ(relative_error({{0, 3}}), std::nullopt) << "no part of nothing";
}

}  // namespace
}  // namespace vtoll::core

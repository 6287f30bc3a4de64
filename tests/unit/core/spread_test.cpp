// SPDX-License-Identifier: Apache-2.0
// Statistics of placements.
#include "core/report/spread.hpp"

#include <gtest/gtest.h>

#include <random>

namespace vtoll::core {
namespace {

TEST(Spread, MeanAndDeviationOfASample) {
    const Spread s = spread_of({2, 4, 4, 4, 5, 5, 7, 9});
    EXPECT_EQ(s.n, 8u) << "values";
    EXPECT_DOUBLE_EQ(s.mean, 5) << "mean";
    EXPECT_NEAR(s.deviation, 2.13809, 1e-5) << "32 / 7, its root";
    EXPECT_NEAR(s.error(), 0.755929, 1e-6) << "by the root of 8";
    EXPECT_EQ(spread_of({}).n, 0u) << "nothing";
    EXPECT_EQ(spread_of({3}).deviation, 0) << "one value has none";
    const double tenth = 0.1;
    EXPECT_EQ(spread_of({tenth, tenth, tenth}).mean, tenth) << "values that are alike: exactly that one";
    EXPECT_EQ(spread_of({tenth, tenth, tenth}).deviation, 0) << "and no deviation";
}

/// Samples of the article "Welch's t-test" of Wikipedia; by numpy's means and variances t is 2.85 with 27.9 degrees of
/// freedom, and 1.57 with 9.9.
TEST(Spread, WelchsTestDecidesKnownExamples) {
    const std::vector<double> a1{27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1,
                                 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4},
        b1{27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 24.4};
    const std::vector<double> a2{17.2, 20.9, 22.6, 18.1, 21.7, 21.4, 23.5, 24.2, 14.7, 21.8},
        b2{21.5, 22.8, 21.0, 23.0, 21.6, 23.6, 22.5, 20.7, 23.4, 21.8,
           20.7, 21.7, 21.5, 22.5, 23.6, 21.5, 22.5, 23.5, 21.5, 21.8};
    EXPECT_FALSE(within_noise(spread_of(a1), spread_of(b1))) << "t 2.85, 27.9 degrees: beyond 2.05";
    EXPECT_TRUE(within_noise(spread_of(a2), spread_of(b2))) << "t 1.57, 9.9 degrees: below 2.26";
}

TEST(Spread, TwoMeansOfOnePopulationDifferInOneOfTwenty) {
    const u32 seed = 31;
    std::mt19937 random(seed);
    std::normal_distribution<double> values(100, 10);
    for (const std::size_t n : {3, 5, 12}) {
        int apart = 0;
        constexpr int trials = 4000;
        for (int i = 0; i < trials; ++i) {
            std::vector<double> a(n), b(n);
            for (auto* of : {&a, &b})
                for (double& v : *of) v = values(random);
            apart += !within_noise(spread_of(a), spread_of(b));
        }
        const double share = static_cast<double>(apart) / trials;
        EXPECT_LT(share, 0.06) << n << " values, seed " << seed << ": no more than one of twenty by chance";
        EXPECT_GT(share, 0.015) << n << " values, seed " << seed << ": nor is everything called noise";
    }
}

TEST(Spread, WhatIsExactIsNoNoise) {
    const Spread five = spread_of({5, 5, 5}), six = spread_of({6, 6, 6}), about = spread_of({4, 5, 7});
    EXPECT_FALSE(within_noise(five, six)) << "differs in every placement";
    EXPECT_FALSE(within_noise(five, five)) << "no difference";
    EXPECT_TRUE(within_noise(about, five)) << "5.3 and a deviation of 1.5";
    EXPECT_TRUE(within_noise(about, 5.0)) << "the same against a number";
    EXPECT_FALSE(within_noise(about, 50.0)) << "far from it";
    EXPECT_FALSE(within_noise(spread_of({5}), about)) << "one placement: nobody knows";
    EXPECT_FALSE(within_noise(spread_of({5}), 5.0)) << "likewise";
}

TEST(Spread, TablesSayWhatTheyAreOf) {
    EXPECT_EQ(about_placements({0}, false), "") << "no caches";
    EXPECT_EQ(about_placements({0}, true), "One placement: noise unknown.") << "one";
    EXPECT_NE(about_placements({0, 1, 2}, true).find("timing.placement 0, 1, 2"), std::string::npos) << "listed";
}

}  // namespace
}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
#include "core/platform/turns.hpp"

#include <gtest/gtest.h>

namespace vtoll::core::test {
namespace {

using Other = Turns::Other;
constexpr u64 longest = 10'000;

TEST(Turns, AreShortWhereProcessorsDealWithEachOtherAndGrowFromThere) {
    Turns turns(2, longest);
    turns.deal(1'000'000);
    EXPECT_EQ(turns.length(1'000'000), Turns::shortest) << "just now";
    EXPECT_EQ(turns.length(999'000), Turns::shortest) << "the other one is not there yet";
    EXPECT_EQ(turns.length(1'000'000 + Turns::part * 300), 300u) << "a part of the time since then";
    EXPECT_EQ(turns.length(2'000'000'000), longest) << "long ago";
    turns.deal(500'000);
    EXPECT_EQ(turns.length(1'000'000), Turns::shortest) << "what was earlier doesn't matter";
}

TEST(Turns, AreNeverLongerThanTheScenarioSays) {
    Turns turns(2, 40);
    EXPECT_EQ(turns.length(0), 40u) << "though that is less than what is short";
    EXPECT_EQ(turns.length(1'000'000), 40u) << "later too";
}

TEST(Turns, EndWhereAnotherProcessorActsNext) {
    Turns turns(3, longest);
    constexpr u64 now = 5'000'000;
    const Other busy{now - 50, true}, asleep{now + 700, false}, off{};
    EXPECT_EQ(turns.end(now, false, std::vector<Other>{busy, off}), now + longest) << "a busy one ends no turn";
    EXPECT_EQ(turns.end(now, false, std::vector<Other>{busy, asleep}), now + 700) << "a sleeper gets up";
    EXPECT_EQ(turns.end(now, true, std::vector<Other>{{now + 20, true}, asleep}), now + 20)
        << "who waits in a loop doesn't overtake the others";
    EXPECT_EQ(turns.end(now, true, std::vector<Other>{busy, off}), now + 1) << "but goes on where it is behind nobody";
}

TEST(Turns, HoldInterruptsUntilTheProcessorIsThere) {
    Turns turns(2, longest);
    EXPECT_EQ(turns.arrival(1), never) << "nothing comes";
    turns.arrives(1, 900);
    turns.arrives(1, 800);
    turns.arrives(1, 850);
    EXPECT_EQ(turns.arrival(1), 800u) << "the first";
    EXPECT_EQ(turns.arrival(0), never) << "to that processor only";
    turns.arrived(1);
    EXPECT_EQ(turns.arrival(1), never) << "it has come";
}

}  // namespace
}  // namespace vtoll::core::test

// SPDX-License-Identifier: Apache-2.0
// Placements: which lines share sets.
#include "core/timing/placement.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "core/timing/cache.hpp"

namespace vtoll::core {
namespace {

constexpr u64 block = u64{1} << Placement::block_bits, page = u64{1} << Placement::page_bits;

TEST(Placement, NumberZeroIsAsTheAddressesSay) {
    const Placement none(0);
    for (u64 pa = 0; pa < u64{1} << 32; pa += block / 3) EXPECT_EQ(none(pa), pa) << "moved";
}

TEST(Placement, AnAddressComesBackAndStaysInItsBlockAtItsPlaceInThePage) {
    std::mt19937_64 random(5);
    for (const u64 number : {1, 2, 77}) {
        const Placement placement(number);
        for (int i = 0; i < 10'000; ++i) {
            const u64 pa = random() & 0xffff'ffff, there = placement(pa);
            ASSERT_EQ(placement(there), pa) << "placement " << number << ", seed 5: not its own inverse";
            ASSERT_EQ(there / block, pa / block) << "left its block";
            ASSERT_EQ(there % page, pa % page) << "moved inside its page";
        }
    }
}

TEST(Placement, NumbersDifferAndRepeat) {
    std::set<u64> places;
    for (u64 number = 0; number < 20; ++number) {
        places.insert(Placement(number)(block) << 32 | Placement(number)(2 * block));
        EXPECT_EQ(Placement(number)(block), Placement(number)(block)) << "another every time";
    }
    EXPECT_GT(places.size(), 15u) << "most numbers are placements of their own";
}

TEST(Placement, ABlockKeepsItsOrderAndMeetsOthersAnew) {
    const CacheGeometry way{u32{1} << (Placement::page_bits + Placement::colour_bits), 1, 64, Replacement::round_robin};
    unsigned met = 0;
    for (u64 number = 1; number <= 200; ++number) {
        Cache cache(way, Placement(number));
        for (u64 at = 0; at < way.size; at += page)
            EXPECT_EQ(cache.fill(at, false).line, Cache::none)
                << "placement " << number << ": two pages of one block meet";
        const Cache::Victim victim = cache.fill(block, false);
        ASSERT_NE(victim.line, Cache::none) << "the cache is full";
        EXPECT_TRUE(victim.line * 64 < way.size && victim.line * 64 % page == 0)
            << "the line that left, by its address";
        met += victim.line != 0;
    }
    EXPECT_GT(met, 150u) << "without placements it is always the first page";
}

TEST(Placement, MaintenanceFindsALineByItsAddressWhereverItLies) {
    Cache cache({1 << 20, 16, 64, Replacement::round_robin}, Placement(3));
    const u64 pa = 0x4a5b'c000 + 64 * 5;
    cache.fill(pa, true);
    std::set<u64> held;
    for (u64 set = 0; set < (1 << 20) / 64 / 16; ++set)
        for (u32 way = 0; way < 16; ++way) held.insert(cache.held_by(set, way));
    EXPECT_EQ(held, (std::set<u64>{pa, Cache::none})) << "by set and way: at the address that software knows";
    EXPECT_TRUE(cache.clean(pa)) << "by address";
    EXPECT_FALSE(cache.drop(pa)) << "no longer dirty";
    EXPECT_FALSE(cache.contains(pa)) << "gone";
}

}  // namespace
}  // namespace vtoll::core

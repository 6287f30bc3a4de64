// SPDX-License-Identifier: Apache-2.0
#include "core/timing/tag_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace vtoll::core {
namespace {

struct Entry {
    u64 tag = 0;
    u64 value = 0;
};

/// Against std::map, with tags that differ in few bits, so that chains are shared.
TEST(TagTable, HoldsWhatAMapHolds) {
    constexpr u32 seed = 20'261'201;
    constexpr std::size_t room = 24;
    std::mt19937 random(seed);
    TagTable<Entry> table(room);
    std::map<u64, u64> reference;
    for (int i = 0; i < 20'000; ++i) {
        const u64 tag = u64{random() % 3} << 32 | random() % 40 << 12 | random() % 2;
        const auto where = [&] { return testing::Message() << "seed " << seed << ", step " << i; };
        const auto known = reference.find(tag);
        Entry* entry = table.find(tag);
        ASSERT_EQ(entry != nullptr, known != reference.end()) << where();
        if (entry) {
            ASSERT_EQ(entry->value, known->second) << where() << ": an entry does not move";
        }
        if (entry && random() % 2) {
            ASSERT_EQ(table.remove(tag), entry) << where() << ": what is removed can still be looked at";
            ASSERT_EQ(table.remove(tag), nullptr) << where() << ": it is there once";
            reference.erase(known);
        } else if (!entry && reference.size() < room) {
            Entry& fresh = table.add(tag);
            ASSERT_EQ(fresh.value, 0u) << where() << ": a slot is used again whole";
            fresh.value = reference[tag] = random();
        }
        if (i % 5'000 == 4'999) {
            table.clear();
            reference.clear();
        }
    }
}

}  // namespace
}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// Functions by symbols, and those found by calls.
#include "core/ledger/names/function_map.hpp"

#include <gtest/gtest.h>

namespace vtoll::core {
namespace {

using isa::Privilege;

TEST(Symbols, WithoutASizeEndAtTheNextOrAtTheSection) {
    const Symbols symbols({{.address = 0x100, .function = true, .name = "first", .section_end = 0x180},
                           {.address = 0x140, .function = true, .name = "last_of_text", .section_end = 0x180},
                           {.address = 0x1000, .size = 4, .name = "datum", .section_end = 0x1010},
                           {.address = 0x2000, .function = true, .name = "unbounded"}});
    EXPECT_EQ(symbols.describe(0x13c), "first+0x3c") << "up to the next";
    EXPECT_EQ(symbols.describe(0x17c), "last_of_text+0x3c") << "up to the end of the section";
    EXPECT_EQ(symbols.describe(0x180), "") << "not into the gap behind it";
    EXPECT_EQ(symbols.describe(0x1004), "") << "a size is a size";
    EXPECT_EQ(symbols.describe(0x9000), "unbounded+0x7000") << "nobody knows where it ends";
    const Symbols moved = symbols.moved(0x1'0000);
    EXPECT_EQ(moved.describe(0x1'017c), "last_of_text+0x3c") << "sections move with them";
    EXPECT_EQ(moved.describe(0x1'0180), "") << "sections move with them";
}

std::string at(const FunctionMap& map, const RegionMap& regions, u32 address) {
    return map.functions()[map.parts()[regions.find(Privilege::pl2, address)].function].name;
}

TEST(FunctionMap, CallsFindFunctionsWhereThereAreNoSymbols) {
    FunctionMap map;
    map.add("h.elf", Symbols({{.address = 0x8000, .size = 0x100, .function = true, .name = "known"}}),
            {Privilege::pl2});
    RegionMap regions = map.divide({});
    const auto call = [&](u32 target) {
        const auto found = map.called(Privilege::pl2, target);
        if (found) regions.add(Privilege::pl2, found->begin, found->end, found->region, false);
        return found.has_value();
    };
    EXPECT_FALSE(call(0x8000)) << "it has a symbol";
    EXPECT_FALSE(call(0x8010)) << "a label inside of one";
    EXPECT_TRUE(call(0x7000)) << "nobody knows it";
    EXPECT_FALSE(call(0x7000)) << "the second time it is known";
    EXPECT_EQ(at(map, regions, 0x7ff0), "fn_00007000") << "up to the next function";
    EXPECT_TRUE(call(0x7800)) << "one behind it";
    EXPECT_EQ(at(map, regions, 0x77fc), "fn_00007000") << "the first one is shorter now";
    EXPECT_EQ(at(map, regions, 0x7800), "fn_00007800") << "named by address";
    EXPECT_TRUE(call(0x7400)) << "and one between the two";
    EXPECT_EQ(at(map, regions, 0x7404), "fn_00007400") << "in the middle";
    EXPECT_EQ(at(map, regions, 0x7804), "fn_00007800") << "the later one is as it was";
    EXPECT_EQ(at(map, regions, 0x8004), "known") << "symbols stay";
    EXPECT_EQ(at(map, regions, 0x6ffc), "") << "in front of all of them is nobody's";
    EXPECT_EQ(regions.find(Privilege::pl1, 0x7000), 0u) << "of this level alone";
    EXPECT_TRUE(call(0x20'0000)) << "far away";
    EXPECT_EQ(at(map, regions, 0x40'0000), "") << "no function is so long";
}

}  // namespace
}  // namespace vtoll::core

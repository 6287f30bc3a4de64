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

TEST(FunctionMap, OfSeveralImagesOnlyWhatIsFreeIsAdded) {
    FunctionMap map;
    const auto code = [](u32 address, u32 size, const char* name) {
        return Symbol{.address = address, .size = size, .function = true, .name = name};
    };
    map.add("a", Symbols({code(0x100, 0x40, "first")}), {Privilege::pl2});
    map.add("b",
            Symbols({code(0xc0, 0x40, "before"),
                     code(0x110, 4, "inner"),
                     code(0x138, 0x10, "across"),
                     code(0x144, 4, "in_across"),
                     {.address = 0x300, .size = 8, .name = "datum"}}),
            {Privilege::pl2});
    map.add("c", Symbols({code(0xb0, 0x20, "over"), {.address = 0xb8, .name = "label"}}), {Privilege::pl2});
    const RegionMap regions = map.divide({});
    EXPECT_EQ(at(map, regions, 0xfc), "before") << "it ends where the first begins";
    EXPECT_EQ(at(map, regions, 0x110), "first") << "one inside it is not there";
    EXPECT_EQ(at(map, regions, 0x140), "") << "nor is one that begins in it";
    EXPECT_EQ(at(map, regions, 0x144), "") << "nor what is inside of that";
    EXPECT_EQ(at(map, regions, 0xb0), "") << "nor one that ends in another";
    EXPECT_EQ(at(map, regions, 0xb8), "") << "nor a label of that";
    EXPECT_EQ(at(map, regions, 0x300), "") << "data are no code";
}

TEST(FunctionMap, WhatIsCalledHasAPhaseAndAnEnd) {
    RegionMap phases;
    phases.add(Privilege::pl2, 0x7000, 0x8000, 3);
    FunctionMap map;
    map.divide(phases);
    const auto found = map.called(Privilege::pl2, 0x7100);
    ASSERT_TRUE(found) << "nobody knows it";
    EXPECT_EQ(found->end, 0x1'7100u) << "64 KiB, since nothing follows";
    EXPECT_EQ(map.parts().at(found->region).phase, 3) << "of its beginning";
}

TEST(FunctionMap, NumbersOfCalledFunctionsRunOut) {
    FunctionMap map;
    map.divide({});
    u32 found = 0;
    for (u32 i = 0; i < 0x1'0010; ++i) found += map.called(Privilege::pl1, 16 * i).has_value();
    EXPECT_EQ(found, 0xffffu) << "a region is 16 bits wide, and one is of no symbol";
}

/// Functions of four bytes, one after the other.
Symbols row_of(u32 number) {
    std::vector<Symbol> symbols;
    for (u32 i = 0; i < number; ++i) symbols.push_back({.address = 4 * i, .size = 4, .function = true, .name = "f"});
    return Symbols(std::move(symbols));
}

TEST(FunctionMap, AsManyAsCanBeToldApartAreTaken) {
    FunctionMap map;
    map.add("big.elf", row_of(0xffff), {Privilege::pl1});
    EXPECT_EQ(map.functions().size(), 0x1'0000u) << "and code of no symbol";
}

TEST(FunctionMap, EachIsOneInEachOfItsPhases) {
    // Phases of one of two levels: each function is two parts; with what is of no symbol, 2 n + 1.
    for (const u32 functions : {0x7fffu, 0x8000u}) {
        RegionMap phases;
        phases.add(Privilege::pl1, 0, 4 * functions, 1);
        FunctionMap map;
        map.add("big.elf", row_of(functions), {Privilege::pl0, Privilege::pl1});
        if (functions == 0x7fff) {
            map.add("one.elf", Symbols({{.address = 0x80'0000, .size = 4, .function = true, .name = "g"}}),
                    {Privilege::pl2});
            map.divide(phases);
            EXPECT_EQ(map.parts().size(), 0x1'0000u) << "as many as there are numbers";
        } else {
            EXPECT_THROW(map.divide(phases), InputError) << "one more";
        }
    }
}

}  // namespace
}  // namespace vtoll::core

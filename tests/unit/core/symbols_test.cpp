// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/names/symbols.hpp"

#include <gtest/gtest.h>

namespace vtoll::core {
namespace {

Symbols example() {
    return Symbols({{0x1010, 0x10, true, false, "handle"},
                    {0x1000, 0x10, true, false, "entry"},
                    {0x1000, 0, false, false, "_start"},
                    {0x1040, 0, false, false, "vectors"},
                    {0x1060, 4, false, false, "table"}});
}

TEST(Symbols, CoverWhatTheirSizesSay) {
    const Symbols symbols = example();
    EXPECT_EQ(symbols.describe(0xffc), "") << "in front of the first";
    EXPECT_EQ(symbols.describe(0x1000), "entry") << "of two at an address, the function";
    EXPECT_EQ(symbols.describe(0x100c), "entry+0xc") << "its last word";
    EXPECT_EQ(symbols.describe(0x1010), "handle") << "the next one";
    EXPECT_EQ(symbols.describe(0x1020), "") << "behind its end";
    EXPECT_EQ(symbols.describe(0x105c), "vectors+0x1c") << "without a size, up to the next";
    EXPECT_EQ(symbols.describe(0x1064), "") << "behind the last";
    EXPECT_EQ(Symbols().at(0), nullptr) << "of none";
}

TEST(Symbols, AreFoundByName) {
    const Symbols symbols = example();
    ASSERT_NE(symbols.named("handle"), nullptr) << "one that is there";
    EXPECT_EQ(symbols.named("handle")->address, 0x1010u) << "its address";
    EXPECT_EQ(symbols.named("handl"), nullptr) << "part of a name";
}

TEST(Symbols, AnImageMayBeLoadedElsewhere) {
    const Symbols moved = example().moved(0x8000'0000);
    EXPECT_EQ(moved.describe(0x8000'1014), "handle+0x4") << "where it was loaded";
    EXPECT_EQ(moved.describe(0x1014), "") << "and nothing where it was linked";
}

TEST(Symbols, WhatBeginsAtAnAddressEndsWithItsLongestName) {
    const Symbols symbols({{0x100, 8, true, false, "a"},
                           {0x100, 16, true, false, "b"},
                           {0x100, 4, true, false, "c"},
                           {0x200, 0, false, false, "label"},
                           {0x230, 0, false, false, "last"}});
    EXPECT_EQ(symbols.end_of_all_at(0x100), 0x110u) << "of three sizes";
    EXPECT_EQ(symbols.end_of_all_at(0x200), 0x230u) << "of no size: at the next";
    EXPECT_EQ(symbols.end_of_all_at(0x230), 0x234u) << "and there is no next";
}

TEST(Symbols, ALabelAtTheEndOfASectionIsNotBoundedByIt) {
    const Symbols symbols({{.address = 0x180, .name = "etext", .section_end = 0x180},
                           {.address = 0x1000, .size = 4, .name = "datum", .section_end = 0x1010}});
    EXPECT_EQ(symbols.describe(0x184), "etext+0x4") << "up to the next";
}

}  // namespace
}  // namespace vtoll::core

// SPDX-License-Identifier: Apache-2.0
// A report as the layout that every form with a markup is made of: all of it, and nothing set for one form.
#include "core/report/report.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/report/screen/decimals.hpp"
#include "core/report/screen/text.hpp"

namespace vtoll::core {
namespace {

using Json = nlohmann::json;

Report example() {
    return {"50 % <&|_",
            {{"",
              {"before"},
              Grid{{"name", "cost\npublished", "cost\nmeasured", "ratio"}, {{"a|b", "1", "2", "2.00"}}},
              {}},
             {"Sources", {}, {}, {"after"}}}};
}

TEST(Report, LayoutHasAllOfIt) {
    const Json layout = Json::parse(to_json(example()));
    EXPECT_EQ(layout["title"], "50 % <&|_") << "as it is: no form's escapes";
    ASSERT_EQ(layout["sections"].size(), 2u) << "sections";
    const Json& first = layout["sections"][0];
    EXPECT_EQ(first["before"], Json::parse("[\"before\"]")) << "paragraphs";
    EXPECT_EQ(first["grid"]["rows"], Json::parse("[[\"a|b\", \"1\", \"2\", \"2.00\"]]")) << "cells";
    EXPECT_EQ(layout["sections"][1]["heading"], "Sources") << "headings";
    EXPECT_TRUE(layout["sections"][1]["grid"].is_null()) << "a section without a table";
}

TEST(Report, ColumnsAreAsWideAsTheirCharacters) {
    const Report report{"t",
                        {Section{"", {}, Grid{{"a", "b", "c"}, {{"x", "1 \u00b12", "3"}, {"y", "failed", "4"}}}, {}}}};
    EXPECT_NE(to_text(report).find("x    1 \u00b12  3\ny  failed  4"), std::string::npos)
        << "a sign of two bytes takes one place\n"
        << to_text(report);
}

TEST(Report, LayoutTellsGroupsFromNames) {
    const Json heads = Json::parse(to_json(example()))["sections"][0]["grid"]["heads"];
    EXPECT_EQ(heads[0], Json::parse(R"({"group": "", "name": "name", "align": "left"})")) << "the first column is text";
    EXPECT_EQ(heads[1], Json::parse(R"({"group": "cost", "name": "published", "align": "right"})")) << "of a group";
    EXPECT_EQ(heads[3], Json::parse(R"({"group": "", "name": "ratio", "align": "right"})")) << "of none";
}

TEST(Report, WhatRoundsToNothingHasNoSign) {
    EXPECT_EQ(decimal(-0.04), "0.0") << "a rest of reckoning";
    EXPECT_EQ(decimal(-0.0), "0.0") << "nothing below zero";
    EXPECT_EQ(decimal(-0.06), "-0.1") << "what is shown keeps its sign";
    EXPECT_EQ(decimal(-0.04, 2), "-0.04") << "by the decimals that are shown";
    EXPECT_EQ(signed_decimal(-0.04), "+0.0") << "a difference of nothing";
    EXPECT_EQ(signed_decimal(-0.4, 0), "+0") << "without decimals";
    EXPECT_EQ(signed_decimal(-12.34), "-12.3") << "a difference";
}

}  // namespace
}  // namespace vtoll::core
